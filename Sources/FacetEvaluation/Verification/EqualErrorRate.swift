/// The definitions of the equal error rate in use; they differ on the same scores.
public enum EERDefinition: String, Codable, Sendable, Equatable, CaseIterable {
  /// Midpoint of the interval of FVC2000 (Maio et al., PAMI 24, 2002): the headline.
  case fvc2000 = "FVC2000"
  /// Where the polyline through consecutive operating points meets FMR = FNMR.
  case linear
  /// Where the convex hull of the ROC meets FMR = FNMR.
  case rocch
}

/// The equal error rate of a score set, by each definition.
///
/// With t1 the last threshold where FMR >= FNMR and t2 the first where FNMR >= FMR, the interval
/// [low, high] is the two rates at the one of them with the smaller FMR + FNMR (t1 when equal).
public struct EqualErrorRate: Codable, Sendable, Equatable {
  public let low: Double
  public let high: Double
  /// (low + high) / 2, the headline.
  public let midpoint: Double
  public let linear: Double
  public let rocch: Double
  /// t1.
  public let thresholdLow: Double
  /// t2; nil when it lies above every score (nothing is accepted).
  public let thresholdHigh: Double?
  /// The one of t1 and t2 that [low, high] belongs to; nil as in `thresholdHigh`.
  public let threshold: Double?
  /// The false match rate at `threshold`.
  public let fmr: Double
  /// The false non-match rate at `threshold`.
  public let fnmr: Double
  /// The definition of the headline.
  public let definition: EERDefinition

  /// The value by a named definition.
  public func value(_ definition: EERDefinition) -> Double {
    switch definition {
    case .fvc2000: midpoint
    case .linear: linear
    case .rocch: rocch
    }
  }

  /// - Complexity: O(n) for a curve of n thresholds.
  public init(_ curve: ErrorCurve) {
    var second = 0
    while !curve.counts(second).isAtOrPastCrossing { second += 1 }
    let after = curve.counts(second)
    // Each step up the thresholds lowers FMR or raises FNMR, so equality holds at one at most.
    let first = after.isExact ? second : second - 1
    let crossing = EERCrossing(before: curve.counts(first), after: after)
    low = crossing.chosen.smaller
    high = crossing.chosen.larger
    midpoint = crossing.midpoint
    linear = crossing.linear
    rocch = ROCConvexHull(curve).equalErrorRate
    thresholdLow = curve.thresholds[first]
    thresholdHigh = second == curve.count - 1 ? nil : curve.thresholds[second]
    threshold = crossing.choosesBefore ? thresholdLow : thresholdHigh
    fmr = crossing.chosen.fmr
    fnmr = crossing.chosen.fnmr
    definition = .fvc2000
  }
}

extension ErrorCurve {
  func counts(_ index: Int) -> ErrorCounts {
    ErrorCounts(
      falseMatches: falseMatches[index], falseNonMatches: falseNonMatches[index],
      impostor: impostor, genuine: genuine)
  }
}

/// The errors at one threshold; counts may be weighted. Comparisons are exact, in integers.
struct ErrorCounts {
  var falseMatches: Int
  var falseNonMatches: Int
  let impostor: Int
  let genuine: Int

  /// FNMR >= FMR.
  var isAtOrPastCrossing: Bool { falseNonMatches * impostor >= falseMatches * genuine }
  /// FNMR = FMR.
  var isExact: Bool { falseNonMatches * impostor == falseMatches * genuine }
  /// FMR + FNMR, times both totals.
  var errorSum: Int { falseNonMatches * impostor + falseMatches * genuine }
  var fmr: Double { Double(falseMatches) / Double(impostor) }
  var fnmr: Double { Double(falseNonMatches) / Double(genuine) }
  var smaller: Double { isAtOrPastCrossing ? fmr : fnmr }
  var larger: Double { isAtOrPastCrossing ? fnmr : fmr }
}

/// The operating points on either side of FMR = FNMR, at t1 and t2.
struct EERCrossing {
  let before: ErrorCounts
  let after: ErrorCounts

  var choosesBefore: Bool { before.errorSum <= after.errorSum }
  var chosen: ErrorCounts { choosesBefore ? before : after }
  var midpoint: Double { (chosen.fmr + chosen.fnmr) / 2 }

  var linear: Double {
    let above = before.fmr - before.fnmr
    let below = after.fnmr - after.fmr
    if before.isExact || above + below <= 0 { return before.fmr }
    return before.fmr + above / (above + below) * (after.fmr - before.fmr)
  }
}
