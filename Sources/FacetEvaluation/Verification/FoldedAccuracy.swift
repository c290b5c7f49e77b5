/// Accuracy by the LFW View 2 protocol: each fold is decided at the threshold that is best on the
/// other folds.
///
/// Of several best thresholds the smallest is taken. `standardError` is what the protocol asks for;
/// many tools print the standard deviation under the same sign, sqrt(folds) times as large.
public struct FoldedAccuracy: Codable, Sendable, Equatable {
  public struct Fold: Codable, Sendable, Equatable {
    /// The fold's number in the protocol.
    public let fold: Int
    /// Chosen on the other folds; nil accepts nothing.
    public let threshold: Double?
    public let accuracy: Proportion
  }

  /// In ascending order of their numbers.
  public let folds: [Fold]
  /// The mean of the folds' accuracies.
  public let mean: Double
  /// The sample standard deviation of the folds' accuracies (n - 1 in the denominator).
  public let standardDeviation: Double
  /// standardDeviation / sqrt(number of folds).
  public let standardError: Double

  /// - Parameters:
  ///   - pairs: all pairs of all folds.
  ///   - folds: the fold of each pair, as the protocol's file gives it, never re-cut.
  public init(_ pairs: [ScoredPair], folds: [Int]) throws(EvaluationError) {
    guard pairs.count == folds.count else {
      throw .sizeMismatch(what: "folds", expected: "\(pairs.count)", got: "\(folds.count)")
    }
    _ = try ScoreSet(pairs)
    let numbers = Set(folds).sorted()
    guard numbers.count >= 2 else { throw .tooFewFolds(got: numbers.count) }
    var results: [Fold] = []
    for number in numbers {
      let others = zip(pairs, folds).filter { $0.1 != number }.map(\.0)
      let threshold = try Self.bestThreshold(others)
      let tested = zip(pairs, folds).filter { $0.1 == number }.map(\.0)
      let correct = tested.count { ($0.score >= threshold) == $0.same }
      results.append(
        Fold(
          fold: number, threshold: threshold.isFinite ? threshold : nil,
          accuracy: Proportion(correct, of: tested.count)))
    }
    self.folds = results
    let n = Double(results.count)
    let mean = results.reduce(0) { $0 + $1.accuracy.value } / n
    let squares = results.reduce(0) {
      $0 + ($1.accuracy.value - mean) * ($1.accuracy.value - mean)
    }
    self.mean = mean
    standardDeviation = (squares / (n - 1)).squareRoot()
    standardError = standardDeviation / n.squareRoot()
  }

  /// The smallest of the thresholds that decide most pairs rightly.
  private static func bestThreshold(_ pairs: [ScoredPair]) throws(EvaluationError) -> Double {
    let curve = ErrorCurve(try ScoreSet(pairs))
    var best = 0
    for index in 0..<curve.count where curve.correct(index) > curve.correct(best) { best = index }
    return curve.thresholds[best]
  }
}
