/// A value with an interval for each of a few categories: accuracy per crop position.
///
/// Bars grow from zero. Where the axis is told to leave zero out, dots take their place, since a
/// bar's length would lie. Categories with long names are listed downwards, with horizontal bars.
public struct BarChart: Codable, Equatable, Sendable {
  public var categories: [String]
  /// One group of bars in each category for each series.
  public var series: [BarSeries]
  public var axis: PlotAxis
  /// Only the value of a `.horizontal` or `.vertical` rule counts: it crosses the bars.
  public var rules: [PlotRule]
  /// Whether each value is written at its bar.
  public var showsValues: Bool

  public init(
    categories: [String], series: [BarSeries], axis: PlotAxis, rules: [PlotRule] = [],
    showsValues: Bool = true
  ) {
    self.categories = categories
    self.series = series
    self.axis = axis
    self.rules = rules
    self.showsValues = showsValues
  }
}

/// One bar in each category.
public struct BarSeries: Codable, Equatable, Sendable {
  /// Its entry in the legend; may be empty when it is the only one.
  public var name: String
  /// As many as there are categories; NaN leaves a gap.
  public var values: [Double]
  /// The error bars: as many as values, or empty for none.
  public var intervals: [ReportInterval?]
  /// Categories (from 0) whose bar stands out; when there are any, the others are pale.
  public var highlighted: [Int]

  public init(
    _ name: String = "", _ values: [Double], intervals: [ReportInterval?] = [],
    highlighted: [Int] = []
  ) {
    self.name = name
    self.values = values
    self.intervals = intervals
    self.highlighted = highlighted
  }
}
