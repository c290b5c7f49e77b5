import FacetEvaluation
import FacetReport

/// How far a method can be believed on a model, from all that was measured.
public struct TrustVerdict: Codable, Sendable {
  public enum Level: String, Codable, Sendable {
    /// Depends on the weights, beats the centre blob in something and loses to it in nothing.
    case believe
    /// Depends on the weights, but loses somewhere, or nothing is shown.
    case doubt
    /// Doesn't depend on the weights, or loses more than it wins.
    case reject
  }

  public let level: Level
  /// One sentence.
  public let sentence: String
  /// Tests against the centre blob that are won and lost; the others show nothing.
  public let won: Int
  public let lost: Int

  /// - Parameter tests: what was compared with the centre blob, and how it came out; `nil` where a test
  ///   couldn't be made.
  package init(
    reading: RandomisationResult.Reading?, full: MapScore?,
    tests: [(name: String, score: MapScore?)]
  ) {
    let standings = tests.compactMap { test in test.score.map { (test.name, $0.standing) } }
    let better = standings.filter { $0.1 == .better }.map(\.0)
    let worse = standings.filter { $0.1 == .worse }.map(\.0)
    (won, lost) = (better.count, worse.count)
    let wins = better.isEmpty ? "" : "beats a centre blob in \(listed(better))"
    let losses = worse.isEmpty ? "" : "loses to it in \(listed(worse))"
    let all = [wins, losses].filter { !$0.isEmpty }.joined(separator: ", ")
    let evidence = all.isEmpty ? "nothing is shown against a centre blob" : all
    switch reading {
    case .ignoresWeights:
      level = .reject
      let value = full.map { NumberFormat.decimals(2).string($0.value) } ?? "unknown"
      sentence =
        "its maps stay the same with random weights (rank correlation \(value)); \(evidence)"
        .sentence
    case .dependsOnWeights where worse.isEmpty && !better.isEmpty:
      level = .believe
      sentence = "depends on the weights and \(evidence)".sentence
    case nil:
      level = .reject
      sentence = "every map is constant"
    case .dependsOnWeights, .undecided:
      level = worse.count > better.count ? .reject : .doubt
      let weights =
        reading == .undecided
        ? "whether it depends on the weights is undecided" : "depends on the weights"
      sentence = "\(weights); \(evidence)".sentence
    }
  }
}

extension Array where Element == MethodTrust {
  /// The method to believe first: of those that may be believed, the one that wins most, and of equals
  /// the one that recovers most of a swap.
  var mostBelievable: MethodTrust? {
    filter { $0.verdict.level == .believe }.max {
      ($0.verdict.won, $0.groundTruth.recovered?.value ?? -1)
        < ($1.verdict.won, $1.groundTruth.recovered?.value ?? -1)
    }
  }
}
