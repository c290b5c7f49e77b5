import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFiles
import FacetGraph
import FacetReport

/// `facet verify --pairs`: a list of pairs, its worst errors with their maps, and what the maps' pixels
/// are worth over many pairs.
public struct VerifyListJob: Sendable {
  public struct Options: Sendable {
    public var pairs: EvaluateJob.NetworkSource
    /// Whether the images are aligned crops already; the page says which.
    public var isAligned: Bool
    /// Empty for all that the network allows.
    public var methods: [String]
    /// Of similarity Grad-CAM; `nil` is the card's.
    public var layer: String?
    /// Masks of CorrRISE.
    public var masks: Int
    /// Pairs of each kind that are explained.
    public var worst: Int
    /// Pairs whose pixels are removed.
    public var sample: Int
    public var output: String
    public var replaces: Bool

    public init(
      pairs: EvaluateJob.NetworkSource, isAligned: Bool = false, methods: [String] = [],
      layer: String? = nil, masks: Int = 500, worst: Int = 12, sample: Int = 100, output: String,
      replaces: Bool = false
    ) {
      self.pairs = pairs
      self.isAligned = isAligned
      self.methods = methods
      self.layer = layer
      self.masks = masks
      self.worst = worst
      self.sample = sample
      self.output = output
      self.replaces = replaces
    }
  }

  public let options: Options

  public init(_ options: Options) { self.options = options }

  /// Runs the job and returns the report, which is on disk then.
  @discardableResult
  public func run(_ context: JobContext) throws -> Report {
    let start = ContinuousClock.now
    let chosen = try PairMethods(options.methods, layer: options.layer, masks: options.masks)
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    let source = options.pairs
    let network = try NetworkPairs(
      source.model, list: source.pairs, images: source.images, cacheFolder: source.cacheFolder,
      context)
    let evidence = PairEvidence(network, source)
    context.progress.step("bootstrap over identities", 0)
    var settings = VerificationOptions()
    settings.seed = context.seed
    var verification = try ErrorRates.report(
      evidence.pairs, folds: evidence.folds, options: settings)
    verification.warnings = network.warnings + verification.warnings
    let hardest = HardPairs(
      evidence.pairs, folds: evidence.folds, verification, count: options.worst)
    let photos = PairFiles(network)
    let explained = try ExplainedPairs(hardest, photos, chosen, context)
    let removal = try removal(
      evidence.pairs, verification, explained.methods, photos, chosen, context)
    let finding = ListFinding(
      options: options, evidence: evidence, verification: verification, hardest: hardest,
      explained: explained, removal: removal)
    let provenance = provenance(finding, chosen, context, (ContinuousClock.now - start).seconds)
    let report = try VerifyListPage(finding: finding, network: network).report(
      ReportProvenance(provenance, context: context, paths: evidence.paths))
    context.progress.step("writing", 0)
    _ = try ReportWriter.write(report, to: folder.file(""))
    try explained.write(to: folder)
    try AtomicFile.write(
      ScoreTable(evidence.pairs, folds: evidence.folds).csv, to: folder.file("scores.csv"))
    try ResultsFile(
      command: "verify", provenance: provenance, result: ListResult(finding, network)
    ).write(to: folder.file("results.json"))
    try folder.commit()
    return report
  }

  private func removal(
    _ pairs: [ScoredPair], _ verification: VerificationReport, _ methods: [PairMethod],
    _ photos: PairFiles, _ chosen: PairMethods, _ context: JobContext
  ) throws -> RemovalResult {
    let sample = RemovalRun.sample(pairs, count: options.sample, seed: context.seed)
      .map { pairs[$0] }
    let threshold = verification.eer.threshold ?? .infinity
    let run = try RemovalRun(
      sample, threshold: threshold, methods, photos.model, chosen.settings(seed: context.seed),
      context
    ) { range in
      let faces = try sample[range].map {
        (try photos.photo($0.probe).tensor, try photos.photo($0.reference).tensor)
      }
      return (faces.map(\.0), faces.map(\.1))
    }
    context.progress.step("bootstrap over identities", 0.5)
    return try RemovalResult(run, threshold: threshold, seed: context.seed)
  }

  private func provenance(
    _ finding: ListFinding, _ chosen: PairMethods, _ context: JobContext, _ seconds: Double
  ) -> Provenance {
    let card = finding.explained.model.card
    return Provenance(
      seed: context.seed,
      options: [
        "input": card.input.text, "embedding layer": card.embeddingLayer.name,
        "aligned": "\(options.isAligned)",
        "methods": finding.explained.methods.map(\.name).joined(separator: ","),
        "masks": "\(options.masks)", "worst": "\(options.worst)", "sample": "\(options.sample)",
        "Grad-CAM layer": chosen.settings.layer?.name ?? card.camLayer.name,
      ], sha256: finding.evidence.digests, seconds: seconds)
  }
}
