extension HistogramPlot {
  func drawing(width: Double, height: Double) -> Drawing {
    var layout = PlotLayout(width: width, height: height)
    var xExtent = AxisExtent(x.scale)
    for edge in edges { xExtent.include(edge) }
    var yExtent = AxisExtent(.linear)
    yExtent.include(0)
    for one in distributions {
      for share in shares(one) { yExtent.include(share) }
    }
    let isEmpty = edges.count < 2 || distributions.allSatisfy { $0.total == 0 }
    let entries = distributions.indices.map { index in
      let total = distributions[index].total
      return PlotLayout.LegendEntry(
        text: distributions[index].name
          + (total == 0 ? " (no data)" : " (\(NumberFormat.integer.string(Double(total))))"),
        sample: .area(
          Fill(ink: .series(index), opacity: 0.3), Stroke(ink: .series(index), width: 1.5)))
    }
    let top = 10 + layout.addLegend(entries, x: 10, y: 4, width: width - 20)
    let y =
      isEmpty
      ? PlotAxis("share of each", range: 0...1, format: .percent(0))
      : PlotAxis("share of each", format: .percent(0))
    let frame = CartesianFrame(
      in: &layout, top: top, x: fitted, xExtent: xExtent, y: y, yExtent: yExtent,
      headroom: CartesianFrame.headroom(for: rules))
    for index in distributions.indices where !isEmpty {
      layout.add(.clipped(frame.box.grown(by: 1), outline(index, in: frame)))
    }
    frame.addRules(rules, to: &layout)
    frame.addRuleLabels(rules, to: &layout)
    if isEmpty { layout.addNoData(in: frame.box) }
    return layout.drawing
  }

  /// The x axis ends where the bins end.
  private var fitted: PlotAxis {
    var axis = x
    if axis.range == nil, let first = edges.first, let last = edges.last, first < last {
      axis.range = first...last
    }
    return axis
  }

  private func shares(_ one: Distribution) -> [Double] {
    let total = Double(one.total)
    return one.counts.map { total > 0 ? Double($0) / total : 0 }
  }

  private func outline(_ index: Int, in frame: CartesianFrame) -> [Mark] {
    let heights = shares(distributions[index])
    guard distributions[index].total > 0 else { return [] }
    var points = [Point(frame.column(edges[0]), frame.row(0))]
    for bin in 0..<min(heights.count, edges.count - 1) {
      let row = frame.row(heights[bin])
      points.append(Point(frame.column(edges[bin]), row))
      points.append(Point(frame.column(edges[bin + 1]), row))
    }
    points.append(Point(points[points.count - 1].x, frame.row(0)))
    points = points.filter { $0.x.isFinite && $0.y.isFinite }
    let ink = Ink.series(index)
    return [
      .path(points, isClosed: true, stroke: nil, fill: Fill(ink: ink, opacity: 0.3)),
      .path(points, isClosed: false, stroke: Stroke(ink: ink, width: 1.5), fill: nil),
    ]
  }
}
