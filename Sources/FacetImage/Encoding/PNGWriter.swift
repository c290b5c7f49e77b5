import CPNG
import FacetFiles
import Foundation

/// Writing of PNG files of 8 bits a channel.
///
/// The bytes depend on the pixels (and libpng's version) alone: no time stamps.
public enum PNGWriter {
  /// `image` as an RGB PNG.
  public static func data(_ image: Image) throws(ImageError) -> Data {
    try encode(
      image.pixels, width: image.width, height: image.height, channels: 3,
      format: png_uint_32(PNG_FORMAT_FLAG_COLOR))
  }

  /// A picture with transparency, `4 * width * height` bytes of interleaved RGBA, colours not
  /// multiplied by alpha: an overlay to lay over a photo.
  public static func data(
    rgba: [UInt8], width: Int, height: Int
  ) throws(ImageError) -> Data {
    try encode(
      rgba, width: width, height: height, channels: 4,
      format: png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA))
  }

  /// A grey picture of one channel, `width * height` bytes: a mask.
  public static func data(
    gray: [UInt8], width: Int, height: Int
  ) throws(ImageError) -> Data {
    try encode(gray, width: width, height: height, channels: 1, format: 0)
  }

  /// Writes `image` as an RGB PNG to `path`, whole or not at all.
  public static func write(_ image: Image, to path: String) throws(ImageError) {
    try write(try data(image), to: path)
  }

  /// Writes encoded bytes to `path`, whole or not at all.
  public static func write(_ data: Data, to path: String) throws(ImageError) {
    do {
      try AtomicFile.write(data, to: path)
    } catch {
      throw .file(error)
    }
  }

  private static func encode(
    _ samples: [UInt8], width: Int, height: Int, channels: Int, format: png_uint_32
  ) throws(ImageError) -> Data {
    let side = 1...ImageDecoder.maximumSide
    guard side ~= width, side ~= height else { throw .invalidSize(width: width, height: height) }
    guard samples.count == channels * width * height else {
      throw .encodingFailed(
        reason: "\(samples.count) bytes for \(width)x\(height) pixels of \(channels) channels")
    }
    var control = png_image()
    control.version = png_uint_32(PNG_IMAGE_VERSION)
    control.width = png_uint_32(width)
    control.height = png_uint_32(height)
    control.format = format
    defer { png_image_free(&control) }
    // As much as filtered rows that don't compress take (png.h, PNG_IMAGE_PNG_SIZE_MAX).
    let raw = (channels * width + 1) * height
    var size = raw + (raw + 7) / 8 + (raw + 63) / 64 + 11 + 12 * (raw / 8192 + 1) + 1024
    var buffer = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&control, &buffer, &size, 0, samples, 0, nil) != 0 else {
      throw .encodingFailed(reason: PNGDecoding.message(of: control))
    }
    return Data(buffer.prefix(size))
  }
}
