import FacetTensor

/// Pictures of maps of numbers.
///
/// Maps are raw `[h, w]`, the scale is the caller's, and nothing is normalised here. A cell that is
/// NaN is drawn in ``undefinedColor``, which no colour map contains.
public enum HeatmapRendering {
  /// What stands for NaN: magenta.
  public static let undefinedColor = RGB(255, 0, 255)

  /// How much of a photo an overlay covers.
  public enum Opacity: Hashable, Sendable {
    /// The same everywhere, 0...1.
    case constant(Float)
    /// 0 where the map is at the lower end of its scale, rising to this at the upper end; for a
    /// diverging colour map, 0 in the middle and rising to both ends.
    case proportional(Float)
    /// As `proportional`, by the square root of the strength: a smooth map's weak parts still show.
    case squareRoot(Float)
  }

  /// The map in colours, one pixel a cell.
  public static func image(
    of map: Tensor, scale: HeatmapScale, colors: ColorMap = .sequential
  ) -> Image {
    precondition(map.shape.rank == 2 && map.count > 0, "a heatmap of shape \(map.shape)")
    var image = Image(width: map.shape[1], height: map.shape[0])
    image.pixels = [UInt8](unsafeUninitializedCapacity: 3 * map.count) { out, count in
      for i in 0..<map.count {
        let color = color(of: scale.fraction(map.scalars[i]), colors)
        (out[3 * i], out[3 * i + 1], out[3 * i + 2]) = (color.red, color.green, color.blue)
      }
      count = 3 * map.count
    }
    return image
  }

  /// A signed map, blue below 0, white at 0 and red above; `limit` is the magnitude of the ends.
  public static func signedImage(of map: Tensor, limit: Float) -> Image {
    image(of: map, scale: .symmetric(limit), colors: .diverging)
  }

  /// The map laid over a photo: (1 - opacity) photo + opacity colour, rounded and clamped.
  ///
  /// A map of another size than the photo is stretched over it (bilinear, half-pixel); one that
  /// was placed by receptive fields comes in the photo's size.
  public static func overlay(
    _ map: Tensor, on photo: Image, scale: HeatmapScale, colors: ColorMap = .sequential,
    opacity: Opacity = .constant(0.5)
  ) -> Image {
    precondition(map.shape.rank == 2, "a heatmap of shape \(map.shape)")
    let placed = map.resampled(height: photo.height, width: photo.width)
    var image = photo
    image.pixels.withUnsafeMutableBufferPointer { pixels in
      for i in 0..<placed.count {
        let fraction = scale.fraction(placed.scalars[i])
        let color = color(of: fraction, colors)
        let alpha = opacity.alpha(fraction, isDiverging: colors.isDiverging)
        let parts = (Float(color.red), Float(color.green), Float(color.blue))
        pixels[3 * i] = mix(pixels[3 * i], parts.0, alpha)
        pixels[3 * i + 1] = mix(pixels[3 * i + 1], parts.1, alpha)
        pixels[3 * i + 2] = mix(pixels[3 * i + 2], parts.2, alpha)
      }
    }
    return image
  }

  /// The map as interleaved RGBA bytes, `4 * h * w`, to be laid over a photo by a browser; see
  /// ``PNGWriter/data(rgba:width:height:)``.
  public static func rgba(
    of map: Tensor, scale: HeatmapScale, colors: ColorMap = .sequential,
    opacity: Opacity = .constant(1)
  ) -> [UInt8] {
    precondition(map.shape.rank == 2, "a heatmap of shape \(map.shape)")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * map.count)
    for value in map.scalars {
      let fraction = scale.fraction(value)
      let color = color(of: fraction, colors)
      let alpha = opacity.alpha(fraction, isDiverging: colors.isDiverging)
      bytes += [color.red, color.green, color.blue, UInt8(rounding: alpha * 255)]
    }
    return bytes
  }

  private static func color(of fraction: Float, _ colors: ColorMap) -> RGB {
    fraction.isNaN ? undefinedColor : colors[fraction]
  }

  private static func mix(_ photo: UInt8, _ color: Float, _ alpha: Float) -> UInt8 {
    UInt8(rounding: (1 - alpha) * Float(photo) + alpha * color)
  }
}

extension HeatmapRendering.Opacity {
  fileprivate func alpha(_ fraction: Float, isDiverging: Bool) -> Float {
    switch self {
    case .constant(let alpha): return min(max(0, alpha), 1)
    case .proportional(let most):
      return min(max(0, most), 1) * Self.strength(fraction, isDiverging)
    case .squareRoot(let most):
      return min(max(0, most), 1) * Self.strength(fraction, isDiverging).squareRoot()
    }
  }

  private static func strength(_ fraction: Float, _ isDiverging: Bool) -> Float {
    fraction.isNaN ? 1 : isDiverging ? abs(2 * fraction - 1) : fraction
  }
}
