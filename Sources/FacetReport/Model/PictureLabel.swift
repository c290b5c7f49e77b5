import FacetImage

/// Text written into a picture, so that it stays with it wherever the picture goes.
///
/// Small pictures are enlarged by a whole factor until text can be read in them.
public struct PictureLabel: Hashable, Sendable {
  /// One or a few short lines.
  public var lines: [String]

  public init(_ lines: [String]) { self.lines = lines }

  private static let leastWidth = 224

  /// The picture with a band at its lower end; itself when there are no lines.
  ///
  /// - Throws: `ReportError.encoding` when there is no memory for the text.
  public func draw(on image: Image) throws(ReportError) -> Image {
    if lines.isEmpty { return image }
    let factor = Self.factor(image.width)
    let (width, height) = (factor * image.width, factor * image.height)
    var large = Image(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width { large[x, y] = image[x / factor, y / factor] }
    }
    let band = try band(width: width)
    let top = max(0, height - band.height)
    for y in top..<height {
      for x in 0..<width { large[x, y] = band[x, y - top] }
    }
    return large
  }

  /// The same for interleaved RGBA bytes that a browser lays over a photo; the band is opaque.
  public func draw(onRGBA bytes: [UInt8], width: Int, height: Int) throws(ReportError)
    -> ReportImage
  {
    if lines.isEmpty { return try ReportImage(width: width, height: height, rgba: bytes) }
    let factor = Self.factor(width)
    let (wide, high) = (factor * width, factor * height)
    var large = [UInt8](repeating: 0, count: 4 * wide * high)
    for y in 0..<high {
      for x in 0..<wide {
        let source = 4 * (y / factor * width + x / factor)
        for c in 0..<4 { large[4 * (y * wide + x) + c] = bytes[source + c] }
      }
    }
    let band = try band(width: wide)
    let top = max(0, high - band.height)
    for y in top..<high {
      for x in 0..<wide {
        let color = band[x, y - top]
        let place = 4 * (y * wide + x)
        (large[place], large[place + 1], large[place + 2], large[place + 3]) =
          (color.red, color.green, color.blue, 255)
      }
    }
    return try ReportImage(width: wide, height: high, rgba: large)
  }

  private static func factor(_ width: Int) -> Int {
    max(1, (leastWidth + width - 1) / max(width, 1))
  }

  /// The text grows with the picture: a page shows large and small ones in places of one width.
  private func band(width: Int) throws(ReportError) -> Image {
    let size = Double(width) / 18
    let line = (1.35 * size).rounded()
    let measure = TextMeasure()
    var drawing = Drawing(width: Double(width), height: line * Double(lines.count) + 4)
    drawing.marks.append(
      .rectangle(
        Box(x: 0, y: 0, width: drawing.width, height: drawing.height), stroke: nil,
        fill: Fill(ink: .negative)))
    for (index, text) in lines.enumerated() {
      drawing.marks.append(
        .label(
          Label(
            text: measure.fitted(text, width: drawing.width - 8, size: size, isBold: true),
            at: Point(drawing.width / 2, line * Double(index) + 1.05 * size + 2), size: size,
            anchor: .middle, ink: .surface, isBold: true)))
    }
    return try CairoPainter.image(drawing, scale: 1)
  }
}
