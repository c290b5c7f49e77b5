import CPNG

/// PNG, by libpng's simplified interface.
enum PNGDecoding {
  static func decode(_ bytes: [UInt8], name: String) throws(ImageError) -> Image {
    // libpng keeps the pointer between the two calls, so both are made while it is valid.
    try essentialChunks(of: bytes, name: name).withUnsafeBufferPointer {
      file throws(ImageError) in try decode(chunks: file, name: name)
    }
  }

  private static func decode(
    chunks file: UnsafeBufferPointer<UInt8>, name: String
  ) throws(ImageError) -> Image {
    var control = png_image()
    control.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&control) }
    guard png_image_begin_read_from_memory(&control, file.baseAddress, file.count) != 0 else {
      throw damaged(control, name)
    }
    let (width, height) = (Int(control.width), Int(control.height))
    try ImageDecoder.checkSize(width: width, height: height, format: .png, name: name)
    let hasAlpha = control.format & alphaFlag != 0
    // 16-bit samples are taken as sRGB like 8-bit ones; libpng would take them as linear light.
    control.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
    control.format = hasAlpha ? colorFlag | alphaFlag : colorFlag
    let channels = hasAlpha ? 4 : 3
    var samples = [UInt8](repeating: 0, count: channels * width * height)
    guard png_image_finish_read(&control, nil, &samples, 0, nil) != 0 else {
      throw damaged(control, name)
    }
    if hasAlpha { samples = compositedOnWhite(samples) }
    return Image(width: width, height: height, pixels: samples)
  }

  private static let colorFlag = png_uint_32(PNG_FORMAT_FLAG_COLOR)
  private static let alphaFlag = png_uint_32(PNG_FORMAT_FLAG_ALPHA)

  /// The file without its optional chunks but tRNS, after a look at its structure.
  ///
  /// What is dropped (gamma, profiles, texts) would change the values or cost memory; what is left
  /// out at the end of a truncated file is noticed here, where libpng would stop at the last row.
  private static func essentialChunks(
    of bytes: [UInt8], name: String
  ) throws(ImageError) -> [UInt8] {
    func word(_ at: Int) -> Int {
      (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
    }
    var kept = Array(bytes.prefix(8))
    var position = 8
    while true {
      guard position + 12 <= bytes.count else {
        throw .truncated(path: name, format: .png, reason: "there is no end chunk")
      }
      let length = word(position)
      let kind = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
      let end = position + 12 + length
      guard end <= bytes.count else {
        throw .truncated(
          path: name, format: .png,
          reason: "the chunk \(kind) needs \(end - bytes.count) bytes past the end")
      }
      if position == 8 {
        guard kind == "IHDR", length == 13 else {
          throw .damaged(path: name, format: .png, reason: "it does not begin with a header chunk")
        }
        try ImageDecoder.checkSize(
          width: word(position + 8), height: word(position + 12), format: .png, name: name)
      }
      let isOptional = bytes[position + 4] & 0x20 != 0
      if !isOptional || kind == "tRNS" { kept += bytes[position..<end] }
      if kind == "IEND" { return kept }
      position = end
    }
  }

  /// RGB from RGBA, c = a c + (1 - a) 255 on the stored values, rounded.
  private static func compositedOnWhite(_ rgba: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: rgba.count / 4 * 3) { rgb, count in
      for pixel in 0..<rgba.count / 4 {
        let alpha = Int(rgba[4 * pixel + 3])
        for c in 0..<3 {
          let value = Int(rgba[4 * pixel + c]) * alpha + 255 * (255 - alpha)
          rgb[3 * pixel + c] = UInt8((value + 127) / 255)
        }
      }
      count = rgba.count / 4 * 3
    }
  }

  private static func damaged(_ control: png_image, _ name: String) -> ImageError {
    .damaged(path: name, format: .png, reason: message(of: control))
  }

  /// libpng's own words for what went wrong.
  static func message(of control: png_image) -> String {
    withUnsafeBytes(of: control.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
