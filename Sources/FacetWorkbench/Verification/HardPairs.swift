import FacetEvaluation

/// A pair and how far it is from being decided otherwise.
public struct HardPair: Codable, Sendable, Equatable {
  public let probe: String
  public let reference: String
  public let same: Bool
  public let score: Double
  /// What it was decided at; `nil` accepts nothing.
  public let threshold: Double?
  /// Of the protocol; `nil` when it has none.
  public let fold: Int?
  /// Whether the decision is wrong.
  public let isError: Bool

  /// How far the score is on the wrong side of the threshold; negative on the right side.
  var excess: Double {
    let threshold = threshold ?? .infinity
    return same ? threshold - score : score - threshold
  }
}

/// The pairs a network decides worst, and how many it decides wrongly.
///
/// Where a protocol has folds every pair is decided at its fold's threshold, else at one for all.
struct HardPairs {
  /// The most alike impostor pairs, the worst first; errors come before the others.
  let impostor: [HardPair]
  /// The least alike genuine pairs.
  let genuine: [HardPair]
  let falseMatches: Int
  let falseNonMatches: Int
  /// Whether thresholds are the folds'.
  let usesFolds: Bool

  /// - Parameters:
  ///   - folds: one for each pair, or `nil`.
  ///   - count: how many of each kind are kept.
  init(_ pairs: [ScoredPair], folds: [Int]?, _ report: VerificationReport, count: Int = 12) {
    var byFold: [Int: Double] = [:]
    // A threshold that was given is what the user wants to see pairs decided at.
    usesFolds = report.foldedAccuracy != nil && report.decision.source == .testPairs
    for fold in report.foldedAccuracy?.folds ?? [] where usesFolds {
      byFold[fold.fold] = fold.threshold ?? .infinity
    }
    let common = report.decision.threshold ?? .infinity
    var all: [HardPair] = []
    for (index, pair) in pairs.enumerated() {
      let fold = folds?[index]
      let threshold = fold.flatMap { byFold[$0] } ?? common
      let isError = (pair.score >= threshold) != pair.same
      all.append(
        HardPair(
          probe: pair.probe, reference: pair.reference, same: pair.same, score: pair.score,
          threshold: threshold.isFinite ? threshold : nil, fold: fold, isError: isError))
    }
    falseMatches = all.count { $0.isError && !$0.same }
    falseNonMatches = all.count { $0.isError && $0.same }
    func worst(_ same: Bool) -> [HardPair] {
      // By score where no threshold is, and by place in the list where scores are equal.
      Array(
        all.enumerated().filter { $0.element.same == same }
          .sorted { a, b in
            let (x, y) = (a.element, b.element)
            if x.excess != y.excess { return x.excess > y.excess }
            if x.score != y.score { return same ? x.score < y.score : x.score > y.score }
            return a.offset < b.offset
          }.prefix(count).map(\.element))
    }
    impostor = worst(false)
    genuine = worst(true)
  }
}
