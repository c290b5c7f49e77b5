/// Curves over a common pair of axes: learning curves, ROC, DET, damage curves.
public struct LinePlot: Codable, Equatable, Sendable {
  public var series: [LineSeries]
  public var x: PlotAxis
  public var y: PlotAxis
  public var rules: [PlotRule]
  /// Whether both axes have the same length, as ROC and DET plots want.
  public var isSquare: Bool

  public init(
    _ series: [LineSeries], x: PlotAxis, y: PlotAxis, rules: [PlotRule] = [],
    isSquare: Bool = false
  ) {
    self.series = series
    self.x = x
    self.y = y
    self.rules = rules
    self.isSquare = isSquare
  }

  /// The receiver operating characteristic: true match rate (1 - FNMR) against FMR.
  ///
  /// - Parameter isLogarithmic: whether FMR has a logarithmic axis, which shows the end that
  ///   matters for verification; it begins at the smallest positive FMR.
  public static func roc(_ curves: [ErrorRateCurve], isLogarithmic: Bool = false) -> LinePlot {
    LinePlot(
      curves.map { curve in
        LineSeries(curve.name, x: curve.fmr, y: curve.fnmr.map { 1 - $0 }, line: .steps)
      },
      x: .percent(
        "false match rate", scale: isLogarithmic ? .logarithmic : .linear,
        range: isLogarithmic ? nil : 0...1),
      y: .percent("true match rate", range: isLogarithmic ? nil : 0...1),
      rules: isLogarithmic ? [] : [.diagonal(label: "chance")], isSquare: true)
  }

  /// The detection error trade-off: FNMR against FMR on normal-deviate axes, from `floor` to
  /// `ceiling` (fractions).
  public static func det(
    _ curves: [ErrorRateCurve], floor: Double = 0.001, ceiling: Double = 0.6
  ) -> LinePlot {
    LinePlot(
      curves.map { LineSeries($0.name, x: $0.fmr, y: $0.fnmr) },
      x: PlotAxis("false match rate", scale: .normalDeviate, range: floor...max(floor, ceiling)),
      y: PlotAxis(
        "false non-match rate", scale: .normalDeviate, range: floor...max(floor, ceiling)),
      rules: [.diagonal(label: "equal errors")], isSquare: true)
  }
}

/// One curve: points joined in the order given.
public struct LineSeries: Codable, Equatable, Sendable {
  /// Its entry in the legend; a series without a name has none.
  public var name: String
  /// As many as `y`. A point with a NaN or infinite coordinate breaks the curve.
  public var x: [Double]
  public var y: [Double]
  /// The ends of an interval around each `y`, drawn as a band; empty for none.
  public var low: [Double]
  public var high: [Double]
  public var line: LineStyle
  public var hasMarkers: Bool
  public var emphasis: SeriesEmphasis

  public init(
    _ name: String, x: [Double], y: [Double], low: [Double] = [], high: [Double] = [],
    line: LineStyle = .solid, hasMarkers: Bool = false, emphasis: SeriesEmphasis = .normal
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.low = low
    self.high = high
    self.line = line
    self.hasMarkers = hasMarkers
    self.emphasis = emphasis
  }

  /// A curve over 1, 2, 3 ...: one value for each epoch.
  public static func epochs(
    _ name: String, _ values: [Double], hasMarkers: Bool = false
  ) -> LineSeries {
    LineSeries(
      name, x: values.indices.map { Double($0 + 1) }, y: values, hasMarkers: hasMarkers)
  }
}

public enum LineStyle: String, Codable, Hashable, Sendable {
  case solid
  case dashed
  case dotted
  /// Horizontal, then vertical: the value holds until the next point.
  case steps
}

public enum SeriesEmphasis: String, Codable, Hashable, Sendable {
  case normal
  /// Drawn thick.
  case strong
  /// Drawn grey: a control or a neighbour for comparison.
  case muted
}

/// The error rates of one system over its thresholds, for ROC and DET plots.
public struct ErrorRateCurve: Codable, Equatable, Sendable {
  public var name: String
  /// False match rates (fractions), as many as `fnmr`.
  public var fmr: [Double]
  /// False non-match rates (fractions).
  public var fnmr: [Double]

  public init(_ name: String, fmr: [Double], fnmr: [Double]) {
    self.name = name
    self.fmr = fmr
    self.fnmr = fnmr
  }
}
