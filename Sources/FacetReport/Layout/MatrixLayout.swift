/// The measures of a matrix plot, from the number of its cells.
private struct MatrixGeometry {
  let cell: Double
  let left: Double
  let top: Double
  let showsRowLabels: Bool
  let showsColumnLabels: Bool
  /// Whether column labels stand upright because they are wider than a cell.
  let isUpright: Bool
  let rowLabelWidth: Double
  let columnLabelWidth: Double
  let labelSize: Double

  /// Cells shrink with their number, but not below where labels of 9 pixels fit beside them, up to
  /// 90 rows; larger matrices have no labels.
  init(_ plot: MatrixPlot, width: Double, measure: TextMeasure) {
    let count = max(plot.rows.count, plot.columns.count, 1)
    let isLabelled = count <= 90
    let size = count > 40 ? 9.0 : count > 20 ? 10.0 : 12.0
    func widest(_ names: [String]) -> Double {
      names.map { measure.width(PlainText.clean($0), size: size) }.max() ?? 0
    }
    rowLabelWidth = isLabelled ? min(widest(plot.rows), 150) : 0
    left = rowLabelWidth + 12 + (plot.rowTitle.isEmpty ? 0 : 24)
    let room = (width - left - 20) / Double(max(1, plot.columns.count))
    let smallest = isLabelled ? 11.0 : max(1, 900 / Double(count))
    cell = max(smallest, min(48, room, 520 / Double(max(1, plot.rows.count))))
    let names = widest(plot.columns)
    isUpright = names > cell - 4
    columnLabelWidth = isUpright ? min(names, 130) : cell - 4
    labelSize = size
    showsRowLabels = isLabelled
    showsColumnLabels = isLabelled
    top =
      30 + (plot.columnTitle.isEmpty ? 0 : 22)
      + (isLabelled ? (isUpright ? columnLabelWidth : size) + 8 : 4)
  }
}

extension MatrixPlot {
  func drawing(width: Double) -> Drawing {
    let (plot, block) = condensed
    if block == 1 { return plot.drawing(width: width, note: "") }
    return plot.drawing(
      width: width, note: "each cell is the strongest of \(block) × \(block)")
  }

  private func drawing(width: Double, note: String) -> Drawing {
    let geometry = MatrixGeometry(self, width: width, measure: TextMeasure())
    let gridWidth = geometry.cell * Double(columns.count)
    let gridHeight = geometry.cell * Double(rows.count)
    let isEmpty = !values.contains(where: \.isFinite) || rows.isEmpty || columns.isEmpty
    var layout = PlotLayout(
      width: max(isEmpty ? 320 : 240, geometry.left + gridWidth + 20),
      height: geometry.top + max(isEmpty ? 120 : 0, gridHeight) + (note.isEmpty ? 12 : 30))
    let box = Box(x: geometry.left, y: geometry.top, width: gridWidth, height: gridHeight)
    if isEmpty {
      layout.addNoData(
        in: Box(x: 0, y: 0, width: layout.drawing.width, height: layout.drawing.height))
      return layout.drawing
    }
    addScale(to: &layout)
    addCells(to: &layout, box, geometry)
    addLabels(to: &layout, box, geometry)
    layout.add(
      Label(text: note, at: Point(box.x, box.bottom + 19), size: 11, ink: .muted),
      fitting: max(80, gridWidth))
    return layout.drawing
  }

  /// The values of the strongest colours; the low one is 0 unless colours diverge or a range says
  /// otherwise.
  private var ends: ClosedRange<Double> {
    if let range, range.lowerBound < range.upperBound, range.lowerBound.isFinite,
      range.upperBound.isFinite
    {
      return range
    }
    let finite = values.filter { abs($0) <= AxisExtent.largest }
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if low < 0 {
      let strongest = max(-low, high)
      return -strongest...strongest
    }
    return 0...(high > 0 ? high : 1)
  }

  private func color(_ value: Double) -> (ink: Ink, opacity: Double) {
    let ends = ends
    if ends.lowerBound < 0 {
      return value < 0
        ? (.negative, min(1, value / ends.lowerBound))
        : (.positive, ends.upperBound > 0 ? min(1, value / ends.upperBound) : 0)
    }
    let share = (value - ends.lowerBound) / (ends.upperBound - ends.lowerBound)
    // One count among many must show: a single confusion is what the reader looks for.
    let least = format == .integer && value > 0 ? 0.14 : 0
    return (.positive, least + (1 - least) * max(0, min(1, share)))
  }

