/// The range of an axis before ticks.
struct AxisExtent {
  /// Beyond this magnitude numbers count as missing, so that sums and differences stay finite.
  static let largest = 1e300

  private(set) var low = Double.infinity
  private(set) var high = -Double.infinity
  private let scale: AxisScale

  init(_ scale: AxisScale) { self.scale = scale }

  /// Widens the range to hold `value`, unless the scale has no place for it.
  mutating func include(_ value: Double) {
    guard abs(value) <= AxisExtent.largest, scale.position(value).isFinite else { return }
    low = min(low, value)
    high = max(high, value)
  }

  var isEmpty: Bool { low > high }

  /// The axis' own range where it is usable (then fixed), else that of the data with some room.
  func range(of axis: PlotAxis) -> (range: ClosedRange<Double>, isFixed: Bool) {
    if let range = axis.range, range.lowerBound < range.upperBound,
      abs(range.lowerBound) <= AxisExtent.largest, abs(range.upperBound) <= AxisExtent.largest,
      axis.scale.position(range.lowerBound).isFinite,
      axis.scale.position(range.upperBound).isFinite
    {
      return (range, true)
    }
    switch axis.scale {
    case .linear:
      if isEmpty { return (0...1, false) }
      if low == high {
        let margin = low == 0 ? 1 : abs(low) * 0.1
        return (low - margin...high + margin, false)
      }
      return (low...high, false)
    case .logarithmic:
      if isEmpty { return (1...10, false) }
      return low == high ? (low / 3...high * 3, false) : (low / 1.1...high * 1.1, false)
    case .normalDeviate:
      if isEmpty || low == high { return (0.001...0.6, false) }
      return (low...high, false)
    }
  }
}
