/// Where a decision threshold came from.
public enum ThresholdSource: String, Codable, Sendable, Equatable {
  /// Chosen on the very pairs that are evaluated: the figures are too good.
  case testPairs
  /// Chosen on a development (calibration) set.
  case developmentSet
  /// Given by the user.
  case given
}

/// How many pairs are decided rightly at a threshold, beside what deciding blindly reaches.
public struct ThresholdedAccuracy: Codable, Sendable, Equatable {
  /// A pair is accepted iff its score >= threshold; nil accepts nothing.
  public let threshold: Double?
  public let source: ThresholdSource
  public let accuracy: Proportion
  /// The accuracy of rejecting every pair: the share of impostor pairs.
  public let alwaysReject: Double
  /// The accuracy of accepting every pair: the share of genuine pairs.
  public let alwaysAccept: Double
  public let fmr: Proportion
  public let fnmr: Proportion
  /// The intervals over identities, at this threshold; nil as for ``OperatingPoint``.
  public internal(set) var accuracyInterval: ConfidenceInterval?
  public internal(set) var fmrInterval: ConfidenceInterval?
  public internal(set) var fnmrInterval: ConfidenceInterval?
  /// The half total error rate (FMR + FNMR) / 2.
  public let hter: Double

  /// - Parameter threshold: +infinity accepts nothing.
  public init(
    _ curve: ErrorCurve, threshold: Double, source: ThresholdSource, confidence: Double = 0.95
  ) {
    let index = curve.index(of: threshold)
    let point = OperatingPoint(curve, index: index, requestedFMR: nil, confidence: confidence)
    let pairs = curve.genuine + curve.impostor
    self.threshold = threshold.isFinite ? threshold : nil
    self.source = source
    accuracy = Proportion(curve.correct(index), of: pairs, confidence: confidence)
    alwaysReject = Double(curve.impostor) / Double(pairs)
    alwaysAccept = Double(curve.genuine) / Double(pairs)
    fmr = point.fmr
    fnmr = point.fnmr
    hter = point.hter
  }
}

extension ErrorRates {
  /// HTER and accuracy on `test` at the EER threshold of `development`: the test pairs have no say
  /// in the threshold.
  public static func halfTotalErrorRate(
    development: ScoreSet, test: ScoreSet, confidence: Double = 0.95
  ) -> ThresholdedAccuracy {
    let threshold = equalErrorRate(development).threshold ?? .infinity
    return ThresholdedAccuracy(
      ErrorCurve(test), threshold: threshold, source: .developmentSet, confidence: confidence)
  }
}
