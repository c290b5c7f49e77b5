/// Colours for the numbers from 0 to 1, as a table of 256.
public struct ColorMap: Hashable, Sendable {
  public let name: String
  /// 256 colours; the first stands for 0 and the last for 1.
  public let table: [RGB]
  /// Whether the middle is neutral and the two halves are for the two signs.
  public let isDiverging: Bool

  private init(_ name: String, isDiverging: Bool = false, _ color: (Double) -> RGB) {
    self.name = name
    self.isDiverging = isDiverging
    table = (0..<256).map { color(Double($0) / 255) }
  }

  /// The colour of `fraction`; below 0 and above 1 that of the end, and of NaN the first.
  public subscript(fraction: Float) -> RGB {
    table[Int(UInt8(rounding: fraction * 255))]
  }
}

extension ColorMap {
  /// Dark violet by blue and green to yellow, with lightness rising evenly: equal steps of the
  /// number look equal, also in grey print and with red-green colour blindness.
  public static let sequential = ColorMap("sequential") { t in
    OKLCh(
      lightness: 0.24 + 0.69 * t, chroma: 0.085 + 0.25 * (t - 0.4) * (t - 0.4), hue: 308 - 203 * t
    ).rgb
  }

  /// Nearly black by violet, red and orange to pale yellow, with lightness rising evenly.
  public static let heat = ColorMap("heat") { t in
    OKLCh(
      lightness: 0.17 + 0.8 * t, chroma: 0.6 * t * (1 - t) + 0.04 * t,
      hue: 285 + 185 * t
    ).rgb
  }

  /// Nearly black by blue and cyan to pale green, with lightness rising evenly: the cold counterpart of
  /// ``heat``, for what speaks against where ``heat`` shows what speaks for.
  public static let cold = ColorMap("cold") { t in
    OKLCh(
      lightness: 0.17 + 0.8 * t, chroma: 0.6 * t * (1 - t) + 0.04 * t,
      hue: 275 - 105 * t
    ).rgb
  }

  /// The classic rainbow: blue, cyan, yellow, red, piecewise linear. Known from many papers; its
  /// bands of light and dark are in the map and not in the data, so it is not the default.
  public static let jet = ColorMap("jet") { t in
    func ramp(_ center: Double) -> UInt8 {
      UInt8((min(max(1.5 - abs(4 * t - center), 0), 1) * 255).rounded())
    }
    return RGB(ramp(3), ramp(2), ramp(1))
  }

  /// Blue for negative numbers by white for 0 to red for positive ones; numbers that differ in sign
  /// only are equally dark.
  public static let diverging = ColorMap("diverging", isDiverging: true) { t in
    let signed = 2 * t - 1
    // The table has no entry for 0 itself, so the two beside it are made white.
    let distance = max(0, abs(signed) - 1.0 / 255) / (1 - 1.0 / 255)
    return OKLCh(
      lightness: 1 - 0.5 * distance, chroma: 0.2 * distance, hue: signed < 0 ? 262 : 27
    ).rgb
  }

  /// Black to white, the number as stored value.
  public static let gray = ColorMap("gray") { t in
    let value = UInt8((t * 255).rounded())
    return RGB(value, value, value)
  }

  /// All colour maps, in the order they are offered.
  public static let all: [ColorMap] = [.sequential, .heat, .cold, .jet, .diverging, .gray]
}

extension ColorMap: CustomStringConvertible {
  public var description: String { name }
}
