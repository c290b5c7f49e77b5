/// McNemar's test of two systems' decisions on the same cases, exact.
///
/// Under "no difference" the cases where just one system is right split like a fair coin; the
/// two-sided p-value is twice the smaller binomial tail, at most 1. It takes cases as independent,
/// which images of one person are not: read it beside the identity bootstrap.
public struct McNemar: Codable, Sendable, Equatable {
  /// Cases only the first system got right.
  public let onlyFirst: Int
  /// Cases only the second system got right.
  public let onlySecond: Int
  /// The two-sided p-value, in (0, 1].
  public let p: Double

  public init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "negative counts")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    let n = onlyFirst + onlySecond
    let k = min(onlyFirst, onlySecond)
    // P(X <= k) for X ~ Bin(n, 1/2) is I_{1/2}(n - k, k + 1).
    p =
      n == 0
      ? 1 : min(1, 2 * IncompleteBeta.regularized(0.5, a: Double(n - k), b: Double(k + 1)))
  }

  /// The test of two lists of "was right", case by case; the lists must have equal lengths.
  public init(first: [Bool], second: [Bool]) throws(EvaluationError) {
    guard first.count == second.count else {
      throw .sizeMismatch(
        what: "decisions of the second system", expected: "\(first.count)", got: "\(second.count)")
    }
    var onlyFirst = 0
    var onlySecond = 0
    for (a, b) in zip(first, second) where a != b {
      if a { onlyFirst += 1 } else { onlySecond += 1 }
    }
    self.init(onlyFirst: onlyFirst, onlySecond: onlySecond)
  }
}

/// Holm's step-down correction of a family of tests (Scandinavian Journal of Statistics 6, 1979).
public enum Holm {
  /// The adjusted p-values, in the order given: the k-th smallest of n is multiplied by n - k + 1,
  /// never falls below an adjusted smaller one, and is at most 1.
  public static func adjusted(_ p: [Double]) -> [Double] {
    let order = p.indices.sorted { (p[$0], $0) < (p[$1], $1) }
    var result = p
    var running = 0.0
    for (rank, index) in order.enumerated() {
      running = max(running, min(1, Double(p.count - rank) * p[index]))
      result[index] = running
    }
    return result
  }
}
