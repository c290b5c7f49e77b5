import FacetImage
import Foundation

/// The colours of pages and plots in one theme.
///
/// Series colours follow Okabe and Ito ("Color universal design", 2008), darkened or lightened
/// until each has a contrast of at least 3:1 to the surface; text has at least 4.5:1 (WCAG 2.1 AA).
public struct Palette: Sendable {
  /// The page behind the cards.
  public let page: RGB
  /// Cards and plots.
  public let surface: RGB
  public let text: RGB
  public let muted: RGB
  /// Lines between things, and grid lines.
  public let grid: RGB
  public let axis: RGB
  /// Positive values of a matrix, links, the slider.
  public let positive: RGB
  /// Negative values of a matrix.
  public let negative: RGB
  /// Text on pale and on strong cells of a matrix: black and white, one of which has a contrast of
  /// at least 4.5:1 to any colour.
  public let onPale: RGB
  public let onStrong: RGB
  public let good: RGB
  public let caution: RGB
  public let bad: RGB
  public let series: [RGB]

  public static let light = Palette(
    page: rgb(0xF5F6F8), surface: rgb(0xFFFFFF), text: rgb(0x1B2126), muted: rgb(0x56606A),
    grid: rgb(0xE1E5E9), axis: rgb(0x848D96), positive: rgb(0x0B5C9C), negative: rgb(0xA84300),
    onPale: rgb(0x000000), onStrong: rgb(0xFFFFFF), good: rgb(0x0A6B4C), caution: rgb(0x7A5600),
    bad: rgb(0xA8321F),
    series: [0x0072B2, 0xD55E00, 0x008A65, 0xA4478C, 0x8A6D00, 0x444C55].map(rgb))

  public static let dark = Palette(
    page: rgb(0x11151A), surface: rgb(0x1A1F25), text: rgb(0xE8EBEE), muted: rgb(0xA5AFB9),
    grid: rgb(0x30373F), axis: rgb(0x78828C), positive: rgb(0x72BBF2), negative: rgb(0xF59B5C),
    onPale: rgb(0xFFFFFF), onStrong: rgb(0x000000), good: rgb(0x5FD3A6), caution: rgb(0xEBC154),
    bad: rgb(0xFF9C8A),
    series: [0x56B4E9, 0xFF8C4D, 0x2BC79A, 0xE08FC4, 0xF0C83C, 0xC3CBD3].map(rgb))

  private static func rgb(_ hex: UInt32) -> RGB {
    RGB(UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255))
  }

  /// The contrast ratio of two colours, 1...21 (WCAG 2.1, success criterion 1.4.3).
  public static func contrast(_ a: RGB, _ b: RGB) -> Double {
    let (la, lb) = (luminance(a), luminance(b))
    return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
  }

  private static func luminance(_ color: RGB) -> Double {
    func linear(_ byte: UInt8) -> Double {
      let c = Double(byte) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
  }

  /// `color` over the surface with the given opacity, as browsers blend (in sRGB).
  func blended(_ color: RGB, opacity: Double) -> RGB {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) * opacity + Double(b) * (1 - opacity)).rounded())
    }
    return RGB(
      mix(color.red, surface.red), mix(color.green, surface.green), mix(color.blue, surface.blue))
  }

  /// Whether text on a cell of the given colour and opacity reads better in `onStrong`.
  func isStrong(_ color: RGB, opacity: Double) -> Bool {
    let background = blended(color, opacity: opacity)
    return Palette.contrast(onStrong, background) > Palette.contrast(onPale, background)
  }
}

/// The part a colour plays in a plot; a theme's palette says which colour that is.
enum Ink: Hashable {
  case text
  case muted
  case grid
  case axis
  case surface
  case positive
  case negative
  /// Counted from 0; colours repeat after the palette's last.
  case series(Int)
  /// Text on a matrix cell: whether the cell is strong in the light and in the dark theme.
  case cell(inLight: Bool, inDark: Bool)

  /// The name of the CSS custom property.
  var name: String {
    switch self {
    case .text: "tx"
    case .muted: "mu"
    case .grid: "gr"
    case .axis: "ax"
    case .surface: "sf"
    case .positive: "po"
    case .negative: "ne"
    case .series(let index): "s\(index % Palette.light.series.count)"
    case .cell(let light, let dark): "c\(light ? 1 : 0)\(dark ? 1 : 0)"
    }
  }

  static let all: [Ink] =
    [.text, .muted, .grid, .axis, .surface, .positive, .negative]
    + Palette.light.series.indices.map { .series($0) }
    + [
      .cell(inLight: false, inDark: false), .cell(inLight: false, inDark: true),
      .cell(inLight: true, inDark: false), .cell(inLight: true, inDark: true),
    ]

  func color(in palette: Palette, isDark: Bool = false) -> RGB {
    switch self {
    case .text: palette.text
    case .muted: palette.muted
    case .grid: palette.grid
    case .axis: palette.axis
    case .surface: palette.surface
    case .positive: palette.positive
    case .negative: palette.negative
    case .series(let index): palette.series[index % palette.series.count]
    case .cell(let light, let dark): (isDark ? dark : light) ? palette.onStrong : palette.onPale
    }
  }
}
