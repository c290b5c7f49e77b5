/// All outcomes of a search on one axis, the chosen one marked: the scores of every subset of an
/// ensemble's candidates.
public struct StripPlot: Codable, Equatable, Sendable {
  /// One for each outcome; NaN and infinite ones are left out and counted in the plot.
  public var values: [Double]
  public var marks: [Mark]
  public var x: PlotAxis
  /// What an outcome is, in the plural: `subsets`.
  public var noun: String

  public struct Mark: Codable, Hashable, Sendable {
    public var label: String
    public var value: Double
    public var emphasis: SeriesEmphasis

    public init(_ label: String, _ value: Double, emphasis: SeriesEmphasis = .normal) {
      self.label = label
      self.value = value
      self.emphasis = emphasis
    }
  }

  public init(
    _ values: [Double], marks: [Mark], x: PlotAxis, noun: String = "subsets"
  ) {
    self.values = values
    self.marks = marks
    self.x = x
    self.noun = noun
  }

  /// The share of values that are smaller than `value`, ties counted half; NaN without values.
  public func percentile(of value: Double) -> Double {
    let finite = values.filter(\.isFinite)
    guard !finite.isEmpty, value.isFinite else { return .nan }
    let below = finite.count { $0 < value }
    let equal = finite.count { $0 == value }
    return (Double(below) + Double(equal) / 2) / Double(finite.count)
  }
}
