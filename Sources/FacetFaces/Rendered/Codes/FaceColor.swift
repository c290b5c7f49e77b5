/// A colour of a face code; written to JSON as `#rrggbb`.
public struct FaceColor: Hashable, Sendable {
  /// Channels in sRGB.
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour `0xRRGGBB`.
  public init(hex: UInt32) {
    self.init(
      UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
      UInt8(truncatingIfNeeded: hex))
  }

  var ink: Ink {
    Ink(Double(red) / 255, Double(green) / 255, Double(blue) / 255)
  }
}

extension FaceColor: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard text.count == 7, text.hasPrefix("#"), let hex = UInt32(text.dropFirst(), radix: 16) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a colour is #rrggbb, not \(text.debugDescription)"))
    }
    self.init(hex: hex)
  }

  public func encode(to encoder: any Encoder) throws {
    let hex = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    let digits = String(hex, radix: 16)
    var container = encoder.singleValueContainer()
    try container.encode("#" + String(repeating: "0", count: 6 - digits.count) + digits)
  }
}

/// A colour with opacity that is drawn with: channels and alpha in 0...1, not premultiplied.
struct Ink: Hashable, Sendable {
  var red: Double
  var green: Double
  var blue: Double
  var alpha: Double

  init(_ red: Double, _ green: Double, _ blue: Double, _ alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  init(hex: UInt32) { self = FaceColor(hex: hex).ink }

  static let black = Ink(0, 0, 0)
  static let white = Ink(1, 1, 1)

  /// The colour `amount` of the way to `other`; the opacity stays.
  func mixed(_ other: Ink, _ amount: Double) -> Ink {
    Ink(
      red + (other.red - red) * amount, green + (other.green - green) * amount,
      blue + (other.blue - blue) * amount, alpha)
  }

  func lighter(_ amount: Double) -> Ink { mixed(.white, amount) }
  func darker(_ amount: Double) -> Ink { mixed(.black, amount) }

  /// Skin in shadow: darker and redder, as light that went through skin is.
  func shaded(_ amount: Double) -> Ink {
    Ink(
      red * (1 - 0.75 * amount), green * (1 - 1.05 * amount), blue * (1 - 1.05 * amount), alpha)
  }

  func opacity(_ alpha: Double) -> Ink { Ink(red, green, blue, alpha) }

  /// The luma (Rec. 601) in 0...1.
  var luma: Double { 0.299 * red + 0.587 * green + 0.114 * blue }
}
