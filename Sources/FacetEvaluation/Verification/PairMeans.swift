extension IdentityBootstrap {
  /// The interval of the mean of one value for each pair, over identities: a draw weighs a genuine pair
  /// as often as its person was drawn, a pair of two people by the product of both.
  public func mean(
    _ values: [Double], pairs: [ScoredPair]
  ) throws(EvaluationError) -> ConfidenceInterval {
    interval(try pairMeans([values], pairs: pairs)[0])
  }

  /// The difference of two systems' means over the same pairs, `first` minus `second`, on the same draws.
  public func meanDifference(
    _ first: [Double], _ second: [Double], pairs: [ScoredPair]
  ) throws(EvaluationError) -> PairedDifference {
    let drawn = try pairMeans([first, second], pairs: pairs)
    let full = zip(first, second).reduce(0) { $0 + $1.0 - $1.1 } / Double(first.count)
    return PairedDifference(
      value: full, interval: interval(zip(drawn[0], drawn[1]).map { $0 - $1 }))
  }

  /// The p-value, in (0, 1], that goes with a percentile interval of resampled differences: twice the
  /// share of draws on the far side of 0, the full sample counting as one more.
  static func twoSidedP(_ differences: [Double]) -> Double {
    let tail = min(differences.count { $0 <= 0 }, differences.count { $0 >= 0 })
    return min(1, 2 * Double(tail + 1) / Double(differences.count + 1))
  }

  /// The mean of each system on each resample, `[system][resample]`.
  ///
  /// A draw that leaves no pair is drawn again, a hundred times at most, then left out.
  func pairMeans(
    _ systems: [[Double]], pairs: [ScoredPair]
  ) throws(EvaluationError) -> [[Double]] {
    try validate()
    if pairs.isEmpty { throw .noPairs }
    for values in systems where values.count != pairs.count {
      throw .sizeMismatch(
        what: "values", expected: "\(pairs.count)", got: "\(values.count)")
    }
    let index = IdentityIndex(pairs)
    let people = index.names.count
    guard people >= 2 else { throw .tooFewIdentities(got: people, needed: 2) }
    let resampling = IdentityResampling(identities: people, seed: seed, purpose: 0x9A12)
    var counts = [Int32](repeating: 0, count: people)
    var means = [[Double]](repeating: [], count: systems.count)
    for resample in 0..<resamples {
      for attempt in 0..<100 {
        resampling.draw(resample: resample, attempt: attempt, into: &counts)
        let weights = index.members.map { probe, reference in
          probe == reference
            ? Double(counts[probe]) : Double(counts[probe]) * Double(counts[reference])
        }
        let total = weights.reduce(0, +)
        guard total > 0 else { continue }
        for (system, values) in systems.enumerated() {
          means[system].append(zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total)
        }
        break
      }
    }
    guard !means[0].isEmpty else { throw .tooFewIdentities(got: people, needed: 2) }
    return means
  }
}
