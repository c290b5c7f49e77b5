/// Points in the plane: diversity against accuracy, the chosen ensembles highlighted.
public struct ScatterPlot: Codable, Equatable, Sendable {
  /// Drawn in order, the last on top; each has a colour and a shape.
  public var groups: [Group]
  public var x: PlotAxis
  public var y: PlotAxis
  public var rules: [PlotRule]

  public init(_ groups: [Group], x: PlotAxis, y: PlotAxis, rules: [PlotRule] = []) {
    self.groups = groups
    self.x = x
    self.y = y
    self.rules = rules
  }

  public struct Group: Codable, Equatable, Sendable {
    /// Its entry in the legend; a group without a name has none.
    public var name: String
    public var points: [Point]
    public var emphasis: SeriesEmphasis

    public init(_ name: String, _ points: [Point], emphasis: SeriesEmphasis = .normal) {
      self.name = name
      self.points = points
      self.emphasis = emphasis
    }
  }

  public struct Point: Codable, Equatable, Sendable {
    public var x: Double
    public var y: Double
    /// Written beside the point; may be empty.
    public var label: String

    public init(_ x: Double, _ y: Double, label: String = "") {
      self.x = x
      self.y = y
      self.label = label
    }
  }
}
