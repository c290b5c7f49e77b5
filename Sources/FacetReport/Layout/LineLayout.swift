extension LinePlot {
  func drawing(width: Double, height: Double) -> Drawing {
    var layout = PlotLayout(width: width, height: height)
    var xExtent = AxisExtent(x.scale)
    var yExtent = AxisExtent(y.scale)
    for one in series {
      for i in 0..<min(one.x.count, one.y.count) where one.x[i].isFinite && one.y[i].isFinite {
        xExtent.include(one.x[i])
        yExtent.include(one.y[i])
        if i < min(one.low.count, one.high.count) {
          yExtent.include(one.low[i])
          yExtent.include(one.high[i])
        }
      }
    }
    let hasData = series.contains { one in
      zip(one.x, one.y).contains { x.scale.isOn($0) && y.scale.isOn($1) }
    }
    for rule in rules {
      switch rule {
      case .vertical(let value, _): xExtent.include(value)
      case .horizontal(let value, _): yExtent.include(value)
      case .diagonal: break
      }
    }
    let top = 10 + layout.addLegend(legend, x: 10, y: 4, width: width - 20)
    let frame = CartesianFrame(
      in: &layout, top: top, x: x, xExtent: xExtent, y: y, yExtent: yExtent,
      headroom: CartesianFrame.headroom(for: rules))
    frame.addRules(rules, to: &layout)
    var curves: [Mark] = []
    for index in drawingOrder { curves += band(index, in: frame) }
    for index in drawingOrder { curves += curve(index, in: frame) }
    layout.add(.clipped(frame.box.grown(by: 1), curves))
    for index in drawingOrder { addMarkers(index, in: frame, to: &layout) }
    frame.addRuleLabels(rules, to: &layout, avoiding: obstacles(in: frame))
    if !hasData { layout.addNoData(in: frame.box) }
    return layout.drawing
  }

  /// The points that labels of horizontal rules keep away from.
  private func obstacles(in frame: CartesianFrame) -> [Point] {
    guard rules.contains(where: { if case .horizontal = $0 { true } else { false } }) else {
      return []
    }
    return series.flatMap { zip($0.x, $0.y).map { Point(frame.column($0), frame.row($1)) } }
  }

  /// Grey curves below, thick ones on top.
  private var drawingOrder: [Int] {
    let rank: [SeriesEmphasis: Int] = [.muted: 0, .normal: 1, .strong: 2]
    return series.indices.sorted {
      let (a, b) = (rank[series[$0].emphasis] ?? 1, rank[series[$1].emphasis] ?? 1)
      return a == b ? $0 < $1 : a < b
    }
  }

  private var legend: [PlotLayout.LegendEntry] {
    guard series.count > 1 || series.contains(where: { !$0.low.isEmpty }) else { return [] }
    return series.indices.filter { !series[$0].name.isEmpty }.map { index in
      let one = series[index]
      let isEmpty = !zip(one.x, one.y).contains { x.scale.isOn($0) && y.scale.isOn($1) }
      return PlotLayout.LegendEntry(
        text: one.name + (isEmpty ? " (no data)" : ""), sample: .line(stroke(index)))
    }
  }

  private func ink(_ index: Int) -> Ink {
    series[index].emphasis == .muted ? .muted : .series(index)
  }

  /// Beyond the palette's last colour curves are dashed too, so that none looks like another.
  private func stroke(_ index: Int) -> Stroke {
    let width: Double =
      switch series[index].emphasis {
      case .muted: 1.25
      case .normal: 2
      case .strong: 3
      }
    let dashes: [Double] =
      switch series[index].line {
      case .dashed: [7, 4]
      case .dotted: [2, 3]
      case .solid, .steps: index >= Palette.light.series.count ? [9, 3, 2, 3] : []
      }
    return Stroke(ink: ink(index), width: width, dashes: dashes)
  }

  private func curve(_ index: Int, in frame: CartesianFrame) -> [Mark] {
    let one = series[index]
    var runs: [[Point]] = [[]]
    for i in 0..<min(one.x.count, one.y.count) {
      let point = Point(frame.column(one.x[i]), frame.row(one.y[i]))
      if point.x.isFinite && point.y.isFinite {
        if one.line == .steps, let last = runs[runs.count - 1].last {
          runs[runs.count - 1].append(Point(point.x, last.y))
        }
        runs[runs.count - 1].append(point)
      } else if runs[runs.count - 1].isEmpty == false {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }.map { run in
      // A point between two gaps would be invisible as a line.
      run.count == 1
        ? .symbol(.circle, at: run[0], radius: 2.5, stroke: nil, fill: Fill(ink: ink(index)))
        : .path(LinePlot.thinned(run), isClosed: false, stroke: stroke(index), fill: nil)
    }
  }

  private func band(_ index: Int, in frame: CartesianFrame) -> [Mark] {
    let one = series[index]
    let count = min(min(one.x.count, one.low.count), one.high.count)
    var marks: [Mark] = []
    var (upper, lower): ([Point], [Point]) = ([], [])
    func close() {
      if upper.count > 1 {
        marks.append(
          .path(
            LinePlot.thinned(upper) + LinePlot.thinned(lower).reversed(), isClosed: true,
            stroke: nil, fill: Fill(ink: ink(index), opacity: 0.18)))
      }
      (upper, lower) = ([], [])
    }
    for i in 0..<count {
      let x = frame.column(one.x[i])
      let (low, high) = (frame.row(one.low[i]), frame.row(one.high[i]))
      if x.isFinite && low.isFinite && high.isFinite {
        upper.append(Point(x, high))
        lower.append(Point(x, low))
      } else {
        close()
      }
    }
    close()
    return marks
  }

  private func addMarkers(
    _ index: Int, in frame: CartesianFrame, to layout: inout PlotLayout
  ) {
    let one = series[index]
    guard one.hasMarkers else { return }
    for (x, y) in zip(one.x, one.y) {
      let point = Point(frame.column(x), frame.row(y))
      guard frame.box.grown(by: 1).contains(point) else { continue }
      let hint =
        (one.name.isEmpty ? "" : one.name + ": ") + self.x.text(x) + ", " + self.y.text(y)
      layout.add(
        .symbol(
          Symbol[index], at: point, radius: 3.5, stroke: Stroke(ink: .surface, width: 1),
          fill: Fill(ink: ink(index)), hint: hint))
    }
  }

  /// The points of `run` that can be told apart: those within a third of a pixel of the last one
  /// kept are left out, so a curve of a million thresholds stays small. The last point stays.
  static func thinned(_ run: [Point]) -> [Point] {
    guard run.count > 3 else { return run }
    var kept = [run[0]]
    for point in run.dropFirst() {
      let last = kept[kept.count - 1]
      if abs(point.x - last.x) + abs(point.y - last.y) > 0.34 { kept.append(point) }
    }
    if let last = run.last, kept.last != last { kept.append(last) }
    return kept
  }
}

extension AxisScale {
  /// Whether a value has a place on the scale, the ends it never reaches included.
  func isOn(_ value: Double) -> Bool {
    abs(value) <= AxisExtent.largest && !position(value).isNaN
  }
}

extension PlotAxis {
  /// A value of the axis as text for a hint.
  func text(_ value: Double) -> String {
    if let format, case .percent(let places) = format {
      return NumberFormat.percent(max(1, places)).string(value)
    }
    return (format ?? .significant(4)).string(value)
  }
}

extension Box {
  func grown(by margin: Double) -> Box {
    Box(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }

  func overlaps(_ other: Box) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }

  func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= right && point.y >= y && point.y <= bottom
  }
}
