/// Distributions over common bins: genuine and impostor scores.
///
/// Each distribution is drawn as the share of its own values, so that ten genuine pairs and a
/// million impostors can be compared.
public struct HistogramPlot: Codable, Equatable, Sendable {
  /// The borders of the bins, increasing, one more than bins; empty when there was no value.
  public var edges: [Double]
  public var distributions: [Distribution]
  public var x: PlotAxis
  public var rules: [PlotRule]

  public struct Distribution: Codable, Hashable, Sendable {
    public var name: String
    /// The number of values in each bin.
    public var counts: [Int]

    public init(_ name: String, counts: [Int]) {
      self.name = name
      self.counts = counts
    }

    public var total: Int { counts.reduce(0, +) }
  }

  public init(
    edges: [Double], distributions: [Distribution], x: PlotAxis, rules: [PlotRule] = []
  ) {
    self.edges = edges
    self.distributions = distributions
    self.x = x
    self.rules = rules
  }

  /// Histograms of samples over `bins` equal bins between the smallest and the largest value (or
  /// the axis' range). NaN, infinite values and those outside of the axis' range are left out; the
  /// last bin includes its upper border.
  public init(
    _ samples: [(name: String, values: [Double])], bins: Int = 40, x: PlotAxis,
    rules: [PlotRule] = []
  ) {
    let all = samples.flatMap(\.values).filter(\.isFinite)
    let lowest = x.range?.lowerBound ?? all.min() ?? 0
    let highest = x.range?.upperBound ?? all.max() ?? 0
    let count = max(1, bins)
    // A constant sample gets bins around it, since bins of no width hold nothing.
    let spread = highest > lowest ? highest - lowest : max(abs(lowest), 1) * 0.1
    let start = highest > lowest ? lowest : lowest - spread / 2
    let width = spread / Double(count)
    let counts = samples.map { sample in
      var counts = [Int](repeating: 0, count: count)
      for value in sample.values where value.isFinite && value >= start {
        let bin = ((value - start) / width).rounded(.down)
        if bin < Double(count) {
          counts[Int(bin)] += 1
        } else if value <= highest {
          counts[count - 1] += 1
        }
      }
      return Distribution(sample.name, counts: counts)
    }
    self.init(
      edges: all.isEmpty ? [] : (0...count).map { start + Double($0) * width },
      distributions: all.isEmpty ? samples.map { Distribution($0.name, counts: []) } : counts,
      x: x, rules: rules)
  }
}
