/// What a comparison shows.
public enum Outcome: String, Codable, Sendable, Equatable {
  case better
  case worse
  case noEffectShown
}

/// A figure two systems are compared by.
public enum ComparedMeasure: String, Codable, Sendable, Equatable {
  case accuracy
  case eer

  /// Whether a larger value is better.
  var rises: Bool { self == .accuracy }
  var name: String { self == .accuracy ? "accuracy" : "EER" }
}

/// One figure's outcome, from the interval of the difference alone: better or worse only when the
/// whole interval lies on that side of 0.
public struct MeasureVerdict: Codable, Sendable, Equatable {
  public let measure: ComparedMeasure
  public let outcome: Outcome
  /// First minus second.
  public let difference: PairedDifference

  public init(_ measure: ComparedMeasure, _ difference: PairedDifference) {
    self.measure = measure
    self.difference = difference
    if difference.interval.low > 0 {
      outcome = measure.rises ? .better : .worse
    } else if difference.interval.high < 0 {
      outcome = measure.rises ? .worse : .better
    } else {
      outcome = .noEffectShown
    }
  }

  /// For example `accuracy +2.31 points [+0.42, +4.10]`.
  public var figures: String {
    func points(_ value: Double) -> String {
      let hundredths = Int((value * 10_000).rounded())
      let digits = String(abs(hundredths) % 100)
      let sign = hundredths < 0 ? "-" : "+"
      return "\(sign)\(abs(hundredths) / 100).\(digits.count < 2 ? "0" : "")\(digits)"
    }
    let interval = difference.interval
    return "\(measure.name) \(points(difference.value)) points "
      + "[\(points(interval.low)), \(points(interval.high))]"
  }
}

/// A comparison's outcome in words, generated from intervals and never written by hand.
public struct Verdict: Codable, Sendable, Equatable {
  /// Better (or worse) when some figure is and none is the opposite; otherwise no effect is shown.
  public let outcome: Outcome
  public let measures: [MeasureVerdict]
  public let sentence: String

  /// - Parameters:
  ///   - first: how the first system is called in the sentence.
  ///   - second: how the second is.
  ///   - measures: at least one.
  public init(_ first: String, against second: String, _ measures: [MeasureVerdict]) {
    let better = measures.contains { $0.outcome == .better }
    let worse = measures.contains { $0.outcome == .worse }
    let figures = measures.map(\.figures).joined(separator: ", ")
    let intervals = measures.first.map { m in
      let percent = Int((m.difference.interval.confidence * 100).rounded())
      return "\(percent) % intervals by bootstrap over identities"
    }
    let evidence = "\(figures) (\(intervals ?? "no intervals"))."
    let subject = first.prefix(1).uppercased() + first.dropFirst()
    self.measures = measures
    switch (better, worse) {
    case (true, false):
      outcome = .better
      sentence = "\(subject) is better than \(second): \(evidence)"
    case (false, true):
      outcome = .worse
      sentence = "\(subject) is worse than \(second): \(evidence)"
    case (true, true):
      outcome = .noEffectShown
      sentence =
        "\(subject) is better than \(second) by one figure and worse by another: \(evidence)"
    case (false, false):
      outcome = .noEffectShown
      sentence = "No effect shown between \(first) and \(second): \(evidence)"
    }
  }
}
