extension StripPlot {
  func drawing(width: Double) -> Drawing {
    let markRows = Double(marks.count)
    var layout = PlotLayout(width: width, height: 150 + 18 * markRows)
    var extent = AxisExtent(x.scale)
    let finite = values.filter { x.scale.isOn($0) }.sorted()
    for value in finite { extent.include(value) }
    for mark in marks { extent.include(mark.value) }
    let frame = CartesianFrame(
      in: &layout, top: 26 + 18 * markRows, x: x, xExtent: extent,
      y: PlotAxis("", range: 0...1), yExtent: AxisExtent(.linear), drawsYTicks: false,
      leftMargin: 20)
    let missing = values.count - finite.count
    let count = NumberFormat.integer.string(Double(finite.count))
    layout.add(
      Label(
        text: "\(count) \(noun)" + (missing > 0 ? ", \(missing) without a value" : ""),
        at: Point(frame.box.x, 16), size: PlotLayout.smallTextSize, ink: .muted),
      fitting: width - 40)
    guard !finite.isEmpty else {
      layout.addNoData(in: frame.box)
      return layout.drawing
    }
    addOutcomes(finite, in: frame, to: &layout)
    for (index, mark) in marks.enumerated() { add(mark, index, in: frame, to: &layout) }
    for (index, mark) in marks.enumerated() { addLabel(mark, index, in: frame, to: &layout) }
    return layout.drawing
  }

  /// How many outcomes fall into each three columns of pixels, as bars above a strip of ticks.
  private func addOutcomes(
    _ sorted: [Double], in frame: CartesianFrame, to layout: inout PlotLayout
  ) {
    let box = frame.box
    let binWidth = 3.0
    var bins = [Int](repeating: 0, count: Int(box.width / binWidth) + 2)
    for value in sorted {
      let bin = Int(((frame.column(value) - box.x) / binWidth).rounded(.down))
      if bins.indices.contains(bin) { bins[bin] += 1 }
    }
    let tallest = Double(bins.max() ?? 1)
    let ticksTop = box.bottom - 14
    for (bin, count) in bins.enumerated() where count > 0 {
      let height = max(1.5, (ticksTop - 4 - box.y) * Double(count) / max(tallest, 1))
      let left = box.x + binWidth * Double(bin)
      layout.add(
        .rectangle(
          Box(x: left, y: ticksTop - 4 - height, width: binWidth - 0.5, height: height),
          stroke: nil, fill: Fill(ink: .muted, opacity: 0.45)))
      layout.add(
        .line(
          Point(left + binWidth / 2, ticksTop), Point(left + binWidth / 2, box.bottom - 1),
          Stroke(ink: .muted, width: 1.5)))
    }
  }

  private func add(
    _ mark: Mark, _ index: Int, in frame: CartesianFrame, to layout: inout PlotLayout
  ) {
    let x = frame.column(mark.value)
    guard x >= frame.box.x - 1 && x <= frame.box.right + 1 else { return }
    let ink: Ink = mark.emphasis == .muted ? .muted : .series(index)
    let isStrong = mark.emphasis == .strong
    let labelY = 24 + 18 * Double(index) + 10
    layout.add(
      .line(
        Point(x, labelY + 2), Point(x, frame.box.bottom),
        Stroke(ink: ink, width: isStrong ? 3 : 2)))
    layout.add(
      .symbol(
        Symbol[index], at: Point(x, frame.box.bottom - 7), radius: isStrong ? 6 : 4.5,
        stroke: Stroke(ink: .surface), fill: Fill(ink: ink)))
  }

  private func addLabel(
    _ mark: Mark, _ index: Int, in frame: CartesianFrame, to layout: inout PlotLayout
  ) {
    let x = frame.column(mark.value)
    guard x >= frame.box.x - 1 && x <= frame.box.right + 1 else { return }
    let isStrong = mark.emphasis == .strong
    let percentile = percentile(of: mark.value)
    let rank =
      percentile.isFinite ? ", above \(NumberFormat.percent(1).string(percentile)) of \(noun)" : ""
    let text = "\(mark.label): \(self.x.text(mark.value))\(rank)"
    let isRight = x + 8 + layout.width(text, isBold: isStrong) <= frame.box.right
    layout.add(
      Label(
        text: text, at: Point(x + (isRight ? 7 : -7), 40 + 18 * Double(index)),
        anchor: isRight ? .start : .end,
        isBold: isStrong, hasHalo: true), fitting: frame.box.width * 0.9)
  }
}
