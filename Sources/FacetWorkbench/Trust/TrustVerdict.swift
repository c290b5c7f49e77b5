import FacetEvaluation
import FacetReport

/// How far a method can be believed on a model, from all that was measured.
public struct TrustVerdict: Codable, Sendable {
  public enum Level: String, Codable, Sendable {
    /// Depends on the weights, beats the centre blob both in taking pixels away and against the truth,
    /// and loses to it in nothing.
    case believe
    /// Depends on the weights, but not all of that is shown.
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

  /// A comparison with the centre blob, larger being better; `nil` where it couldn't be made.
  package typealias Test = (name: String, score: MapScore?)

  /// - Parameters:
  ///   - likeness: of the maps to those of random weights.
  ///   - faithfulness: what became of the answer when pixels went.
  ///   - truth: what drawn faces said.
  package init(
    reading: RandomisationResult.Reading?, likeness: MapScore?, faithfulness: [Test], truth: [Test]
  ) {
    func names(_ tests: [Test], _ standing: MapScore.Standing) -> [String] {
      tests.filter { $0.score?.standing == standing }.map(\.name)
    }
    let better = names(faithfulness + truth, .better)
    let worse = names(faithfulness + truth, .worse)
    (won, lost) = (better.count, worse.count)
    let parts = [
      better.isEmpty ? nil : "beats a centre blob in \(listed(better))",
      worse.isEmpty ? nil : "loses to a centre blob in \(listed(worse))",
    ].compactMap { $0 }
    let evidence =
      parts.isEmpty
      ? "nothing is shown against a centre blob" : parts.joined(separator: ", ")
    let isTrue = !names(faithfulness, .better).isEmpty && !names(truth, .better).isEmpty
    switch reading {
    case nil:
      level = .reject
      sentence = "Every map is constant."
    case .ignoresWeights:
      level = .reject
      let value = likeness.map { NumberFormat.decimals(2).string($0.value) } ?? "unknown"
      sentence =
        "Much the same with random weights (rank correlation \(value)); \(evidence)".sentence
    case .dependsOnWeights where worse.isEmpty && isTrue:
      level = .believe
      sentence = "Depends on the weights and \(evidence)".sentence
    case .dependsOnWeights, .undecided:
      level = worse.count > better.count ? .reject : .doubt
      let weights =
        reading == .undecided
        ? "Whether it depends on the weights is undecided" : "Depends on the weights"
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
