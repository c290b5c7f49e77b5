import CImageCodecs

/// JPEG and GIF, by way of the C shim.
enum CodecDecoding {
  static func decodeJPEG(_ bytes: [UInt8], name: String) throws(ImageError) -> Image {
    let image = try decode(bytes, .jpeg, name: name, with: facet_decode_jpeg)
    return EXIFOrientation(jpeg: bytes).upright(image)
  }

  static func decodeGIF(_ bytes: [UInt8], name: String) throws(ImageError) -> Image {
    try decode(bytes, .gif, name: name, with: facet_decode_gif)
  }

  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, facet_limits, UnsafeMutablePointer<facet_picture>?,
    UnsafeMutablePointer<CChar>?, Int
  ) -> facet_status

  private static func decode(
    _ bytes: [UInt8], _ format: ImageFormat, name: String, with decoder: Decoder
  ) throws(ImageError) -> Image {
    let limits = facet_limits(
      max_side: UInt32(ImageDecoder.maximumSide), max_pixels: UInt64(ImageDecoder.maximumPixels))
    var picture = facet_picture()
    defer { facet_picture_free(&picture) }
    var text = [CChar](repeating: 0, count: 256)
    let status = bytes.withUnsafeBufferPointer {
      decoder($0.baseAddress, $0.count, limits, &picture, &text, text.count)
    }
    let (width, height) = (Int(picture.width), Int(picture.height))
    if status == FACET_DECODED, let pixels = picture.rgb {
      let all = UnsafeBufferPointer(start: pixels, count: 3 * width * height)
      return Image(width: width, height: height, pixels: Array(all))
    }
    let characters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let reason = String(decoding: characters, as: UTF8.self)
    switch status {
    case FACET_TRUNCATED: throw .truncated(path: name, format: format, reason: reason)
    case FACET_TOO_LARGE: throw .tooLarge(path: name, width: width, height: height)
    default: throw .damaged(path: name, format: format, reason: reason)
    }
  }
}
