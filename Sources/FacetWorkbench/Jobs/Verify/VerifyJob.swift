import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// `facet verify A B`: how alike a network finds two faces, what it would decide, and why.
public struct VerifyJob: Sendable {
  /// Where the threshold comes from: the EER of scored pairs.
  public enum Calibration: Sendable {
    /// A table of scores, such as `facet evaluate` writes.
    case scores(String)
    /// A list of pairs and the folder of their images, which the network scores now.
    case pairs(list: String, images: String, cacheFolder: String?)
  }

  public struct Options: Sendable {
    public var model: ModelSource
    public var first: String
    public var second: String
    /// Whether the photos are aligned crops already; nothing else is done to them, but the page says so.
    public var isAligned: Bool
    /// `nil` gives no decision.
    public var calibration: Calibration?
    /// Empty for all that the network allows.
    public var methods: [String]
    /// Of similarity Grad-CAM; `nil` is the card's.
    public var layer: String?
    /// Masks of CorrRISE.
    public var masks: Int
    /// Seconds for the maps of methods that sample; `nil` for as long as it takes.
    public var budget: Double?
    public var output: String
    public var replaces: Bool

    public init(
      model: ModelSource, first: String, second: String, isAligned: Bool = false,
      calibration: Calibration? = nil, methods: [String] = [], layer: String? = nil,
      masks: Int = 500, output: String, replaces: Bool = false
    ) {
      self.model = model
      self.first = first
      self.second = second
      self.isAligned = isAligned
      self.calibration = calibration
      self.methods = methods
      self.layer = layer
      self.masks = masks
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
    let chosen = try PairMethods(
      options.methods, layer: options.layer, masks: options.masks, budget: options.budget)
    let folder = try OutputFolder(options.output, replacing: options.replaces)
    let loaded = try options.model.load()
    let preprocessing = try loaded.model.card.input.preprocessing.validated()
    let photos = try [options.first, options.second].map { try PairPhoto($0, preprocessing) }
    let calibration = try options.calibration.map {
      try PairCalibration($0, options.model, context)
    }
    let pairs = try FacePairs(
      loaded.model, .stack([photos[0].tensor]), .stack([photos[1].tensor]), on: context.engine)
    let (maps, refused) = try chosen.maps(pairs, loaded.model, context)
    let evidence = try PairFace.allCases.map {
      try RemovalEvidence($0, maps, pairs, loaded.model, context)
    }
    let finding = PairFinding(
      options: options, loaded: loaded, photos: photos, calibration: calibration, pairs: pairs,
      maps: maps, evidence: evidence, refused: refused,
      inputWarnings: try loaded.warnings(photos.map(\.tensor), on: context.engine))
    let provenance = provenance(finding, chosen, context, (ContinuousClock.now - start).seconds)
    let report = try VerifyPage(finding: finding).report(
      ReportProvenance(
        provenance, context: context,
        paths: [
          "model": options.model.path, "first": options.first, "second": options.second,
        ].merging(calibration?.evidence.paths ?? [:]) { own, _ in own }))
    context.progress.step("writing", 0)
    _ = try ReportWriter.write(report, to: folder.file(""))
    try finding.write(to: folder)
    try ResultsFile(
      command: "verify", provenance: provenance, result: VerifyResult(finding)
    ).write(to: folder.file("results.json"))
    try folder.commit()
    return report
  }

  private func provenance(
    _ finding: PairFinding, _ chosen: PairMethods, _ context: JobContext, _ seconds: Double
  ) -> Provenance {
    let card = finding.loaded.model.card
    var settings = [
      "input": card.input.text, "embedding layer": card.embeddingLayer.name,
      "aligned": "\(options.isAligned)",
      "methods": finding.maps.map(\.method.name).joined(separator: ","),
      "masks": "\(chosen.settings.masks)",
      "Grad-CAM layer": chosen.settings.layer?.name ?? card.camLayer.name,
    ]
    settings["calibration"] = finding.calibration?.evidence.list
    settings["budget"] = options.budget.map { "\($0) s" }
    var digests = [
      "model": finding.loaded.sha256.hex, "first": finding.photos[0].hash,
      "second": finding.photos[1].hash,
    ]
    digests.merge(finding.calibration?.evidence.digests ?? [:]) { own, _ in own }
    return Provenance(
      seed: context.seed, options: settings, sha256: digests, seconds: seconds)
  }
}
