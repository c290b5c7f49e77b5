import CCairo
import FacetImage

/// Paints drawings with Cairo, in the light palette on white.
struct CairoPainter {
  private let context: OpaquePointer?

  /// `drawing` with `scale` pixels for each of its units.
  ///
  /// - Throws: `ReportError.encoding` when Cairo has no memory for the picture.
  static func image(_ drawing: Drawing, scale: Double) throws(ReportError) -> Image {
    let width = max(1, Int((drawing.width * scale).rounded(.up)))
    let height = max(1, Int((drawing.height * scale).rounded(.up)))
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_paint(context)
    cairo_scale(context, scale, scale)
    let painter = CairoPainter(context: context)
    for mark in drawing.marks { painter.paint(mark) }
    cairo_surface_flush(surface)
    let status = cairo_status(context)
    guard status == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface) else {
      throw .encoding(reason: String(cString: cairo_status_to_string(status)))
    }
    return image(data, width, height, stride: Int(cairo_image_surface_get_stride(surface)))
  }

  /// Cairo keeps a pixel as a 32-bit number 0x00RRGGBB in the machine's byte order.
  private static func image(
    _ data: UnsafeMutablePointer<UInt8>, _ width: Int, _ height: Int, stride: Int
  ) -> Image {
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { out, count in
      for y in 0..<height {
        let row = UnsafeRawPointer(data + y * stride)
        for x in 0..<width {
          let pixel = row.load(fromByteOffset: 4 * x, as: UInt32.self)
          let i = 3 * (y * width + x)
          out[i] = UInt8(truncatingIfNeeded: pixel >> 16)
          out[i + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          out[i + 2] = UInt8(truncatingIfNeeded: pixel)
        }
      }
      count = 3 * width * height
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private func paint(_ mark: Mark) {
    switch mark {
    case .path(let points, let isClosed, let stroke, let fill):
      trace(points, isClosed: isClosed)
      finish(stroke, fill)
    case .rectangle(let box, let stroke, let fill, _):
      cairo_rectangle(context, box.x, box.y, box.width, box.height)
      finish(stroke, fill)
    case .symbol(let symbol, let center, let radius, let stroke, let fill, _):
      if symbol == .circle {
        cairo_new_sub_path(context)
        cairo_arc(context, center.x, center.y, radius, 0, 2 * .pi)
      } else {
        trace(symbol.corners(center, radius), isClosed: true)
      }
      finish(stroke, fill)
    case .label(let label): paint(label)
    case .clipped(let box, let marks):
      cairo_save(context)
      cairo_rectangle(context, box.x, box.y, box.width, box.height)
      cairo_clip(context)
      for mark in marks { paint(mark) }
      cairo_restore(context)
    }
  }

  private func trace(_ points: [Point], isClosed: Bool) {
    cairo_new_path(context)
    for point in points { cairo_line_to(context, point.x, point.y) }
    if isClosed { cairo_close_path(context) }
  }

  private func finish(_ stroke: Stroke?, _ fill: Fill?) {
    if let fill {
      use(fill.ink, fill.opacity)
      cairo_fill_preserve(context)
    }
    if let stroke {
      use(stroke.ink, stroke.opacity)
      cairo_set_line_width(context, stroke.width)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
      cairo_stroke_preserve(context)
    }
    cairo_new_path(context)
  }

  private func paint(_ label: Label) {
    cairo_save(context)
    defer { cairo_restore(context) }
    TextMeasure.select(context, size: label.size, isBold: label.isBold)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, label.text, &extents)
    cairo_translate(context, label.at.x, label.at.y)
    cairo_rotate(context, label.rotation * .pi / 180)
    let share: Double =
      switch label.anchor {
      case .start: 0
      case .middle: 0.5
      case .end: 1
      }
    cairo_move_to(context, -share * extents.x_advance, 0)
    cairo_text_path(context, label.text)
    if label.hasHalo {
      use(.surface, 1)
      cairo_set_line_width(context, 3)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_dash(context, nil, 0, 0)
      cairo_stroke_preserve(context)
    }
    use(label.ink, 1)
    cairo_fill(context)
  }

  private func use(_ ink: Ink, _ opacity: Double) {
    let color = ink.color(in: .light)
    cairo_set_source_rgba(
      context, Double(color.red) / 255, Double(color.green) / 255, Double(color.blue) / 255,
      opacity)
  }
}
