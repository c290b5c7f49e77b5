/// One axis of a plot.
public struct PlotAxis: Codable, Hashable, Sendable {
  /// What is measured, with its unit; may be empty.
  public var label: String
  public var scale: AxisScale
  /// The values at the ends; where `nil` (or not two different finite numbers that the scale has),
  /// the data decides.
  public var range: ClosedRange<Double>?
  /// How tick labels are written; `nil` takes as many decimals as the ticks need.
  public var format: NumberFormat?

  public init(
    _ label: String, scale: AxisScale = .linear, range: ClosedRange<Double>? = nil,
    format: NumberFormat? = nil
  ) {
    self.label = label
    self.scale = scale
    self.range = range
    self.format = format
  }

  /// An axis of fractions written as percentages.
  public static func percent(
    _ label: String, scale: AxisScale = .linear, range: ClosedRange<Double>? = nil
  ) -> PlotAxis {
    PlotAxis(label, scale: scale, range: range, format: .percent(0))
  }
}

/// A horizontal, vertical or diagonal line that gives a plot's values a meaning: a threshold, the
/// best epoch, chance.
public enum PlotRule: Codable, Hashable, Sendable {
  case vertical(Double, label: String)
  case horizontal(Double, label: String)
  /// Where both coordinates are equal.
  case diagonal(label: String)
}
