import FacetFaces
import FacetFiles
import FacetReport
import FacetZoo

/// `facet demo`: rendered faces, a small network trained on them, and its full report, with nothing
/// brought along.
public struct DemoJob: Sendable {
  public struct Options: Sendable {
    public var output: String
    public var people: Int
    public var photosPerPerson: Int
    public var epochs: Int?
    public var replaces: Bool

    public init(
      output: String, people: Int = 15, photosPerPerson: Int = 50, epochs: Int? = nil,
      replaces: Bool = false
    ) {
      self.output = output
      self.people = people
      self.photosPerPerson = photosPerPerson
      self.epochs = epochs
      self.replaces = replaces
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Runs the job and returns the report, which is on disk then, beside the faces and the model.
  public func run(_ context: JobContext) throws -> FacetReport.Report {
    let start = ContinuousClock.now
    let recipe = try TrainingRecipe(
      architecture: "small", strategy: .scratch, weights: nil, epochs: options.epochs, rate: nil,
      augmentation: nil, seed: context.seed)
    let set = try RenderedFaceSet(
      people: options.people, photosPerPerson: options.photosPerPerson, seed: context.seed)
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    context.progress.step("drawing \(set.count) faces", 0)
    try set.write(to: folder.file("faces"))
    let photos = "faces/\(RenderedFaceSet.photosFolder)"
    let faces = try context.faces(folder.file(photos))
    let split = try StratifiedSplit(of: faces, seed: context.seed)
    let trained = try TrainJob.train(faces, split, recipe, context)
    try ModelFile.write(trained.model, to: folder.file("model.safetensors"))
    let loaded = LoadedModel(
      model: trained.model, path: "model.safetensors",
      sha256: SHA256Digest(of: try FileReading.data(at: folder.file("model.safetensors"))),
      report: nil)
    let report = ReportJob(
      .init(model: .file("model.safetensors"), data: photos, output: options.output))
    let outcome = try report.fill(folder, TestBench(loaded, faces, context), since: start, context)
    try folder.commit()
    return outcome.report
  }
}