  private func addCells(to layout: inout PlotLayout, _ box: Box, _ geometry: MatrixGeometry) {
    let gap = geometry.cell >= 8 ? 0.5 : 0
    layout.add(.rectangle(box.grown(by: 0.5), stroke: Stroke(ink: .grid), fill: nil))
    let widest = values.filter(\.isFinite).map { layout.width(format.string($0), size: 11) }.max()
    let isWritten = showsValues && (widest ?? 0) <= geometry.cell - 3 && geometry.cell >= 16
    // A hint for each of very many cells would outweigh the drawing.
    let hasHints = values.count { $0.isFinite && color($0).opacity >= 0.004 } <= 10_000
    for (row, rowName) in rows.enumerated() {
      for (column, columnName) in columns.enumerated() {
        let value = values[row * columns.count + column]
        let place = Box(
          x: box.x + Double(column) * geometry.cell + gap,
          y: box.y + Double(row) * geometry.cell + gap, width: geometry.cell - 2 * gap,
          height: geometry.cell - 2 * gap)
        if value.isFinite {
          let (ink, opacity) = color(value)
          if opacity >= 0.004 {
            let hint = "\(rowName), \(columnName): \(format.string(value))"
            layout.add(
              .rectangle(
                place, stroke: nil, fill: Fill(ink: ink, opacity: opacity),
                hint: hasHints ? hint : nil))
          }
          if isWritten && !(format == .integer && value == 0) {
            addValue(value, ink, opacity, in: place, to: &layout)
          }
        }
        if marksDiagonal && row == column && geometry.cell >= 5 {
          layout.add(.rectangle(place, stroke: Stroke(ink: .axis), fill: nil))
        }
      }
    }
  }

  private func addValue(
    _ value: Double, _ ink: Ink, _ opacity: Double, in place: Box, to layout: inout PlotLayout
  ) {
    let cell = Ink.cell(
      inLight: Palette.light.isStrong(ink.color(in: .light), opacity: opacity),
      inDark: Palette.dark.isStrong(ink.color(in: .dark), opacity: opacity))
    layout.add(
      Label(
        text: format.string(value),
        at: Point(place.x + place.width / 2, place.y + place.height / 2 + 4), size: 11,
        anchor: .middle, ink: cell))
  }

  private func addLabels(to layout: inout PlotLayout, _ box: Box, _ geometry: MatrixGeometry) {
    let shift = geometry.labelSize * 0.35
    if geometry.showsRowLabels {
      for (row, name) in rows.enumerated() {
        let y = box.y + (Double(row) + 0.5) * geometry.cell + shift
        layout.add(
          Label(text: name, at: Point(box.x - 6, y), size: geometry.labelSize, anchor: .end),
          fitting: geometry.rowLabelWidth + 1)
      }
    }
    if geometry.showsColumnLabels {
      for (column, name) in columns.enumerated() {
        let x = box.x + (Double(column) + 0.5) * geometry.cell
        let label =
          geometry.isUpright
          ? Label(
            text: name, at: Point(x + shift, box.y - 6), size: geometry.labelSize, rotation: -90)
          : Label(text: name, at: Point(x, box.y - 7), size: geometry.labelSize, anchor: .middle)
        layout.add(label, fitting: geometry.columnLabelWidth + 1)
      }
    }
    layout.add(
      Label(
        text: rowTitle, at: Point(13, box.y + box.height / 2), anchor: .middle, ink: .muted,
        rotation: -90), fitting: max(80, box.height))
    layout.add(
      Label(text: columnTitle, at: Point(box.x, 46), ink: .muted), fitting: max(100, box.width))
  }

  /// The colours' key: a bar with the values at its ends.
  private func addScale(to layout: inout PlotLayout) {
    let ends = ends
    let steps = 60
    let x = (14 + layout.width(format.string(ends.lowerBound), size: 11)).rounded(.up)
    let width = 2 * Double(steps)
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      let value = ends.lowerBound + share * (ends.upperBound - ends.lowerBound)
      let (ink, opacity) = color(value)
      let box = Box(x: x + 2 * Double(step), y: 8, width: 2, height: 12)
      layout.add(.rectangle(box, stroke: nil, fill: Fill(ink: ink, opacity: opacity)))
    }
    layout.add(
      .rectangle(Box(x: x, y: 8, width: width, height: 12), stroke: Stroke(ink: .axis), fill: nil))
    layout.add(
      Label(text: format.string(ends.lowerBound), at: Point(x - 6, 18), size: 11, anchor: .end))
    let high = format.string(ends.upperBound)
    layout.add(Label(text: high, at: Point(x + width + 6, 18), size: 11))
    layout.add(
      Label(
        text: quantity, at: Point(x + width + 14 + layout.width(high, size: 11), 18), size: 11,
        ink: .muted), fitting: max(60, layout.drawing.width - x - width - 60))
  }
}
