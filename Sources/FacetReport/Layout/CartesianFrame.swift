/// The area of a plot with two axes, and the way from values to pixels.
struct CartesianFrame {
  let box: Box
  let x: PlotAxis
  let y: PlotAxis
  let xRange: ClosedRange<Double>
  let yRange: ClosedRange<Double>
  /// Pixels above the highest value of y, for texts there.
  let headroom: Double

  /// Lays the frame out below `top` in the rest of the layout, with its grid, ticks and labels.
  /// An axis without ticks is one of categories, which its plot labels itself.
  init(
    in layout: inout PlotLayout, top: Double, x: PlotAxis, xExtent: AxisExtent, y: PlotAxis,
    yExtent: AxisExtent, headroom: Double = 0, drawsXTicks: Bool = true,
    drawsYTicks: Bool = true, leftMargin: Double? = nil, rightMargin: Double = 20
  ) {
    let (width, height) = (layout.drawing.width, layout.drawing.height)
    let bottom = 26.0 + (x.label.isEmpty ? 0 : 20)
    let plotHeight = max(40, height - top - bottom)
    let (yWanted, yIsFixed) = yExtent.range(of: y)
    let yTicks = AxisTicks(
      range: yWanted, scale: y.scale, format: y.format, count: Int(plotHeight / 60),
      isFixed: yIsFixed)
    let widest = yTicks.ticks.map { layout.width($0.label, size: PlotLayout.smallTextSize) }.max()
    let left = leftMargin ?? (widest ?? 0) + 14 + (y.label.isEmpty ? 0 : 22)
    let plotWidth = max(40, width - left - rightMargin)
    let (xWanted, xIsFixed) = xExtent.range(of: x)
    let xTicks = AxisTicks(
      range: xWanted, scale: x.scale, format: x.format, count: Int(plotWidth / 84),
      isFixed: xIsFixed)
    self.x = x
    self.y = y
    self.headroom = headroom
    xRange = xTicks.range
    yRange = yTicks.range
    box = Box(x: left, y: top, width: plotWidth, height: plotHeight)
    drawAxes(
      in: &layout, xTicks: drawsXTicks ? xTicks.ticks : [], yTicks: drawsYTicks ? yTicks.ticks : [])
  }

  /// The pixel column of a value; NaN for one the scale does not have. An end that the scale never
  /// reaches lies just outside of the frame, where clipping hides it.
  func column(_ value: Double) -> Double {
    box.x + box.width * share(value, xRange, x.scale, outside: 40 / box.width)
  }

  /// The pixel row of a value; see ``column(_:)``.
  func row(_ value: Double) -> Double {
    let share = share(value, yRange, y.scale, outside: (40 + headroom) / box.height)
    return box.bottom - (box.height - headroom) * share
  }

  private func share(
    _ value: Double, _ range: ClosedRange<Double>, _ scale: AxisScale, outside: Double
  ) -> Double {
    guard abs(value) <= AxisExtent.largest else { return .nan }
    let position = scale.position(value)
    if position.isInfinite { return position < 0 ? -outside : 1 + outside }
    let (low, high) = (scale.position(range.lowerBound), scale.position(range.upperBound))
    return max(-1000, min(1000, (position - low) / (high - low)))
  }

  private func drawAxes(
    in layout: inout PlotLayout, xTicks: [AxisTicks.Tick], yTicks: [AxisTicks.Tick]
  ) {
    let small = PlotLayout.smallTextSize
    for tick in yTicks {
      let y = row(tick.value)
      layout.add(.line(Point(box.x, y), Point(box.right, y), Stroke(ink: .grid)))
      layout.add(
        Label(
          text: tick.label, at: Point(box.x - 7, y + 4), size: small, anchor: .end, ink: .muted))
    }
    var free = -Double.infinity
    for tick in xTicks {
      let x = column(tick.value)
      layout.add(.line(Point(x, box.y), Point(x, box.bottom), Stroke(ink: .grid)))
      layout.add(.line(Point(x, box.bottom), Point(x, box.bottom + 4), Stroke(ink: .axis)))
      let half = layout.width(tick.label, size: small) / 2
      // Labels of a logarithmic or probit axis crowd at one end: those without room stay out.
      guard x - half > free else { continue }
      free = x + half + 6
      layout.add(
        Label(
          text: tick.label, at: Point(x, box.bottom + 17), size: small, anchor: .middle,
          ink: .muted))
    }
    layout.add(
      .line(Point(box.x, box.bottom), Point(box.right, box.bottom), Stroke(ink: .axis)))
    layout.add(
      Label(
        text: x.label, at: Point(box.x + box.width / 2, box.bottom + 38), anchor: .middle,
        ink: .text), fitting: box.width)
    layout.add(
      Label(
        text: y.label, at: Point(14, box.y + box.height / 2), anchor: .middle, ink: .text,
        rotation: -90), fitting: box.height)
  }
}
