/// Figures of a score set that need no threshold, and the operating points at a wanted one.
public enum ErrorRates {
  /// The equal error rate by every definition.
  public static func equalErrorRate(_ scores: ScoreSet) -> EqualErrorRate {
    EqualErrorRate(ErrorCurve(scores))
  }

  /// The area under the ROC: the chance that a genuine pair scores higher than an impostor pair,
  /// ties counting half. In [0, 1].
  public static func auc(_ curve: ErrorCurve) -> Double {
    var twice = 0
    for index in 0..<curve.count - 1 {
      let tiedGenuine = curve.falseNonMatches[index + 1] - curve.falseNonMatches[index]
      // An impostor below the threshold loses to these genuine pairs, a tied one ties.
      let below = curve.impostor - curve.falseMatches[index]
      let tied = curve.falseMatches[index] - curve.falseMatches[index + 1]
      twice += tiedGenuine * (2 * below + tied)
    }
    return Double(twice) / (2 * Double(curve.genuine) * Double(curve.impostor))
  }

  /// d' = (mean genuine - mean impostor) / sqrt((variance genuine + variance impostor) / 2), with
  /// population variances; nil when both are zero.
  public static func dPrime(_ scores: ScoreSet) -> Double? {
    let g = Moments(scores.genuine)
    let i = Moments(scores.impostor)
    let pooled = (g.variance + i.variance) / 2
    return pooled > 0 ? (g.mean - i.mean) / pooled.squareRoot() : nil
  }

  /// FNMR@FMR<=`fmr`: the operating point of the smallest threshold whose FMR is not above `fmr`.
  public static func operatingPoint(
    _ curve: ErrorCurve, fmrAtMost fmr: Double, confidence: Double = 0.95
  ) -> OperatingPoint {
    var low = 0
    var high = curve.count - 1
    while low < high {
      let middle = (low + high) / 2
      if curve.fmr(middle) <= fmr { high = middle } else { low = middle + 1 }
    }
    return OperatingPoint(curve, index: low, requestedFMR: fmr, confidence: confidence)
  }
}

/// Mean and population variance, in two passes.
struct Moments {
  let mean: Double
  let variance: Double

  init(_ values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    self.mean = mean
    // A constant list must have no variance at all, not one of rounding errors.
    if values.allSatisfy({ $0 == values[0] }) {
      variance = 0
    } else {
      variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    }
  }
}

/// The errors at one threshold, with the counts behind them.
public struct OperatingPoint: Codable, Sendable, Equatable {
  /// The FMR asked for; nil when the threshold was given.
  public let requestedFMR: Double?
  /// nil is above every score: nothing is accepted.
  public let threshold: Double?
  /// The achieved FMR: false matches of all impostor pairs.
  public let fmr: Proportion
  /// False non-matches of all genuine pairs.
  public let fnmr: Proportion
  /// The intervals over identities, at this threshold; nil when none was asked for, or there are
  /// fewer than two people. Those of the proportions take pairs as independent, which they are not,
  /// and are too narrow.
  public internal(set) var fmrInterval: ConfidenceInterval?
  public internal(set) var fnmrInterval: ConfidenceInterval?

  public var falseMatches: Int { fmr.successes }
  public var falseNonMatches: Int { fnmr.successes }
  /// (FMR + FNMR) / 2.
  public var hter: Double { (fmr.value + fnmr.value) / 2 }

  init(_ curve: ErrorCurve, index: Int, requestedFMR: Double?, confidence: Double) {
    let t = curve.thresholds[index]
    self.requestedFMR = requestedFMR
    threshold = t.isFinite ? t : nil
    fmr = Proportion(curve.falseMatches[index], of: curve.impostor, confidence: confidence)
    fnmr = Proportion(curve.falseNonMatches[index], of: curve.genuine, confidence: confidence)
  }
}
