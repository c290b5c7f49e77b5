import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFiles
import FacetGraph
import FacetReport

/// `facet verify --pairs`: a list of pairs, its worst errors with their maps, and what the maps' pixels
/// are worth over many pairs.
public struct VerifyListJob: Sendable {
  /// What is examined, and how much of it.
  public struct Pairs: Sendable {
    /// An LFW-style `pairs.txt`, or CSV.
    public var list: String
    /// The folder of the images.
    public var images: String
    /// Where embeddings are kept; `nil` neither keeps nor uses any.
    public var cacheFolder: String?
    /// Pairs of each kind that are explained.
    public var worst = 6
    /// Pairs whose pixels are removed.
    public var sample = 60

    public init(list: String, images: String, cacheFolder: String?) {
      self.list = list
      self.images = images
      self.cacheFolder = cacheFolder
    }
  }

  public let pairs: Pairs
  public let options: VerifyOptions

  public init(_ pairs: Pairs, _ options: VerifyOptions) {
    self.pairs = pairs
    self.options = options
  }

  /// Runs the job and returns the report, which is on disk then.
  @discardableResult
  public func run(_ context: JobContext) throws -> Report {
    let run = try VerifyRun(options, context)
    let source = EvaluateJob.NetworkSource(
      model: options.model, pairs: pairs.list, images: pairs.images,
      cacheFolder: pairs.cacheFolder)
    let network = try NetworkPairs(
      options.model, list: pairs.list, images: pairs.images, cacheFolder: pairs.cacheFolder,
      context)
    let calibration = try calibration(network.loaded, context)
    let evidence = PairEvidence(network, source)
    let verification = try verification(evidence, network, calibration, context)
    let hardest = HardPairs(
      evidence.pairs, folds: evidence.folds, verification, count: pairs.worst)
    let photos = PairFiles(network)
    let explained = try ExplainedPairs(hardest, photos, run.methods, context)
    let settings = run.methods.settings(seed: context.seed)
    let sample = RemovalRun.sample(evidence.pairs, count: pairs.sample, seed: context.seed)
      .map { evidence.pairs[$0] }
    let finding = ListFinding(
      options: options, evidence: evidence, verification: verification, hardest: hardest,
      explained: explained,
      removal: try removal(
        sample, verification, explained.methods, photos, settings, context),
      randomisation: try randomisation(sample, explained.methods, photos, settings, context),
      calibration: calibration)
    var digests = evidence.digests
    for (name, digest) in calibration?.evidence.digests ?? [:] {
      digests["calibration \(name)"] = digest
    }
    let provenance = run.provenance(
      photos.model.card, explained.methods,
      ["worst": "\(pairs.worst)", "sample": "\(pairs.sample)"]
        .merging(calibration.map { ["calibration": $0.evidence.list] } ?? [:]) { own, _ in own },
      sha256: digests)
    let report = try VerifyListPage(finding: finding, network: network).report(
      ReportProvenance(provenance, context: context, paths: evidence.paths))
    let files = try explained.write(to: run.folder, label: finding.label)
    try AtomicFile.write(
      ScoreTable(evidence.pairs, folds: evidence.folds).csv, to: run.folder.file("scores.csv"))
    try run.finish(report, provenance, ListResult(finding, network, files))
    return report
  }

  /// - Throws: `badData` for scores that another network computed.
  private func calibration(_ loaded: LoadedModel, _ context: JobContext) throws
    -> PairCalibration?
  {
    guard let source = options.calibration else { return nil }
    let calibration = try PairCalibration(source, options.model, context)
    if case .other(let hash) = calibration.origin(loaded) {
      throw WorkbenchError.badData(
        "the scores in \(calibration.evidence.list) were computed by another model file (SHA-256 "
          + "\(hash)...), and a threshold holds for one network; score this one with 'facet evaluate'"
      )
    }
    return calibration
  }

  private func verification(
    _ evidence: PairEvidence, _ network: NetworkPairs, _ calibration: PairCalibration?,
    _ context: JobContext
  ) throws -> VerificationReport {
    context.progress.step("bootstrap over identities", 0)
    var settings = VerificationOptions()
    settings.seed = context.seed
    settings.threshold = calibration.map { .init($0.threshold, source: .developmentSet) }
    var report = try ErrorRates.report(evidence.pairs, folds: evidence.folds, options: settings)
    report.warnings = network.warnings + report.warnings
    return report
  }

  private func removal(
    _ sample: [ScoredPair], _ verification: VerificationReport, _ methods: [PairMethod],
    _ photos: PairFiles, _ settings: PairSettings, _ context: JobContext
  ) throws -> RemovalResult {
    let decision = verification.decision
    let threshold = decision.threshold ?? .infinity
    let run = try RemovalRun(
      sample, threshold: threshold, methods, photos.model, settings, context
    ) { range in
      let faces = try sample[range].map {
        (try photos.photo($0.probe).tensor, try photos.photo($0.reference).tensor)
      }
      return (faces.map(\.0), faces.map(\.1))
    }
    context.progress.step("bootstrap over identities", 0.5)
    return try RemovalResult(
      run, threshold: threshold, source: decision.source, seed: context.seed)
  }

  /// Over the first pairs of the sample, in turns genuine and impostor ones.
  private func randomisation(
    _ sample: [ScoredPair], _ methods: [PairMethod], _ photos: PairFiles, _ settings: PairSettings,
    _ context: JobContext
  ) throws -> PairRandomisation {
    let half = PairRandomisation.pairs / 2
    let chosen = sample.filter(\.same).prefix(half) + sample.filter { !$0.same }.prefix(half)
    let names = Array(Set(chosen.map(\.probeIdentity))).sorted()
    let people = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let faces = try chosen.map {
      PairRandomisation.Face(
        probe: try photos.photo($0.probe).tensor, reference: try photos.photo($0.reference).tensor,
        person: people[$0.probeIdentity] ?? 0)
    }
    return try PairRandomisation(faces, methods, photos.model, settings, context)
  }
}
