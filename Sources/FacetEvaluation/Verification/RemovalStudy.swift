/// Verification accuracy while pixels of the probes are taken away, or put back, in some order (Lu et
/// al. 2024): the share of pairs decided rightly at the threshold of the clean images' EER.
public struct RemovalCurve: Codable, Sendable, Equatable {
  /// Of the pixels, ascending.
  public let shares: [Double]
  /// The share of pairs decided rightly at each.
  public let accuracy: [Double]
  /// The share of genuine pairs that are accepted; `nil` without such pairs.
  public let trueMatchRate: [Double]?
  /// The share of impostor pairs that are rejected; `nil` without such pairs.
  public let trueNonMatchRate: [Double]?
  /// The area under `accuracy` by trapezoids, divided by the span of the shares: in 0...1. Low is good
  /// for deletion, high for insertion.
  public let area: Double
  /// Over identities; `nil` when there are fewer than two.
  public let areaInterval: ConfidenceInterval?
}

/// The pairs of a study of removed pixels: every order is judged on the same ones.
public struct RemovalStudy: Sendable {
  public let pairs: [ScoredPair]
  /// A pair is accepted iff its score >= threshold; +infinity accepts nothing.
  public let threshold: Double
  public let shares: [Double]
  public let bootstrap: IdentityBootstrap

  /// - Parameters:
  ///   - pairs: their scores are those of the clean images.
  ///   - shares: of the pixels, ascending, at least two.
  public init(
    _ pairs: [ScoredPair], threshold: Double, shares: [Double],
    bootstrap: IdentityBootstrap = IdentityBootstrap()
  ) throws(EvaluationError) {
    if pairs.isEmpty { throw .noPairs }
    guard shares.count >= 2, zip(shares, shares.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .invalidOption(
        name: "shares of pixels", expected: "at least two, ascending", got: "\(shares)")
    }
    if threshold.isNaN {
      throw .invalidOption(name: "threshold", expected: "a number", got: "\(threshold)")
    }
    self.pairs = pairs
    self.threshold = threshold
    self.shares = shares
    self.bootstrap = bootstrap
  }

  /// - Parameter scores: of each pair, one for each share.
  public func curve(_ scores: [[Double]]) throws(EvaluationError) -> RemovalCurve {
    let right = try decisions(scores)
    func rates(_ isCounted: (ScoredPair) -> Bool) -> [Double]? {
      let counted = pairs.indices.filter { isCounted(pairs[$0]) }
      guard !counted.isEmpty else { return nil }
      return shares.indices.map { share in
        Double(counted.count { right[$0][share] }) / Double(counted.count)
      }
    }
    let areas = right.map(area)
    return RemovalCurve(
      shares: shares, accuracy: rates { _ in true } ?? [], trueMatchRate: rates(\.same),
      trueNonMatchRate: rates { !$0.same },
      area: areas.reduce(0, +) / Double(areas.count),
      // Too few people is no reason to refuse the curve.
      areaInterval: try? bootstrap.mean(areas, pairs: pairs))
  }

  /// The difference of the areas of two orders, `first` minus `second`, on the same resampled people.
  public func areaDifference(
    _ first: [[Double]], _ second: [[Double]]
  ) throws(EvaluationError) -> PairedDifference {
    try bootstrap.meanDifference(areas(first), areas(second), pairs: pairs)
  }

  /// An order's area held against those of controls, all on the same resampled people.
  ///
  /// - Parameters:
  ///   - own: of each pair, one score for each share.
  ///   - controls: at least one; the same of each.
  ///   - direction: in which the scores were had.
  /// - Throws: `tooFewIdentities` with one person, beside what ``curve(_:)`` throws.
  public func comparison(
    _ own: [[Double]], to controls: [(name: String, scores: [[Double]])],
    _ direction: RemovalDirection
  ) throws(EvaluationError) -> RemovalComparison {
    var systems = [try areas(own)]
    for control in controls { systems.append(try areas(control.scores)) }
    let drawn = try bootstrap.pairMeans(systems, pairs: pairs)
    var compared: [RemovalComparison.Control] = []
    for (index, control) in controls.enumerated() {
      let differences = zip(systems[0], systems[index + 1]).map { $0 - $1 }
      let drawnDifferences = zip(drawn[0], drawn[index + 1]).map { $0 - $1 }
      compared.append(
        RemovalComparison.Control(
          name: control.name,
          difference: PairedDifference(
            value: differences.reduce(0, +) / Double(pairs.count),
            interval: bootstrap.interval(drawnDifferences)),
          p: try p(differences, drawn: drawnDifferences)))
    }
    return RemovalComparison(direction, compared)
  }

  /// The larger of two p-values, since each covers what the other doesn't: draws of people know that a
  /// pair belongs to two of them, and the sign-flip test over the probes' people keeps its level with
  /// few people. `nil` with fewer than ``MapScore/leastPeople`` probes' people.
  private func p(_ differences: [Double], drawn: [Double]) throws(EvaluationError) -> Double? {
    var numbers: [String: Int] = [:]
    let people = pairs.map { pair in
      let number = numbers[pair.probeIdentity] ?? numbers.count
      numbers[pair.probeIdentity] = number
      return number
    }
    guard numbers.count >= MapScore.leastPeople else { return nil }
    let flipped = try SignFlipTest(differences, identities: people, seed: bootstrap.seed)
    return max(IdentityBootstrap.twoSidedP(drawn), flipped.p)
  }

  /// The area under each pair's decisions.
  private func areas(_ scores: [[Double]]) throws(EvaluationError) -> [Double] {
    try decisions(scores).map(area)
  }

  /// Whether each pair is decided rightly at each share.
  private func decisions(_ scores: [[Double]]) throws(EvaluationError) -> [[Bool]] {
    guard scores.count == pairs.count else {
      throw .sizeMismatch(
        what: "lists of scores", expected: "\(pairs.count)", got: "\(scores.count)")
    }
    var right: [[Bool]] = []
    for (pair, own) in zip(pairs, scores) {
      guard own.count == shares.count else {
        throw .sizeMismatch(
          what: "scores of a pair", expected: "\(shares.count)", got: "\(own.count)")
      }
      if let index = own.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteScore(index: index, got: own[index])
      }
      right.append(own.map { ($0 >= threshold) == pair.same })
    }
    return right
  }

  /// The area under one pair's decisions, a right one counting 1. The area under the accuracy is their
  /// mean, so it can be resampled.
  private func area(_ right: [Bool]) -> Double {
    var sum = 0.0
    for i in 1..<shares.count {
      let height = (right[i] ? 0.5 : 0) + (right[i - 1] ? 0.5 : 0)
      sum += height * (shares[i] - shares[i - 1])
    }
    return sum / (shares[shares.count - 1] - shares[0])
  }
}
