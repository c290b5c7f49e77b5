import Foundation

/// How a number is written; never by the locale of the machine.
public enum NumberFormat: Codable, Hashable, Sendable {
  /// A fixed number of decimals: 0.973.
  case decimals(Int)
  /// A fraction as a percentage with so many decimals: 0.973 is 97.3%.
  case percent(Int)
  /// A difference of fractions as signed percentage points: 0.021 is +2.1 pp.
  case points(Int)
  /// So many significant digits, with an exponent where that is shorter: 0.00123, 1.2e-07.
  case significant(Int)
  /// Rounded to a whole number, thousands separated by commas: 15,504.
  case integer
  /// Seconds in the unit that reads best: 12 ms, 3.4 s, 2 min 05 s.
  case seconds
  /// Bytes in decimal units: 98.1 MB.
  case bytes

  /// `value` as text. NaN is `n/a`; a negative number has a true minus sign (U+2212), and a number
  /// that rounds to zero has no sign.
  public func string(_ value: Double) -> String {
    if value.isNaN { return "n/a" }
    if value.isInfinite { return value < 0 ? "\u{2212}\u{221E}" : "\u{221E}" }
    let digits = unsigned(abs(value))
    let isZero = !digits.contains { ("1"..."9").contains($0) }
    let sign =
      if value < 0 && !isZero { "\u{2212}" } else if isSigned && !isZero { "+" } else { "" }
    return sign + digits
  }

  /// Both ends of an interval as text, the unit written once: `94.2–98.8%`, `−1.2 to +3.4 pp`.
  public func string(_ interval: ReportInterval) -> String {
    let high = string(interval.high)
    var low = string(interval.low)
    let dash = interval.low < 0 || interval.high < 0 || isSigned ? " to " : "\u{2013}"
    if let unit, low.hasSuffix(unit), high.hasSuffix(unit) { low.removeLast(unit.count) }
    return low + dash + high
  }

  private var isSigned: Bool { if case .points = self { true } else { false } }

  private var unit: String? {
    switch self {
    case .percent: "%"
    case .points: " pp"
    case .decimals, .significant, .integer, .seconds, .bytes: nil
    }
  }

  private func unsigned(_ value: Double) -> String {
    switch self {
    case .decimals(let places): Self.fixed(value, places)
    case .percent(let places): Self.fixed(100 * value, places) + "%"
    case .points(let places): Self.fixed(100 * value, places) + " pp"
    case .significant(let digits): String(format: "%.*g", max(1, min(digits, 17)), value)
    case .integer: Self.grouped(value)
    case .seconds: Self.duration(value)
    case .bytes: Self.size(value)
    }
  }

  static func fixed(_ value: Double, _ places: Int) -> String {
    String(format: "%.*f", max(0, min(places, 17)), value)
  }

  private static func grouped(_ value: Double) -> String {
    var text = ""
    let digits = fixed(value.rounded(), 0)
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  private static func duration(_ seconds: Double) -> String {
    if seconds < 0.9995 { return fixed(1000 * seconds, seconds < 0.00995 ? 1 : 0) + " ms" }
    if seconds < 59.95 { return fixed(seconds, 1) + " s" }
    let whole = seconds.rounded()
    if whole < 3600 {
      return fixed((whole / 60).rounded(.down), 0) + " min "
        + String(format: "%02.0f", whole.truncatingRemainder(dividingBy: 60)) + " s"
    }
    let minutes = (seconds / 60).rounded()
    return grouped((minutes / 60).rounded(.down)) + " h "
      + String(format: "%02.0f", minutes.truncatingRemainder(dividingBy: 60)) + " min"
  }

  private static func size(_ bytes: Double) -> String {
    var scaled = bytes
    for unit in ["B", "kB", "MB", "GB"] {
      if scaled < 999.5 { return fixed(scaled, unit == "B" ? 0 : 1) + " " + unit }
      scaled /= 1000
    }
    return fixed(scaled, 1) + " TB"
  }
}
