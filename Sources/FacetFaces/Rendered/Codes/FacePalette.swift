import FacetTensor

/// The colours that faces are made of.
enum FacePalette {
  /// From light to dark.
  static let skin: [FaceColor] = [
    0xF8D9C4, 0xF3C9AC, 0xEDB998, 0xE0AC7E, 0xD29B6C, 0xBF8659, 0xA87148, 0x8C5A38, 0x70452C,
    0x573423,
  ].map { FaceColor(hex: $0) }

  static let hair: [FaceColor] = [
    0x1B1716, 0x2E211C, 0x4A3022, 0x6B4329, 0x8E5E34, 0xB9853F, 0xDDB65E, 0xA9472A, 0x7A2E22,
  ].map { FaceColor(hex: $0) }

  /// Hair of the old.
  static let grey: [FaceColor] = [0x77726E, 0xA6A29D, 0xD9D6D0].map { FaceColor(hex: $0) }

  /// Dyed hair.
  static let dyed: [FaceColor] = [0x2F6F8F, 0x8A3A6E, 0xC4574A, 0x4E6B3A].map {
    FaceColor(hex: $0)
  }

  /// A colour near that of natural hair; an undyed one for others.
  static func neighbour(ofHair color: FaceColor, _ stream: inout RandomStream) -> FaceColor {
    guard let place = hair.firstIndex(of: color) else { return stream.element(of: hair) }
    return stream.element(
      of: [place - 2, place + 2].filter { hair.indices ~= $0 }.map { hair[$0] })
  }

  static let iris: [FaceColor] = [
    0x3B2418, 0x5A371F, 0x7B5230, 0x8A7A3C, 0x5E7F4B, 0x3F8377, 0x3F78A8, 0x6C93AE, 0x66707A,
  ].map { FaceColor(hex: $0) }

  static let frames: [FaceColor] = [
    0x1E1E22, 0x4B2E20, 0x8C6A3A, 0x24406B, 0x8A2530, 0x9AA0A6, 0x2F5A45,
  ].map { FaceColor(hex: $0) }

  static let rings: [FaceColor] = [0xE8C35A, 0xDADFE4, 0x3FA79A, 0xD8576B].map {
    FaceColor(hex: $0)
  }

  static let lipstick: [FaceColor] = [0xB5344A, 0xC25B63, 0x8E2A4B, 0xD0645A].map {
    FaceColor(hex: $0)
  }

  static let clothing: [FaceColor] = [
    0x33475B, 0x7B8FA1, 0xB5533C, 0x3F6B57, 0xD9B44A, 0xE9E4D8, 0x2B2B33, 0x8A5A83, 0x5CA0B8,
    0xC9858B, 0x6E6A3E, 0xF2F2EF,
  ].map { FaceColor(hex: $0) }

  static let backdrop: [FaceColor] = [
    0xBCD3DC, 0xE6D6C0, 0xC9D9BE, 0xD8C3D6, 0x8FA3B0, 0xF1ECE4, 0x5E7483, 0xE3B8A2, 0x7C9A86,
    0x454B57, 0xC7BFB4, 0xF0CF8E,
  ].map { FaceColor(hex: $0) }
}
