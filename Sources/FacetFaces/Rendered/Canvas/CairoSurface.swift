import CCairo
import Foundation

/// What a path is filled or stroked with.
enum Paint {
  case solid(Ink)
  /// Stops run from 0 at the first point to 1 at the second.
  case linear(FacePoint, FacePoint, [(Double, Ink)])
  /// Stops run from 0 at the center to 1 at `radius`.
  case radial(FacePoint, Double, [(Double, Ink)])
}

/// A cairo picture in memory and the context that draws on it; both live as long as this object.
///
/// Not shared between tasks: each rendering makes its own.
final class CairoSurface {
  enum Format {
    /// Opaque colour, 4 bytes a pixel.
    case color
    /// One byte a pixel, drawn without smoothing.
    case labels
  }

  let width: Int
  let height: Int
  private let format: Format
  private let surface: OpaquePointer
  private let context: OpaquePointer

  /// - Precondition: there is memory for the picture.
  init(width: Int, height: Int, format: Format) {
    self.width = width
    self.height = height
    self.format = format
    guard
      let surface = cairo_image_surface_create(
        format == .color ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_A8, Int32(width), Int32(height)),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let context = cairo_create(surface)
    else { preconditionFailure("cairo can't make a picture of \(width)x\(height) pixels") }
    self.surface = surface
    self.context = context
    if format == .labels {
      cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
      cairo_set_operator(context, CAIRO_OPERATOR_SOURCE)
    }
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    // A quarter of a pixel is not seen and halves the corners of curves.
    cairo_set_tolerance(context, 0.25)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  /// Maps the unit vectors and the origin of what is drawn to pixels.
  func setTransform(x: FacePoint, y: FacePoint, origin: FacePoint) {
    var matrix = cairo_matrix_t()
    cairo_matrix_init(&matrix, x.x, x.y, y.x, y.y, origin.x, origin.y)
    cairo_set_matrix(context, &matrix)
  }

  /// - Parameter fine: whether edges are smoothed with all care; soft shapes don't need it.
  func fill(_ path: FacePath, _ paint: Paint, fine: Bool = true) {
    trace(path)
    set(paint)
    setSmoothing(fine)
    cairo_fill(context)
  }

  func stroke(
    _ path: FacePath, width: Double, _ paint: Paint, round: Bool = true, fine: Bool = true
  ) {
    trace(path)
    set(paint)
    setSmoothing(fine)
    cairo_set_line_width(context, width)
    cairo_set_line_cap(context, round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
    cairo_stroke(context)
  }

  /// Restricts drawing to the inside of `path` until ``endClip()``.
  func beginClip(_ path: FacePath) {
    cairo_save(context)
    trace(path)
    cairo_clip(context)
  }

  func endClip() { cairo_restore(context) }

  /// The bytes of the picture and the number of bytes in a row.
  func withBytes<R>(_ body: (UnsafeMutableBufferPointer<UInt8>, Int) -> R) -> R {
    cairo_surface_flush(surface)
    let stride = Int(cairo_image_surface_get_stride(surface))
    let bytes = UnsafeMutableBufferPointer(
      start: cairo_image_surface_get_data(surface), count: stride * height)
    let result = body(bytes, stride)
    cairo_surface_mark_dirty(surface)
    return result
  }

  /// The picture as a PNG file: RGB, or grey for labels.
  func png() -> Data {
    final class Sink { var data = Data() }
    let sink = Sink()
    let status = cairo_surface_write_to_png_stream(
      surface,
      { sink, bytes, count in
        guard let sink, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().data.append(bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(sink).toOpaque())
    precondition(status == CAIRO_STATUS_SUCCESS, "cairo can't encode a PNG: status \(status)")
    return sink.data
  }

  private func setSmoothing(_ fine: Bool) {
    guard format == .color else { return }
    cairo_set_antialias(context, fine ? CAIRO_ANTIALIAS_DEFAULT : CAIRO_ANTIALIAS_FAST)
  }

  private func trace(_ path: FacePath) {
    cairo_new_path(context)
    for element in path.elements {
      switch element {
      case .move(let p): cairo_move_to(context, p.x, p.y)
      case .line(let p): cairo_line_to(context, p.x, p.y)
      case .curve(let a, let b, let c): cairo_curve_to(context, a.x, a.y, b.x, b.y, c.x, c.y)
      case .close: cairo_close_path(context)
      }
    }
  }

  private func set(_ paint: Paint) {
    switch paint {
    case .solid(let ink):
      cairo_set_source_rgba(context, ink.red, ink.green, ink.blue, ink.alpha)
    case .linear(let a, let b, let stops):
      set(cairo_pattern_create_linear(a.x, a.y, b.x, b.y), stops)
    case .radial(let center, let radius, let stops):
      set(cairo_pattern_create_radial(center.x, center.y, 0, center.x, center.y, radius), stops)
    }
  }

  private func set(_ pattern: OpaquePointer?, _ stops: [(Double, Ink)]) {
    for (offset, ink) in stops {
      cairo_pattern_add_color_stop_rgba(pattern, offset, ink.red, ink.green, ink.blue, ink.alpha)
    }
    cairo_set_source(context, pattern)
    cairo_pattern_destroy(pattern)
  }
}
