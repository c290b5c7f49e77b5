import CCairo

/// Widths of text in the plots' font, DejaVu Sans, by Cairo.
final class TextMeasure {
  static let fontFamily = "DejaVu Sans"

  private let surface: OpaquePointer?
  private let context: OpaquePointer?

  init() {
    surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    context = cairo_create(surface)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// The advance width of `text` in pixels.
  func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    TextMeasure.select(context, size: size, isBold: isBold)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  /// `text`, or as much of its beginning as fits into `width` with an ellipsis after it.
  func fitted(_ text: String, width: Double, size: Double, isBold: Bool = false) -> String {
    if self.width(text, size: size, isBold: isBold) <= width { return text }
    let characters = Array(text)
    var (low, high) = (0, characters.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      let cut = String(characters[..<middle]) + "\u{2026}"
      if self.width(cut, size: size, isBold: isBold) <= width {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return String(characters[..<max(0, low)]) + "\u{2026}"
  }

  static func select(_ context: OpaquePointer?, size: Double, isBold: Bool) {
    cairo_select_font_face(
      context, fontFamily, CAIRO_FONT_SLANT_NORMAL,
      isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, size)
  }
}
