/// Writes drawings as SVG for a page's body.
///
/// Colours are CSS classes (`f-` fills, `k-` strokes) that the page's style sheet resolves for the
/// reader's theme; text stays text, so it can be searched and copied.
struct SVGWriter {
  private var out = ""

  /// One `svg` element without a namespace declaration, which a page's body does not need.
  ///
  /// - Parameter alternative: what the picture shows, for those who can't see it.
  static func svg(_ drawing: Drawing, alternative: String) -> String {
    var writer = SVGWriter()
    let (width, height) = (number(drawing.width), number(drawing.height))
    writer.out =
      "<svg class=\"plot\" role=\"img\" aria-label=\"\(PlainText.escaped(alternative))\""
      + " viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\""
      + " style=\"--drawn:\(width)px\">"
    for mark in drawing.marks { writer.write(mark) }
    writer.out += "</svg>"
    return writer.out
  }

  private mutating func write(_ mark: Mark) {
    switch mark {
    case .path(let points, let isClosed, let stroke, let fill):
      guard let first = points.first else { return }
      out += "<path\(Self.paint(stroke, fill)) d=\"M\(Self.number(first.x)) \(Self.number(first.y))"
      if points.count > 1 { out += "L" }
      out += points.dropFirst().map { "\(Self.number($0.x)) \(Self.number($0.y))" }
        .joined(separator: " ")
      out += isClosed ? "Z\"/>" : "\"/>"
    case .rectangle(let box, let stroke, let fill, let hint):
      write("rect\(Self.paint(stroke, fill))\(Self.placed(box))", hint: hint)
    case .symbol(let symbol, let center, let radius, let stroke, let fill, let hint):
      let paint = Self.paint(stroke, fill)
      if symbol == .circle {
        let place = "cx=\"\(Self.number(center.x))\" cy=\"\(Self.number(center.y))\""
        write("circle\(paint) \(place) r=\"\(Self.number(radius))\"", hint: hint)
      } else {
        let corners = symbol.corners(center, radius)
          .map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        write("polygon\(paint) points=\"\(corners)\"", hint: hint)
      }
    case .label(let label): write(label)
    case .clipped(let box, let marks):
      // A nested svg clips by itself and, unlike clipPath, needs no id that must be unique.
      let view = [box.x, box.y, box.width, box.height].map(Self.number).joined(separator: " ")
      out += "<svg\(Self.placed(box)) viewBox=\"\(view)\" overflow=\"hidden\">"
      for mark in marks { write(mark) }
      out += "</svg>"
    }
  }

  private mutating func write(_ element: String, hint: String?) {
    guard let hint else {
      out += "<\(element)/>"
      return
    }
    let name = element.prefix { $0 != " " }
    out += "<\(element)><title>\(PlainText.escaped(hint))</title></\(name)>"
  }

  private mutating func write(_ label: Label) {
    let classes = "f-\(label.ink.name)" + (label.hasHalo ? " halo" : "")
    out += "<text class=\"\(classes)\" font-size=\"\(Self.number(label.size))\""
    if label.anchor != .start { out += " text-anchor=\"\(label.anchor.rawValue)\"" }
    if label.isBold { out += " font-weight=\"700\"" }
    let place = "\(Self.number(label.at.x))\" y=\"\(Self.number(label.at.y))"
    out += " x=\"\(place)\""
    if label.rotation != 0 {
      let center = "\(Self.number(label.at.x)) \(Self.number(label.at.y))"
      out += " transform=\"rotate(\(Self.number(label.rotation)) \(center))\""
    }
    out += ">"
    if let whole = label.whole { out += "<title>\(PlainText.escaped(whole))</title>" }
    out += "\(PlainText.escaped(label.text))</text>"
  }

  private static func placed(_ box: Box) -> String {
    " x=\"\(number(box.x))\" y=\"\(number(box.y))\""
      + " width=\"\(number(max(0, box.width)))\" height=\"\(number(max(0, box.height)))\""
  }

  private static func paint(_ stroke: Stroke?, _ fill: Fill?) -> String {
    var classes = [fill.map { "f-\($0.ink.name)" } ?? "f-no"]
    var attributes = ""
    if let fill, fill.opacity < 1 { attributes += " fill-opacity=\"\(number(fill.opacity))\"" }
    if let stroke {
      classes.append("k-\(stroke.ink.name)")
      if stroke.width != 1 { attributes += " stroke-width=\"\(number(stroke.width))\"" }
      if stroke.opacity < 1 { attributes += " stroke-opacity=\"\(number(stroke.opacity))\"" }
      if !stroke.dashes.isEmpty {
        attributes +=
          " stroke-dasharray=\"\(stroke.dashes.map(number).joined(separator: " "))\""
      }
    }
    return " class=\"\(classes.joined(separator: " "))\"" + attributes
  }

  /// At most two decimals, never an exponent.
  static func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    guard abs(hundredths) < 1e15 else { return "0" }
    let whole = Int(hundredths)
    let (units, rest) = (abs(whole) / 100, abs(whole) % 100)
    let sign = whole < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(units)" }
    if rest % 10 == 0 { return "\(sign)\(units).\(rest / 10)" }
    return "\(sign)\(units).\(rest < 10 ? "0" : "")\(rest)"
  }
}
