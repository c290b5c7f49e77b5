import FacetEvaluation
import FacetFiles
import FacetReport
import Foundation

/// `facet evaluate --scores`: everything about verification that follows from a table of scores.
public struct EvaluateJob: Sendable {
  public let scores: String
  /// The decision threshold; `nil` is that of the EER, with a warning.
  public let threshold: Double?
  /// A report's folder; `nil` prints only.
  public let output: String?
  public let replaces: Bool

  public init(scores: String, threshold: Double?, output: String?, replaces: Bool) {
    self.scores = scores
    self.threshold = threshold
    self.output = output
    self.replaces = replaces
  }

  public func run(_ context: JobContext) throws -> Report {
    let start = ContinuousClock.now
    let data = try FileReading.data(at: scores)
    let pairs = try Self.pairs(data, path: scores)
    let folder = try output.map { try OutputFolder($0, replacing: replaces) }
    context.progress.step("bootstrap over identities", 0)
    var options = VerificationOptions()
    options.seed = context.seed
    options.threshold = threshold.map { .init($0, source: .given) }
    let result = try ErrorRates.report(pairs, options: options)
    let page = VerificationPage(
      report: result, pairs: pairs,
      pairing:
        "\(counted(pairs.count, "pair")) of \(counted(result.identities, "person", "people")) "
        + "in \(scores)", score: "score in the table")
    let provenance = Provenance(
      seed: context.seed, options: threshold.map { ["threshold": "\($0)"] } ?? [:],
      sha256: ["data": SHA256Digest(of: data).hex],
      seconds: (ContinuousClock.now - start).seconds)
    let report = Report(
      title: "How well do these scores tell people apart?",
      subtitle: "\(result.genuine) genuine and \(result.impostor) impostor pairs",
      summary: ReportSummary(
        figures: [
          page.headline,
          HeadlineFigure(
            "AUC", result.auc, .decimals(4), count: "\(pairs.count) pairs",
            definition: "The chance that a genuine pair scores higher than an impostor pair; ties "
              + "count half."),
        ], warnings: page.summaryWarnings), sections: [page.section],
      provenance: ReportProvenance(provenance, context: context, paths: ["data": scores]))
    if let folder {
      _ = try ReportWriter.write(report, to: folder.file(""))
      try ResultsFile(command: "evaluate", provenance: provenance, result: result)
        .write(to: folder.file("results.json"))
      try folder.commit()
    }
    return report
  }

  private static func pairs(_ data: Data, path: String) throws -> [ScoredPair] {
    do {
      return try ScoreTable(csv: String(decoding: data, as: UTF8.self)).pairs
    } catch {
      throw WorkbenchError.badData("\(path): \(error)")
    }
  }
}
