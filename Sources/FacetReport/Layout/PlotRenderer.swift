import FacetImage
import Foundation

/// Draws figures: as SVG for a page, or as a picture on white.
public enum PlotRenderer {
  /// The figure as one `svg` element for the body of an HTML page. Its colours are classes of the
  /// page's style sheet and follow the reader's theme; the figure's title is not in it.
  ///
  /// - Throws: `ReportError.plotParts` when the plot's arrays don't fit together.
  public static func svg(_ figure: Figure) throws(ReportError) -> String {
    try figure.plot.check(named: figure.title)
    return SVGWriter.svg(drawing(figure), alternative: figure.alternative)
  }

  /// The figure with its title, on white, `scale` pixels for each CSS pixel.
  ///
  /// - Throws: `ReportError.plotParts`; `ReportError.encoding` when there is no memory.
  public static func image(_ figure: Figure, scale: Double = 2) throws(ReportError) -> Image {
    try figure.plot.check(named: figure.title)
    let inner = drawing(figure)
    var layout = PlotLayout(width: inner.width + 16, height: inner.height + 44)
    layout.add(
      Label(text: figure.title, at: Point(12, 24), size: 15, isBold: true),
      fitting: inner.width - 8)
    layout.drawing.marks += inner.marks.map { $0.moved(8, 36) }
    return try CairoPainter.image(layout.drawing, scale: scale)
  }

  private static func drawing(_ figure: Figure) -> Drawing {
    let isHalf = figure.width == .half
    let (width, height) = isHalf ? (460.0, 330.0) : (720.0, 380.0)
    switch figure.plot {
    case .line(let plot):
      if plot.isSquare {
        return plot.drawing(width: isHalf ? 460 : 540, height: isHalf ? 450 : 520)
      }
      return plot.drawing(width: width, height: height)
    case .bars(let chart):
      let height = chart.height(width: width, wanted: height - 40)
      return chart.drawing(width: width, height: height)
    case .histogram(let plot): return plot.drawing(width: width, height: height - 40)
    case .scatter(let plot): return plot.drawing(width: width, height: height + 20)
    case .matrix(let plot): return plot.drawing(width: width)
    case .strip(let plot): return plot.drawing(width: width)
    }
  }
}

extension Mark {
  fileprivate func moved(_ dx: Double, _ dy: Double) -> Mark {
    func move(_ point: Point) -> Point { Point(point.x + dx, point.y + dy) }
    func move(_ box: Box) -> Box {
      Box(x: box.x + dx, y: box.y + dy, width: box.width, height: box.height)
    }
    switch self {
    case .path(let points, let isClosed, let stroke, let fill):
      return .path(points.map(move), isClosed: isClosed, stroke: stroke, fill: fill)
    case .rectangle(let box, let stroke, let fill, let hint):
      return .rectangle(move(box), stroke: stroke, fill: fill, hint: hint)
    case .symbol(let symbol, let at, let radius, let stroke, let fill, let hint):
      return .symbol(symbol, at: move(at), radius: radius, stroke: stroke, fill: fill, hint: hint)
    case .label(var label):
      label.at = move(label.at)
      return .label(label)
    case .clipped(let box, let marks):
      return .clipped(move(box), marks.map { $0.moved(dx, dy) })
    }
  }
}
