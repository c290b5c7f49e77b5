import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetFiles
import FacetGraph
import FacetReport
import FacetTensor
import FacetZoo

/// `facet report`: how well a model knows faces it hasn't seen, and where it looks.
public struct ReportJob: Sendable {
  public struct Options: Sendable {
    public var model: ModelSource
    public var data: String
    public var output: String
    public var methods: [String]
    /// The layer of class activation maps; `nil` is the card's.
    public var layer: String?
    /// Photos in the gallery, unless more of them are wrong.
    public var images: Int
    /// A folder of photos of the people to be told apart; `nil` for the network's own classes, or where
    /// it has none for half of each person's photos.
    public var gallery: String?
    /// Seconds for the evidence beside the maps; `nil` for as long as it takes.
    public var budget: Double?
    public var replaces: Bool

    public init(
      model: ModelSource, data: String, output: String,
      methods: [String] = MapMethod.standardNames, layer: String? = nil, images: Int = 12,
      replaces: Bool = false
    ) {
      self.model = model
      self.data = data
      self.output = output
      self.methods = methods
      self.layer = layer
      self.images = images
      self.replaces = replaces
    }
  }

  /// What `results.json` holds.
  public struct Result: Codable, Sendable {
    public let classification: ClassificationReport?
    public let verification: VerificationReport?
    public let photos: [ShownPhoto]
    public let methods: [MethodEvidence]
    public let controls: [ControlEvidence]
    /// What each method's maps are.
    public let maps: [MapRecord]
    public let conversion: ConversionProof?
    public let skipped: Int
    public let trainedOn: Int
    /// `nil` when there was no budget.
    public let budget: BudgetUse?
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Runs the job and returns the report, which is on disk then.
  @discardableResult
  public func run(_ context: JobContext) throws -> (report: Report, result: Result) {
    let start = ContinuousClock.now
    // A name that isn't right is told before the photos are read.
    let methods = try MapMethod.named(options.methods, MethodSettings())
    guard !methods.isEmpty else { throw WorkbenchError.usage("--methods names no method") }
    try BudgetUse.check(options.budget)
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    let bench = try TestBench(
      options.model, data: options.data, gallery: options.gallery, context)
    let outcome = try fill(folder, bench, since: start, context)
    try folder.commit()
    return outcome
  }

  /// Computes everything and writes it into a folder that the caller commits.
  func fill(
    _ folder: OutputFolder, _ bench: TestBench, since start: ContinuousClock.Instant,
    _ context: JobContext
  ) throws -> (report: Report, result: Result) {
    let settings = MethodSettings(layer: options.layer.map { LayerPath($0) }, seed: context.seed)
    let methods = try MapMethod.named(options.methods, settings, progress: context.progress)
    if let layer = settings.layer { _ = try bench.model.graph.node(at: layer) }
    let classification = try bench.classification(seed: context.seed)
    let verification = try bench.verification(seed: context.seed)
    let gallery = try Gallery(
      bench, methods, count: options.images, budget: options.budget, context)
    let dense = try DenseSection(bench, gallery.photos, context)
    context.progress.step("writing", 0)
    try gallery.write(to: folder)
    let result = Result(
      classification: classification, verification: verification?.report,
      photos: gallery.shown, methods: gallery.evidence, controls: gallery.controls,
      maps: gallery.maps.map(MapRecord.init), conversion: dense?.proof,
      skipped: bench.faces.skipped.count, trainedOn: bench.parts.trainedOn,
      budget: BudgetUse(seconds: options.budget, gallery.counts))
    var recorded = [
      "methods": options.methods.joined(separator: ","), "layer": gallery.layer,
      "images": "\(options.images)",
    ]
    recorded["budget"] = options.budget.map { "\($0) s" }
    let provenance = bench.provenance(
      context, options: recorded, seconds: (ContinuousClock.now - start).seconds)
    let report = try page(bench, classification, verification, gallery, dense, provenance, context)
    _ = try ReportWriter.write(report, to: folder.file(""))
    try ResultsFile(command: "report", provenance: provenance, result: result)
      .write(to: folder.file("results.json"))
    if let verification {
      try AtomicFile.write(ScoreTable(verification.pairs).csv, to: folder.file("scores.csv"))
    }
    try AtomicFile.write(bench.predictionTable.csv, to: folder.file("predictions.csv"))
    return (report, result)
  }

  private func page(
    _ bench: TestBench, _ classification: ClassificationReport?, _ verification: VerificationPage?,
    _ gallery: Gallery, _ dense: DenseSection?, _ provenance: Provenance, _ context: JobContext
  ) throws -> Report {
    let classes = classification.map { ClassificationPage(report: $0) }
    var sections = [try gallery.section()]
    if let classes { sections.append(classes.section) }
    if let verification { sections.append(verification.section) }
    if let dense { sections.append(dense.section) }
    sections.append(DataPage(faces: bench.faces, parts: bench.parts.description).section)
    let cut = BudgetUse(seconds: options.budget, gallery.counts)?.warning
    let warnings = (cut.map { [$0] } ?? []) + warnings(bench, verification)
    return Report(
      title: "What does this network look at?",
      subtitle: "\(bench.model.card.name) on \(bench.test.count) photos of "
        + "\(Set(bench.test.identities).count) people",
      summary: ReportSummary(
        figures: [classes?.headline, verification?.headline, gallery.headline].compactMap { $0 },
        verdicts: gallery.verdicts, warnings: warnings),
      sections: sections, definitions: Self.definitions,
      provenance: ReportProvenance(
        provenance, context: context, paths: ["model": bench.loaded.path, "data": options.data]))
  }

  /// Of the table of evidence; the headlines bring their own.
  private static let definitions = [
    Definition("Deletion", TrustTerms.deletion), Definition("Insertion", TrustTerms.insertion),
    Definition("Above blob", TrustTerms.aboveCentre), Definition("Control", TrustTerms.control),
    Definition("Wins against all controls", TrustTerms.win),
    Definition("Loses to a control", TrustTerms.loss),
    Definition("Random weights", RandomisationResult.definition),
  ]

  private func warnings(_ bench: TestBench, _ verification: VerificationPage?) -> [String] {
    var warnings = bench.warnings
    if bench.known.isEmpty {
      warnings.append(
        "The model knows none of the people in this folder, so there is no accuracy; its classes are "
          + (bench.model.card.classes.isEmpty
            ? "not named." : "\(bench.model.card.classes.prefix(3).joined(separator: ", ")) ..."))
    } else if bench.known.count < bench.test.count {
      warnings.append(
        "\(bench.test.count - bench.known.count) test photos are of people the model wasn't trained "
          + "on; they count in verification and not in accuracy.")
    }
    if bench.parts.trainedOn == 0 { warnings.append(bench.parts.description) }
    return warnings + (verification?.summaryWarnings ?? [])
  }
}
