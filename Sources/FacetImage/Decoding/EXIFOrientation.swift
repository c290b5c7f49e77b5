/// How a camera was held, from the Orientation tag (0x0112) of a JPEG's EXIF block
/// (Exif 2.3, section 4.6.4): the value is what must be done to show the picture upright.
enum EXIFOrientation: Int {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  case transposed
  case quarterTurnClockwise
  case transverse
  case quarterTurnCounterclockwise

  /// The orientation in the bytes of a JPEG file; `.upright` when it says none or a broken one.
  init(jpeg bytes: [UInt8]) {
    self = EXIFOrientation.exifBlock(of: bytes).flatMap(EXIFOrientation.init(tiff:)) ?? .upright
  }

  /// The TIFF structure inside the first APP1 segment that holds EXIF.
  private static func exifBlock(of jpeg: [UInt8]) -> ArraySlice<UInt8>? {
    let identifier = Array("Exif\0\0".utf8)
    var position = 2
    while position + 4 <= jpeg.count, jpeg[position] == 0xFF {
      let marker = jpeg[position + 1]
      if marker == 0xFF {  // fill byte
        position += 1
        continue
      }
      if marker == 0xDA || marker == 0xD9 { return nil }
      let length = Int(jpeg[position + 2]) << 8 | Int(jpeg[position + 3])
      let end = position + 2 + length
      if length < 2 || end > jpeg.count { return nil }
      let body = jpeg[position + 4..<end]
      if marker == 0xE1, body.starts(with: identifier) { return body.dropFirst(identifier.count) }
      position = end
    }
    return nil
  }

  /// The tag in the first directory of a TIFF structure.
  private init?(tiff: ArraySlice<UInt8>) {
    let bytes = Array(tiff)
    let isBigEndian = bytes.starts(with: "MM".utf8)
    guard isBigEndian || bytes.starts(with: "II".utf8) else { return nil }
    func number(at offset: Int, bytes count: Int) -> Int? {
      guard offset >= 0, offset + count <= bytes.count else { return nil }
      let part = bytes[offset..<offset + count]
      let ordered = isBigEndian ? Array(part) : part.reversed()
      return ordered.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(at: 4, bytes: 4),
      let entries = number(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = number(at: start, bytes: 2) else { return nil }
      if tag == 0x0112 {
        guard let value = number(at: start + 8, bytes: 2) else { return nil }
        self.init(rawValue: value)
        return
      }
    }
    return nil
  }

  /// `image` turned and mirrored so that it is shown as it was seen.
  func upright(_ image: Image) -> Image {
    let (width, height) = (image.width, image.height)
    let (right, bottom) = (width - 1, height - 1)
    switch self {
    case .upright: return image
    case .mirrored: return image.flippedHorizontally()
    case .upsideDown: return image.rearranged(width, height) { (right - $0, bottom - $1) }
    case .mirroredUpsideDown: return image.rearranged(width, height) { ($0, bottom - $1) }
    case .transposed: return image.rearranged(height, width) { ($1, $0) }
    case .quarterTurnClockwise: return image.rearranged(height, width) { ($1, bottom - $0) }
    case .transverse: return image.rearranged(height, width) { (right - $1, bottom - $0) }
    case .quarterTurnCounterclockwise: return image.rearranged(height, width) { (right - $1, $0) }
    }
  }
}

extension Image {
  /// A picture whose pixel (x, y) is this one's pixel `source(x, y)`.
  fileprivate func rearranged(
    _ width: Int, _ height: Int, _ source: (Int, Int) -> (Int, Int)
  ) -> Image {
    var result = [UInt8](repeating: 0, count: pixels.count)
    for y in 0..<height {
      for x in 0..<width {
        let (column, row) = source(x, y)
        let (to, from) = (3 * (y * width + x), 3 * (row * self.width + column))
        for c in 0..<3 { result[to + c] = pixels[from + c] }
      }
    }
    return Image(width: width, height: height, pixels: result)
  }
}
