import FacetImage
import Foundation

/// A picture of a report: the bytes of a PNG file, with its extents.
public struct ReportImage: Codable, Hashable, Sendable {
  public let png: Data
  /// Extents in pixels.
  public let width: Int
  public let height: Int

  /// A picture of three channels.
  ///
  /// - Throws: `ReportError.encoding` when it is too large for PNG.
  public init(_ image: Image) throws(ReportError) {
    do {
      png = try PNGWriter.data(image)
    } catch {
      throw .encoding(reason: "\(error)")
    }
    (width, height) = (image.width, image.height)
  }

  /// A picture with transparency: `4 * width * height` bytes of interleaved RGBA, colours not
  /// multiplied by alpha.
  ///
  /// - Throws: `ReportError.pictureBytes`; `ReportError.encoding`.
  public init(width: Int, height: Int, rgba: [UInt8]) throws(ReportError) {
    let (area, overflows) = max(0, width).multipliedReportingOverflow(by: max(0, height))
    guard !overflows, area > 0, area <= Int.max / 4, rgba.count == 4 * area else {
      let expected = overflows || area > Int.max / 4 ? Int.max : 4 * area
      throw .pictureBytes(width: width, height: height, expected: expected, got: rgba.count)
    }
    do {
      png = try PNGWriter.data(rgba: rgba, width: width, height: height)
    } catch {
      throw .encoding(reason: "\(error)")
    }
    (self.width, self.height) = (width, height)
  }

  /// The picture in a PNG file's bytes; only the signature and the header are looked at.
  ///
  /// - Throws: `ReportError.notPNG`.
  public init(png: Data) throws(ReportError) {
    let bytes = [UInt8](png.prefix(24))
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.count == 24, Array(bytes[..<8]) == signature,
      Array(bytes[12..<16]) == Array("IHDR".utf8)
    else { throw .notPNG(bytes: png.count) }
    func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(16), number(20))
    guard width > 0 && height > 0 else { throw .notPNG(bytes: png.count) }
    self.png = png
  }

  /// The picture as a `data:` address.
  var dataURL: String { "data:image/png;base64," + png.base64EncodedString() }
}
