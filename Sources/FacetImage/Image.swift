/// An RGB picture of 8 bits a channel, rows from the top, interleaved; the form in which pictures
/// are decoded, drawn and written. Grey pictures have three equal channels.
public struct Image: Hashable, Sendable {
  /// Extents in pixels; both at least 1.
  public let width: Int
  public let height: Int
  /// `3 * width * height` bytes: red, green, blue of each pixel.
  public var pixels: [UInt8]

  /// A picture from its interleaved RGB bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "a picture of \(width)x\(height) pixels")
    precondition(
      pixels.count == 3 * width * height, "\(pixels.count) bytes for \(width)x\(height) RGB")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A picture of one colour.
  public init(width: Int, height: Int, filledWith color: RGB = RGB(0, 0, 0)) {
    self.init(
      width: width, height: height,
      pixels: (0..<width * height).flatMap { _ in [color.red, color.green, color.blue] })
  }

  /// The colour of the pixel in column `x` of row `y`.
  public subscript(x: Int, y: Int) -> RGB {
    get {
      let i = 3 * (y * width + x)
      return RGB(pixels[i], pixels[i + 1], pixels[i + 2])
    }
    set {
      let i = 3 * (y * width + x)
      pixels[i] = newValue.red
      pixels[i + 1] = newValue.green
      pixels[i + 2] = newValue.blue
    }
  }
}

/// A colour of 8 bits a channel (sRGB).
public struct RGB: Hashable, Sendable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }
}
