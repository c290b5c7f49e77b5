import FacetExplain
import FacetGraph
import FacetReport

/// What both forms of `facet verify` do alike: they check what they were asked, take the time, and write.
struct VerifyRun {
  let options: VerifyOptions
  let methods: PairMethods
  let folder: OutputFolder
  private let context: JobContext
  private let start = ContinuousClock.now

  init(_ options: VerifyOptions, _ context: JobContext) throws {
    self.options = options
    self.context = context
    methods = try PairMethods(
      options.methods, layer: options.layer, masks: options.masks, budget: options.budget)
    folder = try OutputFolder(options.output, replacing: options.replaces)
  }

  /// - Parameters:
  ///   - found: the methods that could be had.
  ///   - settings: what only one of the forms is asked.
  func provenance(
    _ card: ModelCard, _ found: [PairMethod], _ settings: [String: String],
    sha256: [String: String]
  ) -> Provenance {
    var own = [
      "input": card.input.text, "embedding layer": card.embeddingLayer.name,
      "aligned": "\(options.isAligned)", "methods": found.map(\.name).joined(separator: ","),
      "masks": "\(options.masks)",
      "Grad-CAM layer": methods.settings.layer?.name ?? card.camLayer.name,
    ]
    own["budget"] = options.budget.map { "\($0) s" }
    return Provenance(
      seed: context.seed, options: settings.merging(own) { mine, _ in mine }, sha256: sha256,
      seconds: (ContinuousClock.now - start).seconds)
  }

  /// Writes the page and `results.json`, and puts the folder in place.
  func finish(_ report: Report, _ provenance: Provenance, _ result: some Encodable & Sendable)
    throws
  {
    context.progress.step("writing", 0)
    _ = try ReportWriter.write(report, to: folder.file(""))
    try ResultsFile(command: "verify", provenance: provenance, result: result)
      .write(to: folder.file("results.json"))
    try folder.commit()
  }
}
