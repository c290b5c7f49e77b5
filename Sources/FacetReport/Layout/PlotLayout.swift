/// The parts every plot is made of: a drawing that grows, and the measure of its text.
struct PlotLayout {
  static let textSize = 12.0
  static let smallTextSize = 11.0

  var drawing: Drawing
  let measure = TextMeasure()

  init(width: Double, height: Double) {
    drawing = Drawing(width: width, height: height)
  }

  mutating func add(_ mark: Mark) { drawing.marks.append(mark) }

  /// Adds a text, shortened to `width` when one is given.
  mutating func add(_ label: Label, fitting width: Double? = nil) {
    var label = label
    label.text = oneLine(label.text)
    if let width {
      let fitted = measure.fitted(label.text, width: width, size: label.size, isBold: label.isBold)
      if fitted != label.text {
        label.whole = label.text
        label.text = fitted
      }
    }
    if !label.text.isEmpty { add(.label(label)) }
  }

  func width(_ text: String, size: Double = textSize, isBold: Bool = false) -> Double {
    measure.width(oneLine(text), size: size, isBold: isBold)
  }

  /// A text of a plot is one line and holds nothing that can't be drawn.
  private func oneLine(_ text: String) -> String {
    String(PlainText.clean(text).map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }

  /// Says in the middle of `box` that there is nothing to plot.
  mutating func addNoData(in box: Box) {
    add(
      Label(
        text: "no data", at: Point(box.x + box.width / 2, box.y + box.height / 2 + 5), size: 14,
        anchor: .middle, ink: .muted, hasHalo: true))
  }

  // MARK: - Legend

  struct LegendEntry {
    enum Sample {
      case line(Stroke)
      case area(Fill, Stroke?)
      case symbol(Symbol, Fill)
    }

    var text: String
    var sample: Sample
  }

  /// Draws the legend in rows from (`x`, `y`) and says how high it is.
  mutating func addLegend(
    _ entries: [LegendEntry], x: Double, y: Double, width: Double
  ) -> Double {
    guard !entries.isEmpty else { return 0 }
    let (sampleWidth, gap, rowHeight) = (22.0, 16.0, 18.0)
    let widest = max(60, min(260, width - sampleWidth - 6))
    var at = Point(x, y)
    for entry in entries {
      let textWidth = min(self.width(entry.text), widest)
      if at.x > x && at.x + sampleWidth + 6 + textWidth > x + width {
        at = Point(x, at.y + rowHeight)
      }
      let middle = at.y + rowHeight / 2
      switch entry.sample {
      case .line(let stroke): add(.line(Point(at.x, middle), Point(at.x + 22, middle), stroke))
      case .area(let fill, let stroke):
        let box = Box(x: at.x + 5, y: middle - 6, width: 12, height: 12)
        add(.rectangle(box, stroke: stroke, fill: fill))
      case .symbol(let symbol, let fill):
        add(.symbol(symbol, at: Point(at.x + 13, middle), radius: 5, stroke: nil, fill: fill))
      }
      add(
        Label(text: entry.text, at: Point(at.x + sampleWidth + 6, middle + 4)), fitting: widest + 1)
      at.x += sampleWidth + 6 + textWidth + gap
    }
    return at.y + rowHeight - y + 6
  }
}
