import FacetEvaluation
import FacetFiles
import FacetGraph
import FacetReport
import Foundation

/// `facet evaluate`: everything about verification that follows from a table of scores, or from a
/// network and a protocol's pairs of images.
public struct EvaluateJob: Sendable {
  /// What is evaluated.
  public enum Source: Sendable {
    /// A table of scores, `.csv`.
    case scores(String)
    case network(NetworkSource)
  }

  /// A network and the pairs it is judged on.
  public struct NetworkSource: Sendable {
    public var model: ModelSource
    /// An LFW-style `pairs.txt`, or CSV with the columns `img1,img2,same` and perhaps `fold`.
    public var pairs: String
    /// The folder of the images.
    public var images: String
    /// Where embeddings are kept for the next run; `nil` neither keeps nor uses any.
    public var cacheFolder: String?

    public init(
      model: ModelSource, pairs: String, images: String,
      cacheFolder: String? = EvaluateJob.standardCacheFolder
    ) {
      self.model = model
      self.pairs = pairs
      self.images = images
      self.cacheFolder = cacheFolder
    }
  }

  /// What a run found.
  public struct Result: Sendable {
    public let report: Report
    public let verification: VerificationReport
    public let pairs: [ScoredPair]
    /// The fold of each pair; `nil` when there are none.
    public let folds: [Int]?
    /// Of a network; `nil` for a table of scores.
    public let network: NetworkFigures?
  }

  /// What a run on a network's images did.
  public struct NetworkFigures: Sendable {
    /// Pairs in the list, and those that could not be scored.
    public let listed: Int
    public let missing: Int
    /// Images, distinct by their bytes, that the network was run on in this run.
    public let embedded: Int
    /// Those that an earlier run had embedded.
    public let fromCache: Int
    /// What was wrong with the kept embeddings.
    public let notes: [String]
    /// The most alike impostor pairs and the least alike genuine ones, the worst first.
    public let hardestImpostor: [HardPair]
    public let hardestGenuine: [HardPair]
  }

  public let source: Source
  /// The decision threshold; `nil` is that of the EER, with a warning.
  public let threshold: Double?
  /// A report's folder; `nil` prints only.
  public let output: String?
  public let replaces: Bool

  public init(_ source: Source, threshold: Double? = nil, output: String?, replaces: Bool = false) {
    self.source = source
    self.threshold = threshold
    self.output = output
    self.replaces = replaces
  }

  /// `embeddings` in the user's cache folder: `$FACET_CACHE`, `$XDG_CACHE_HOME/facet` or
  /// `~/.cache/facet`; `nil` where none is known.
  public static var standardCacheFolder: String? {
    EmbeddingCache.folder(in: ProcessInfo.processInfo.environment)
  }

  /// Runs the job; the report is on disk then, if it was asked for.
  @discardableResult
  public func run(_ context: JobContext) throws -> Result {
    let start = ContinuousClock.now
    if let threshold, !threshold.isFinite {
      throw EvaluationError.invalidOption(
        name: "threshold", expected: "a finite number", got: "\(threshold)")
    }
    let folder = try output.map { try OutputFolder($0, replacing: replaces) }
    let evidence = try evidence(context)
    context.progress.step("bootstrap over identities", 0)
    var options = VerificationOptions()
    options.seed = context.seed
    options.threshold = threshold.map { .init($0, source: .given) }
    var verification = try ErrorRates.report(
      evidence.pairs, folds: evidence.folds, options: options)
    verification.warnings = (evidence.network?.warnings ?? []) + verification.warnings
    let hardest = HardPairs(evidence.pairs, folds: evidence.folds, verification)
    var settings = threshold.map { ["threshold": "\($0)"] } ?? [:]
    if let network = evidence.network {
      settings["embedding layer"] = network.loaded.model.card.embeddingLayer.name
      settings["input"] = network.loaded.model.card.input.text
    }
    let provenance = Provenance(
      seed: context.seed, options: settings, sha256: evidence.digests,
      seconds: (ContinuousClock.now - start).seconds)
    let page = EvaluationPage(
      evidence: evidence, verification: verification, hardest: hardest)
    // Photos are shown on a page only; without one they need not be read again.
    let report = try page.report(
      ReportProvenance(provenance, context: context, paths: evidence.paths),
      hasPhotos: folder != nil)
    if let folder {
      context.progress.step("writing", 0)
      _ = try ReportWriter.write(report, to: folder.file(""))
      try ResultsFile(
        command: "evaluate", provenance: provenance,
        result: EvaluationResult(verification, evidence.network, hardest)
      ).write(to: folder.file("results.json"))
      if evidence.network != nil {
        try AtomicFile.write(
          ScoreTable(evidence.pairs, folds: evidence.folds).csv, to: folder.file("scores.csv"))
      }
      try folder.commit()
    }
    return Result(
      report: report, verification: verification, pairs: evidence.pairs, folds: evidence.folds,
      network: evidence.network.map {
        NetworkFigures(
          listed: $0.listed, missing: $0.missing, embedded: $0.run.embedded,
          fromCache: $0.run.fromCache, notes: $0.run.notes, hardestImpostor: hardest.impostor,
          hardestGenuine: hardest.genuine)
      })
  }

  private func evidence(_ context: JobContext) throws -> PairEvidence {
    switch source {
    case .scores(let path): return try PairEvidence(scores: path)
    case .network(let source):
      return PairEvidence(
        try NetworkPairs(
          source.model, list: source.pairs, images: source.images,
          cacheFolder: source.cacheFolder, context), source)
    }
  }
}
