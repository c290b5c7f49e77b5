import FacetFiles
import Foundation

/// Decoding of pictures to 8-bit RGB.
///
/// The format is taken from the bytes, whatever the file is called. Values are those stored in the
/// file, as Pillow and torchvision give them: colour profiles and PNG gamma are not applied.
/// 16-bit channels are rounded to 8. A picture that is cut short is an error, never a picture with
/// a grey rest.
public enum ImageDecoder {
  /// The most pixels a picture may have: 100 megapixels, checked before any are allocated.
  public static let maximumPixels = 100_000_000
  /// The largest width or height in pixels.
  public static let maximumSide = 65_535
  /// The largest file in bytes that is read.
  public static let maximumFileSize = 1 << 30

  /// The picture in the file at `path`.
  ///
  /// - Throws: `ImageError`, with `path` in every case.
  public static func decode(path: String) throws(ImageError) -> Image {
    let data: Data
    do {
      data = try FileReading.data(at: path, limit: maximumFileSize)
    } catch {
      throw .file(error)
    }
    return try decode(data, name: path)
  }

  /// The picture encoded in `data`: PNG, JPEG, GIF (first frame), PBM, PGM or PPM.
  ///
  /// Transparent pixels are composited on white. A JPEG is turned upright as its EXIF orientation
  /// says.
  ///
  /// - Parameter name: stands for the data in errors.
  public static func decode(_ data: Data, name: String) throws(ImageError) -> Image {
    let bytes = [UInt8](data)
    if bytes.isEmpty { throw .empty(path: name) }
    switch ImageFormat(sniffing: bytes) {
    case .png: return try PNGDecoding.decode(bytes, name: name)
    case .jpeg: return try CodecDecoding.decodeJPEG(bytes, name: name)
    case .gif: return try CodecDecoding.decodeGIF(bytes, name: name)
    case .portableAnymap: return try PortableAnymap.decode(bytes, name: name)
    case nil:
      throw .unrecognized(path: name, looksLike: ImageFormat.appearance(of: bytes))
    }
  }

  /// Refuses a header's size before pixels are allocated for it.
  static func checkSize(
    width: Int, height: Int, format: ImageFormat, name: String
  ) throws(ImageError) {
    guard width > 0, height > 0 else {
      throw .damaged(
        path: name, format: format, reason: "the header says \(width)x\(height) pixels")
    }
    guard width <= maximumSide, height <= maximumSide, width * height <= maximumPixels else {
      throw .tooLarge(path: name, width: width, height: height)
    }
  }
}
