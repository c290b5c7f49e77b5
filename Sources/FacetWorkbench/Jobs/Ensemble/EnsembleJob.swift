import FacetEvaluation
import FacetFaces
import FacetFiles
import FacetGraph
import FacetReport
import FacetTensor
import FacetTraining
import FacetZoo

/// `facet ensemble`: small networks that look at different parts of the face, chosen by the
/// `selection` method, against every other way to choose.
public struct EnsembleJob: Sendable {
  public struct Options: Sendable {
    public var data: String
    public var output: String
    public var candidates: Int
    public var members: Int
    public var epochs: Int
    public var replaces: Bool

    public init(
      data: String, output: String, candidates: Int = 6, members: Int = 3, epochs: Int = 25,
      replaces: Bool = false
    ) {
      self.data = data
      self.output = output
      self.candidates = candidates
      self.members = members
      self.epochs = epochs
      self.replaces = replaces
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Trains the pool, chooses, and writes the page, the numbers and the chosen networks.
  @discardableResult
  public func run(_ context: JobContext) throws -> (report: Report, result: EnsembleReport) {
    let start = ContinuousClock.now
    try check()
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    let faces = try context.faces(options.data)
    let split = try EnsembleSplit(of: faces, seed: context.seed)
    let pool = try EnsemblePool(faces, split, options, context)
    context.progress.step("comparing every subset", 0)
    var settings = EnsembleOptions()
    settings.members = options.members
    settings.bootstrap = IdentityBootstrap(seed: context.seed)
    // With few selection photos one mistake is more than two points; there must be something to
    // choose from.
    settings.tolerance = pool.tolerance(
      keeping: min(options.members + 2, options.candidates), atLeast: settings.tolerance)
    let result = try EnsembleStudy.run(pool.evaluated, options: settings)
    let provenance = Provenance(
      seed: context.seed,
      options: [
        "candidates": "\(options.candidates)", "members": "\(options.members)",
        "epochs": "\(options.epochs)", "method": "selection", "lambda": "\(settings.lambda)",
        "tolerance": "\(settings.tolerance)",
      ], sha256: ["data": pool.digest], seconds: (ContinuousClock.now - start).seconds)
    let page = EnsemblePage(
      result: result, pool: pool, faces: faces, split: split,
      provenance: ReportProvenance(provenance, context: context, paths: ["data": options.data]))
    let report = try page.report()
    _ = try ReportWriter.write(report, to: folder.file(""))
    try ResultsFile(command: "ensemble", provenance: provenance, result: result)
      .write(to: folder.file("results.json"))
    if let chosen = result.systems.first?.choice {
      for member in chosen.members {
        try ModelFile.write(
          pool.candidates[member].model,
          to: folder.file("models/candidate-\(member + 1).safetensors"))
      }
    }
    try folder.commit()
    return (report, result)
  }

  private func check() throws {
    guard 2...20 ~= options.candidates else {
      throw WorkbenchError.usage("--candidates must be 2 to 20, not \(options.candidates)")
    }
    guard 2...5 ~= options.members, options.members <= options.candidates else {
      throw WorkbenchError.usage(
        "--members must be 2 to 5 and no more than the \(options.candidates) candidates, not "
          + "\(options.members)")
    }
    guard options.epochs > 0 else { throw WorkbenchError.usage("--epochs must be at least 1") }
  }
}
