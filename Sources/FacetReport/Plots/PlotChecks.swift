extension Plot {
  /// Whether the arrays of the plot fit together; values themselves may be anything.
  ///
  /// - Throws: `ReportError.plotParts`.
  func check(named name: String) throws(ReportError) {
    func expect(_ got: Int, _ expected: Int, _ part: String) throws(ReportError) {
      guard got == expected else {
        throw .plotParts(plot: name, part: part, expected: expected, got: got)
      }
    }
    switch self {
    case .line(let plot):
      for series in plot.series {
        try expect(series.y.count, series.x.count, "y of series \"\(series.name)\"")
        guard !(series.low.isEmpty && series.high.isEmpty) else { continue }
        try expect(series.low.count, series.x.count, "low of series \"\(series.name)\"")
        try expect(series.high.count, series.x.count, "high of series \"\(series.name)\"")
      }
    case .bars(let chart):
      for series in chart.series {
        let count = chart.categories.count
        try expect(series.values.count, count, "values of series \"\(series.name)\"")
        guard !series.intervals.isEmpty else { continue }
        try expect(series.intervals.count, count, "intervals of series \"\(series.name)\"")
      }
    case .histogram(let plot):
      let bins = max(0, plot.edges.count - 1)
      for one in plot.distributions {
        try expect(one.counts.count, bins, "counts of \"\(one.name)\"")
      }
    case .matrix(let plot):
      try expect(plot.values.count, plot.rows.count * plot.columns.count, "values")
    case .scatter, .strip: break
    }
  }
}

extension Figure {
  /// What the figure shows, for those who can't see it.
  var alternative: String {
    let what: String =
      switch plot {
      case .line(let plot):
        "Line plot of \(named(plot.y)) against \(named(plot.x))\(listed(plot.series.map(\.name)))"
      case .bars(let chart):
        "Bar chart of \(named(chart.axis))\(listed(chart.categories))"
      case .histogram(let plot):
        "Histogram of \(named(plot.x))\(listed(plot.distributions.map(\.name)))"
      case .scatter(let plot):
        "Scatter plot of \(named(plot.y)) against \(named(plot.x))\(listed(plot.groups.map(\.name)))"
      case .matrix(let plot):
        "Matrix of \(plot.rows.count) rows and \(plot.columns.count) columns"
          + (plot.quantity.isEmpty ? "" : " of \(plot.quantity)")
      case .strip(let plot):
        "Distribution of \(plot.values.count) \(plot.noun) over \(named(plot.x))"
          + listed(plot.marks.map(\.label))
      }
    return "\(title). \(what)."
  }

  private func named(_ axis: PlotAxis) -> String { axis.label.isEmpty ? "values" : axis.label }

  private func listed(_ names: [String]) -> String {
    let named = names.filter { !$0.isEmpty }
    guard !named.isEmpty else { return "" }
    let rest = named.count > 12 ? " and \(named.count - 12) more" : ""
    return ": " + named.prefix(12).joined(separator: ", ") + rest
  }
}
