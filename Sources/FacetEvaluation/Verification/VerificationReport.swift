/// What a report on scores should compute.
public struct VerificationOptions: Sendable, Equatable {
  /// The false match rates to report FNMR at.
  public var falseMatchRates: [Double] = [0.1, 0.01, 0.001]
  /// Bootstrap resamples of identities; 0 leaves the interval out.
  public var resamples = 1000
  public var confidence = 0.95
  public var seed: UInt64 = 0
  /// The largest number of curve points.
  public var curvePoints = 500
  /// The decision threshold and where it came from; nil takes the EER threshold of the test pairs
  /// and warns.
  public var threshold: Threshold?

  public struct Threshold: Sendable, Equatable {
    public var value: Double
    public var source: ThresholdSource

    public init(_ value: Double, source: ThresholdSource) {
      self.value = value
      self.source = source
    }
  }

  public init() {}
}

/// Everything about a verification experiment that follows from its scores.
public struct VerificationReport: Codable, Sendable, Equatable {
  /// The number of genuine pairs.
  public let genuine: Int
  /// The number of impostor pairs.
  public let impostor: Int
  public let identities: Int
  public let eer: EqualErrorRate
  /// The interval of `eer.midpoint` over identities; nil when there are fewer than two or no
  /// resamples were asked for.
  public let eerInterval: ConfidenceInterval?
  /// The area under the ROC, ties counting half.
  public let auc: Double
  /// d' with population variances; nil when no score varies.
  public let dPrime: Double?
  public let operatingPoints: [OperatingPoint]
  public let decision: ThresholdedAccuracy
  /// By the folds of the protocol; nil when there are fewer than two, or a fold can't have a
  /// threshold because the others lack genuine or impostor pairs.
  public let foldedAccuracy: FoldedAccuracy?
  /// Ascending thresholds.
  public let curve: [CurvePoint]
  /// What weakens the figures; whoever knows more of the images may add to them.
  public var warnings: [EvaluationWarning]
}

extension ErrorRates {
  /// The full report on scored pairs.
  ///
  /// The EER's interval and those of all rates at a threshold are over identities, from the same
  /// draws.
  ///
  /// - Parameter folds: the fold of each pair, for a protocol that has folds.
  /// - Throws: when there are no pairs, only one kind of pairs, a score is not finite, or folds are not
  ///   as many as pairs.
  public static func report(
    _ pairs: [ScoredPair], folds: [Int]? = nil,
    options: VerificationOptions = VerificationOptions()
  ) throws(EvaluationError) -> VerificationReport {
    try validate(options)
    if let folds, folds.count != pairs.count {
      throw .sizeMismatch(what: "folds", expected: "\(pairs.count)", got: "\(folds.count)")
    }
    let scores = try ScoreSet(pairs)
    let curve = ErrorCurve(scores)
    let eer = EqualErrorRate(curve)
    let index = IdentityIndex(pairs)
    let bootstrap = IdentityBootstrap(
      resamples: options.resamples, confidence: options.confidence, seed: options.seed)
    let people = IdentityPairs(pairs, index)
    var points = options.falseMatchRates.map {
      operatingPoint(curve, fmrAtMost: $0, confidence: options.confidence)
    }
    let threshold =
      options.threshold
      ?? VerificationOptions.Threshold(eer.threshold ?? .infinity, source: .testPairs)
    var decision = ThresholdedAccuracy(
      curve, threshold: threshold.value, source: threshold.source, confidence: options.confidence)
    // Too few people is no reason to refuse the other figures; a warning says why it is missing.
    let interval =
      options.resamples == 0
      ? nil : try? bootstrap.eer(people, fewest: min(curve.genuine, curve.impostor))
    let thresholds = points.map { $0.threshold ?? .infinity } + [threshold.value]
    if options.resamples > 0,
      let rates = try? bootstrap.rates(people, curve, at: thresholds.map { curve.index(of: $0) })
    {
      for (place, rate) in rates.dropLast().enumerated() {
        points[place].fmrInterval = rate.fmr
        points[place].fnmrInterval = rate.fnmr
      }
      decision.accuracyInterval = rates.last?.accuracy
      decision.fmrInterval = rates.last?.fmr
      decision.fnmrInterval = rates.last?.fnmr
    }
    return VerificationReport(
      genuine: curve.genuine, impostor: curve.impostor, identities: index.names.count, eer: eer,
      eerInterval: interval, auc: auc(curve), dPrime: dPrime(scores), operatingPoints: points,
      decision: decision, foldedAccuracy: folds.flatMap { try? FoldedAccuracy(pairs, folds: $0) },
      curve: curve.points(limit: options.curvePoints),
      warnings: warnings(curve, points, decision, index)
        + (folds.flatMap(index.sharedByFolds).map { [$0] } ?? []))
  }

  private static func validate(_ options: VerificationOptions) throws(EvaluationError) {
    for rate in options.falseMatchRates where !(rate >= 0 && rate <= 1) {
      throw .invalidOption(name: "false match rate", expected: "0 to 1", got: "\(rate)")
    }
    guard options.confidence > 0 && options.confidence < 1 else {
      throw .invalidOption(
        name: "confidence", expected: "between 0 and 1", got: "\(options.confidence)")
    }
    guard options.curvePoints >= 2 else {
      throw .invalidOption(
        name: "curve points", expected: "at least 2", got: "\(options.curvePoints)")
    }
    guard options.resamples >= 0 else {
      throw .invalidOption(name: "resamples", expected: "0 or more", got: "\(options.resamples)")
    }
    if let threshold = options.threshold, threshold.value.isNaN {
      throw .invalidOption(name: "threshold", expected: "a number", got: "\(threshold.value)")
    }
  }

  private static func warnings(
    _ curve: ErrorCurve, _ points: [OperatingPoint], _ decision: ThresholdedAccuracy,
    _ index: IdentityIndex
  ) -> [EvaluationWarning] {
    var warnings: [EvaluationWarning] = []
    if curve.count == 2 { warnings.append(.constantScores(score: curve.thresholds[0])) }
    for point in points {
      let requested = point.requestedFMR ?? 1
      let isUnresolved = requested < 3 / Double(curve.impostor)
      if isUnresolved {
        warnings.append(.fmrBelowResolution(requested: requested, impostor: curve.impostor))
      }
      // A rate below resolution has few errors anyway.
      let rates = isUnresolved ? [] : [("FMR", point.fmr)]
      for (rate, proportion) in rates + [("FNMR", point.fnmr)]
      where proportion.successes < 30 {
        warnings.append(
          .fewErrors(
            rate: "\(rate) at FMR <= \(requested)", errors: proportion.successes,
            trials: proportion.trials))
      }
    }
    for (rate, proportion) in [("FMR", decision.fmr), ("FNMR", decision.fnmr)]
    where proportion.successes < 30 {
      warnings.append(
        .fewErrors(
          rate: "\(rate) at the decision threshold", errors: proportion.successes,
          trials: proportion.trials))
    }
    if decision.source == .testPairs { warnings.append(.thresholdChosenOnTestPairs) }
    // Beyond 3 : 2, deciding blindly already reaches 60 %.
    if max(decision.alwaysReject, decision.alwaysAccept) > 0.6 {
      warnings.append(
        .unbalancedAccuracy(
          accuracy: decision.accuracy.value, alwaysReject: decision.alwaysReject,
          alwaysAccept: decision.alwaysAccept))
    }
    if index.names.count < 10 { warnings.append(.fewIdentities(count: index.names.count)) }
    if index.contradictions > 0 {
      warnings.append(.contradictoryLabels(pairs: index.contradictions))
    }
    return warnings
  }
}
