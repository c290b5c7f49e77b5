import Foundation

/// Colours by lightness, chroma and hue in OKLab (B. Ottosson, "A perceptual color space for image
/// processing", 2020), the space colour maps are laid out in.
struct OKLCh {
  /// 0 black, 1 white.
  var lightness: Double
  var chroma: Double
  /// Degrees: about 30 red, 110 yellow, 145 green, 195 cyan, 265 blue, 325 magenta.
  var hue: Double

  /// The nearest 8-bit sRGB colour; chroma is reduced as far as needed to be one.
  var rgb: RGB {
    var (low, high) = (0.0, chroma)
    if !isDisplayable(chroma: chroma) {
      for _ in 0..<40 {
        let middle = (low + high) / 2
        if isDisplayable(chroma: middle) { low = middle } else { high = middle }
      }
    } else {
      low = chroma
    }
    let encoded = linear(chroma: low).map { value -> UInt8 in
      let v = min(max(value, 0), 1)
      let srgb = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055
      return UInt8((srgb * 255).rounded())
    }
    return RGB(encoded[0], encoded[1], encoded[2])
  }

  private func isDisplayable(chroma: Double) -> Bool {
    linear(chroma: chroma).allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 }
  }

  /// Linear-light sRGB by Ottosson's matrices.
  private func linear(chroma: Double) -> [Double] {
    let a = chroma * cos(hue * .pi / 180)
    let b = chroma * sin(hue * .pi / 180)
    let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
    let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
    let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
    return [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    ]
  }
}
