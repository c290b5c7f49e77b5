/// Intervals over identities of the rates at one fixed threshold.
public struct RateIntervals: Codable, Sendable, Equatable {
  public let fmr: ConfidenceInterval
  public let fnmr: ConfidenceInterval
  /// Of the share of pairs decided rightly.
  public let accuracy: ConfidenceInterval
}

extension IdentityBootstrap {
  /// Intervals of FMR, FNMR and accuracy at each of `thresholds`, over identities.
  ///
  /// A threshold is held fixed: an interval tells how a rate moves with the people, not with the
  /// choice of the threshold. The draws are those of ``eer(_:)-([ScoredPair])``. Where every resample
  /// agrees (no error at all) an interval has no width and says nothing.
  public func rates(
    _ pairs: [ScoredPair], thresholds: [Double]
  ) throws(EvaluationError) -> [RateIntervals] {
    let curve = ErrorCurve(try ScoreSet(pairs))
    return try rates(IdentityPairs(pairs), curve, at: thresholds.map { curve.index(of: $0) })
  }

  /// - Parameter indices: of thresholds of `curve`, which is of the same pairs.
  func rates(
    _ pairs: IdentityPairs, _ curve: ErrorCurve, at indices: [Int]
  ) throws(EvaluationError) -> [RateIntervals] {
    try validate()
    let people = pairs.names.count
    guard people >= 2 else { throw .tooFewIdentities(got: people, needed: 2) }
    func rejected(_ index: Int) -> Int {
      curve.falseNonMatches[index] + curve.impostor - curve.falseMatches[index]
    }
    let places = Set(indices.map(rejected)).sorted()
    let resampling = IdentityResampling(identities: people, seed: seed, purpose: 0xEE)
    var counts = [Int32](repeating: 1, count: people + 1)
    var drawn: [[ErrorCounts]] = []
    for resample in 0..<resamples {
      for attempt in 0..<100 {
        resampling.draw(resample: resample, attempt: attempt, into: &counts)
        guard let errors = pairs.errors(counts, rejecting: places) else { continue }
        drawn.append(errors)
        break
      }
    }
    guard !drawn.isEmpty else { throw .tooFewIdentities(got: people, needed: 2) }
    let intervals = places.indices.map { place in
      RateIntervals(
        fmr: interval(drawn.map { $0[place].fmr }), fnmr: interval(drawn.map { $0[place].fnmr }),
        accuracy: interval(drawn.map { $0[place].accuracy }))
    }
    let byPlace = Dictionary(zip(places, intervals), uniquingKeysWith: { first, _ in first })
    return indices.compactMap { byPlace[rejected($0)] }
  }
}

extension ErrorCounts {
  /// The share of pairs decided rightly.
  var accuracy: Double {
    Double(genuine - falseNonMatches + impostor - falseMatches) / Double(genuine + impostor)
  }
}
