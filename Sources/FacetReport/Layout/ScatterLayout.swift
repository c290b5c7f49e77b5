extension ScatterPlot {
  func drawing(width: Double, height: Double) -> Drawing {
    var layout = PlotLayout(width: width, height: height)
    var xExtent = AxisExtent(x.scale)
    var yExtent = AxisExtent(y.scale)
    for point in groups.flatMap(\.points) where x.scale.isOn(point.x) && y.scale.isOn(point.y) {
      xExtent.include(point.x)
      yExtent.include(point.y)
    }
    let isEmpty = xExtent.isEmpty || yExtent.isEmpty
    let entries = groups.indices.filter { !groups[$0].name.isEmpty }.map { index in
      PlotLayout.LegendEntry(
        text: groups[index].name, sample: .symbol(symbol(index), Fill(ink: ink(index))))
    }
    let top = 10 + layout.addLegend(entries, x: 10, y: 4, width: width - 20)
    let frame = CartesianFrame(
      in: &layout, top: top, x: x, xExtent: xExtent, y: y, yExtent: yExtent)
    frame.addRules(rules, to: &layout)
    for index in groups.indices { addPoints(index, in: frame, to: &layout) }
    addLabels(in: frame, to: &layout)
    frame.addRuleLabels(rules, to: &layout)
    if isEmpty { layout.addNoData(in: frame.box) }
    return layout.drawing
  }

  private func ink(_ index: Int) -> Ink {
    groups[index].emphasis == .muted ? .muted : .series(index)
  }

  private func symbol(_ index: Int) -> Symbol {
    groups[index].emphasis == .muted ? .circle : Symbol[index]
  }

  private func place(_ point: Point, in frame: CartesianFrame) -> FacetReport.Point? {
    let at = FacetReport.Point(frame.column(point.x), frame.row(point.y))
    return frame.box.grown(by: 1).contains(at) ? at : nil
  }

  private func addPoints(
    _ index: Int, in frame: CartesianFrame, to layout: inout PlotLayout
  ) {
    let group = groups[index]
    // A cloud of thousands is drawn fainter and smaller, so that its density shows.
    let isCloud = group.points.count > 300
    let radius: Double =
      switch group.emphasis {
      case .strong: 6.5
      case .normal: isCloud ? 2.5 : 4
      case .muted: isCloud ? 2 : 3
      }
    for point in group.points {
      guard let at = place(point, in: frame) else { continue }
      let name = point.label.isEmpty ? "" : point.label + ": "
      layout.add(
        .symbol(
          symbol(index), at: at, radius: radius,
          stroke: isCloud ? nil : Stroke(ink: .surface, width: 1),
          fill: Fill(ink: ink(index), opacity: isCloud ? 0.35 : 0.9),
          hint: isCloud ? nil : name + x.text(point.x) + ", " + y.text(point.y)))
    }
  }

  /// Labels beside their points, each at the first of four places that is free of other labels and
  /// of labelled points; groups drawn on top choose first.
  private func addLabels(in frame: CartesianFrame, to layout: inout PlotLayout) {
    var taken = groups.flatMap(\.points).filter { !$0.label.isEmpty }
      .compactMap { place($0, in: frame) }
      .map { Box(x: $0.x - 5, y: $0.y - 5, width: 10, height: 10) }
    for group in groups.reversed() {
      let isStrong = group.emphasis == .strong
      let size = isStrong ? PlotLayout.textSize : PlotLayout.smallTextSize
      for point in group.points where !point.label.isEmpty {
        guard let at = place(point, in: frame) else { continue }
        let width = min(180, layout.width(point.label, size: size, isBold: isStrong))
        let places = [
          Box(x: at.x + 10, y: at.y - 7, width: width, height: 14),
          Box(x: at.x - 10 - width, y: at.y - 7, width: width, height: 14),
          Box(x: at.x - width / 2, y: at.y - 24, width: width, height: 14),
          Box(x: at.x - width / 2, y: at.y + 10, width: width, height: 14),
        ].filter { $0.x >= frame.box.x && $0.right <= frame.box.right }
        let free = places.first { box in !taken.contains { $0.overlaps(box) } }
        guard let box = free ?? places.first else { continue }
        taken.append(box)
        layout.add(
          Label(
            text: point.label, at: FacetReport.Point(box.x, box.y + 11), size: size,
            ink: group.emphasis == .muted ? .muted : .text, isBold: isStrong, hasHalo: true),
          fitting: width + 1)
      }
    }
  }
}
