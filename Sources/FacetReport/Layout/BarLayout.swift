extension BarChart {
  /// The height the chart takes: horizontal bars need a row for each.
  func height(width: Double, wanted: Double) -> Double {
    guard isHorizontal(width: width) else { return wanted }
    let rows = Double(categories.count)
    let rules = CartesianFrame.headroom(for: crossing { .vertical($0, label: $1) })
    return rows * rowHeight + 80 + rules + (legend.isEmpty ? 0 : 24)
  }

  private var rowHeight: Double { max(24, 15 * Double(max(1, series.count)) + 8) }

  /// Whether the categories' names are too long to stand under vertical bars.
  private func isHorizontal(width: Double) -> Bool {
    let measure = TextMeasure()
    let slot = (width - 80) / Double(max(1, categories.count))
    return categories.contains {
      measure.width(PlainText.clean($0), size: PlotLayout.textSize) > slot - 6
    }
  }

  func drawing(width: Double, height: Double) -> Drawing {
    var layout = PlotLayout(width: width, height: height)
    var extent = AxisExtent(axis.scale)
    for one in series {
      for (index, value) in one.values.enumerated() {
        extent.include(value)
        if let interval = interval(one, index) {
          extent.include(interval.low)
          extent.include(interval.high)
        }
      }
    }
    let isEmpty = extent.isEmpty || categories.isEmpty
    if axis.range == nil && axis.scale == .linear { extent.include(0) }
    let top = 8 + layout.addLegend(legend, x: 10, y: 4, width: width - 20)
    let box =
      isHorizontal(width: width)
      ? addHorizontal(to: &layout, top: top, extent: extent)
      : addVertical(to: &layout, top: top, extent: extent)
    if isEmpty { layout.addNoData(in: box) }
    return layout.drawing
  }

  private var legend: [PlotLayout.LegendEntry] {
    guard series.count > 1 else { return [] }
    return series.indices.filter { !series[$0].name.isEmpty }.map {
      PlotLayout.LegendEntry(
        text: series[$0].name, sample: .area(Fill(ink: .series($0), opacity: 0.85), nil))
    }
  }

  private func interval(_ one: BarSeries, _ index: Int) -> ReportInterval? {
    guard one.intervals.indices.contains(index), let interval = one.intervals[index],
      axis.scale.isOn(interval.low), axis.scale.isOn(interval.high)
    else { return nil }
    return interval
  }

  private func addVertical(
    to layout: inout PlotLayout, top: Double, extent: AxisExtent
  ) -> Box {
    let frame = CartesianFrame(
      in: &layout, top: top, x: PlotAxis("", range: 0...1, format: .decimals(0)),
      xExtent: AxisExtent(.linear), y: axis, yExtent: extent, headroom: showsValues ? 18 : 4,
      drawsXTicks: false)
    let crossing = crossing { .horizontal($0, label: $1) }
    frame.addRules(crossing, to: &layout)
    let slot = frame.box.width / Double(max(1, categories.count))
    for (index, name) in categories.enumerated() {
      let middle = frame.box.x + slot * (Double(index) + 0.5)
      layout.add(
        Label(text: name, at: Point(middle, frame.box.bottom + 18), anchor: .middle),
        fitting: slot - 4)
      for (place, x) in places(middle, slot) {
        add(
          series[place], place, index, at: x, thickness: barWidth(slot), to: &layout,
          along: { frame.row($0) }, base: frame.row(baseline(frame.yRange)), isUpright: true,
          frame: frame.box)
      }
    }
    frame.addRuleLabels(crossing, to: &layout)
    return frame.box
  }

  private func addHorizontal(
    to layout: inout PlotLayout, top: Double, extent: AxisExtent
  ) -> Box {
    let widest = categories.map { layout.width($0) }.max() ?? 0
    let names = min(widest, layout.drawing.width * 0.38)
    let crossing = crossing { .vertical($0, label: $1) }
    let frame = CartesianFrame(
      in: &layout, top: top + CartesianFrame.headroom(for: crossing), x: axis, xExtent: extent,
      y: PlotAxis("", range: 0...1, format: .decimals(0)), yExtent: AxisExtent(.linear),
      drawsYTicks: false, leftMargin: names + 16, rightMargin: showsValues ? 64 : 20)
    frame.addRules(crossing, to: &layout)
    let slot = frame.box.height / Double(max(1, categories.count))
    for (index, name) in categories.enumerated() {
      let middle = frame.box.y + slot * (Double(index) + 0.5)
      layout.add(
        Label(text: name, at: Point(frame.box.x - 8, middle + 4), anchor: .end),
        fitting: names + 1)
      for (place, y) in places(middle, slot) {
        add(
          series[place], place, index, at: y, thickness: barWidth(slot), to: &layout,
          along: { frame.column($0) }, base: frame.column(baseline(frame.xRange)),
          isUpright: false, frame: frame.box)
      }
    }
    frame.addRuleLabels(crossing, to: &layout, isAbove: true)
    return frame.box
  }

  /// Where bars begin: at zero, or at the axis' low end where zero is not on it.
  private func baseline(_ range: ClosedRange<Double>) -> Double {
    max(range.lowerBound, min(range.upperBound, 0))
  }

  private func barWidth(_ slot: Double) -> Double {
    min(46, slot * 0.72 / Double(max(1, series.count)))
  }

  private func places(_ middle: Double, _ slot: Double) -> [(Int, Double)] {
    let width = barWidth(slot)
    let count = Double(series.count)
    return series.indices.map { ($0, middle + width * (Double($0) + 0.5 - count / 2)) }
  }

  private func crossing(_ make: (Double, String) -> PlotRule) -> [PlotRule] {
    rules.compactMap { rule in
      switch rule {
      case .vertical(let value, let label), .horizontal(let value, let label): make(value, label)
      case .diagonal: nil
      }
    }
  }

  /// One bar (or dot) with its error bar and value. `along` maps values to pixels on the value
  /// axis, `at` is the place on the other.
  private func add(
    _ one: BarSeries, _ place: Int, _ index: Int, at: Double, thickness: Double,
    to layout: inout PlotLayout, along: (Double) -> Double, base: Double, isUpright: Bool,
    frame: Box
  ) {
    guard one.values.indices.contains(index), axis.scale.isOn(one.values[index]) else { return }
    func point(_ along: Double, _ across: Double) -> Point {
      isUpright ? Point(across, along) : Point(along, across)
    }
    let value = one.values[index]
    let end = along(value)
    let isPale = !one.highlighted.isEmpty && !one.highlighted.contains(index)
    let fill = Fill(ink: .series(place), opacity: isPale ? 0.4 : 0.85)
    let hidesZero = axis.range.map { $0.lowerBound > 0 || $0.upperBound < 0 } ?? false
    var marks: [Mark] = []
    if hidesZero || axis.scale != .linear {
      marks.append(
        .symbol(
          Symbol[place], at: point(end, at), radius: 5.5, stroke: Stroke(ink: .surface), fill: fill)
      )
    } else {
      let (low, high) = (min(base, end), max(base, end))
      let box =
        isUpright
        ? Box(x: at - thickness * 0.46, y: low, width: thickness * 0.92, height: high - low)
        : Box(x: low, y: at - thickness * 0.46, width: high - low, height: thickness * 0.92)
      marks.append(.rectangle(box, stroke: nil, fill: fill))
    }
    var outer = value < 0 && isUpright ? base : end
    if let interval = interval(one, index) {
      let (low, high) = (along(interval.low), along(interval.high))
      let stroke = Stroke(ink: .text, width: 1.5)
      let cap = min(5, thickness * 0.3)
      marks.append(.line(point(low, at), point(high, at), stroke))
      for tip in [low, high] {
        marks.append(.line(point(tip, at - cap), point(tip, at + cap), stroke))
      }
      outer = isUpright ? min(outer, high) : max(outer, high)
    }
    layout.add(.clipped(frame.grown(by: 1), marks))
    let format = axis.format.map { format -> NumberFormat in
      if case .percent(let places) = format { .percent(max(1, places)) } else { format }
    }
    let text = (format ?? .significant(3)).string(value)
    let size = PlotLayout.smallTextSize
    guard showsValues, thickness >= (isUpright ? layout.width(text, size: size) * 0.8 : 11) else {
      return
    }
    layout.add(
      Label(
        text: text,
        at: isUpright
          ? Point(at, max(frame.y + 10, min(frame.bottom - 4, outer - 5)))
          : Point(max(frame.x, min(frame.right, outer)) + 6, at + 4),
        size: size, anchor: isUpright ? .middle : .start, ink: .text, hasHalo: true))
  }
}
