import Foundation

/// The values at which an axis has marks, with their texts.
public struct AxisTicks: Hashable, Sendable {
  public struct Tick: Hashable, Sendable {
    public var value: Double
    public var label: String
  }

  /// Increasing.
  public var ticks: [Tick]
  /// The ends of the axis; a linear axis that data chose ends at ticks.
  public var range: ClosedRange<Double>

  /// Ticks for an axis.
  ///
  /// - Parameters:
  ///   - count: about how many ticks there is room for; at least 2.
  ///   - isFixed: whether the range stays as it is; else a linear one grows to the next ticks.
  public init(
    range: ClosedRange<Double>, scale: AxisScale = .linear, format: NumberFormat? = nil,
    count: Int = 6, isFixed: Bool = false
  ) {
    switch scale {
    case .linear:
      let step = AxisTicks.step(range, count: count)
      let first = (range.lowerBound / step + (isFixed ? -1e-9 : 1e-9))
      let last = (range.upperBound / step + (isFixed ? 1e-9 : -1e-9))
      let low = isFixed ? first.rounded(.up) : first.rounded(.down)
      let high = isFixed ? last.rounded(.down) : last.rounded(.up)
      let values = (0...max(0, Int(min(high - low, 1000)))).map { (low + Double($0)) * step }
      // Adding 0 turns a negative zero into zero.
      ticks = values.map {
        Tick(value: $0 + 0, label: AxisTicks.label($0 + 0, step: step, format: format))
      }
      self.range =
        isFixed
        ? range
        : min(range.lowerBound, low * step)...max(range.upperBound, high * step)
    case .logarithmic:
      ticks = AxisTicks.logarithmic(range, count: count).map {
        Tick(value: $0, label: AxisTicks.label($0, step: $0, format: format))
      }
      self.range = range
    case .normalDeviate:
      ticks = AxisTicks.rates.filter { range.contains($0) }.map {
        Tick(value: $0, label: AxisTicks.rateLabel($0))
      }
      self.range = range
    }
  }

  /// The step of 1, 2 or 5 times a power of ten that divides `range` into about `count` parts
  /// (P. Heckbert, "Nice numbers for graph labels", Graphics Gems 1990).
  public static func step(_ range: ClosedRange<Double>, count: Int) -> Double {
    let raw = (range.upperBound - range.lowerBound) / Double(max(2, count))
    guard raw > 0 && raw.isFinite else { return 1 }
    let power = pow(10, log10(raw).rounded(.down))
    let fraction = raw / power
    let nice: Double =
      if fraction < 1.5 { 1 } else if fraction < 3 { 2 } else if fraction < 7 { 5 } else { 10 }
    return nice * power
  }

  /// Rates that a reader of DET plots expects.
  private static let rates: [Double] = [
    0.00001, 0.0001, 0.001, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 0.999, 0.9999,
  ]

  private static func rateLabel(_ rate: Double) -> String {
    String(format: "%.10g", (100 * rate * 1e9).rounded() / 1e9) + "%"
  }

  private static func logarithmic(_ range: ClosedRange<Double>, count: Int) -> [Double] {
    guard range.lowerBound > 0, range.upperBound.isFinite else { return [] }
    let low = Int((log10(range.lowerBound) + 1e-9).rounded(.down))
    let high = Int((log10(range.upperBound) - 1e-9).rounded(.up))
    let decades = high - low
    let multiples: [Double] =
      if decades * 3 <= count + 3 { [1, 2, 5] } else { [1] }
    let stride = max(1, Int((Double(decades) / Double(max(2, count))).rounded(.up)))
    var values: [Double] = []
    for (index, exponent) in (low...high).enumerated() where index % stride == 0 {
      values += multiples.map { $0 * pow(10, Double(exponent)) }
    }
    let margin = 1 + 1e-9
    return values.filter {
      $0 >= range.lowerBound / margin && $0 <= range.upperBound * margin
    }
  }

  private static func label(_ value: Double, step: Double, format: NumberFormat?) -> String {
    let decimals = max(0, Int((-log10(abs(step)) - 1e-9).rounded(.up)))
    switch format {
    case .percent(let places):
      return NumberFormat.percent(max(places, max(0, decimals - 2))).string(value)
    case .some(let format): return format.string(value)
    case nil:
      if value != 0 && (abs(value) >= 1e6 || decimals > 5) {
        return NumberFormat.significant(4).string(value)
      }
      return decimals == 0 && abs(value) >= 10_000
        ? NumberFormat.integer.string(value) : NumberFormat.decimals(decimals).string(value)
    }
  }
}
