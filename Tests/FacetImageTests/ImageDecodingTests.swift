import FacetImage
import Foundation
import Testing

@Suite struct ImageDecodingTests {
  /// Each against the pixels Pillow reads. Decoders of JPEG may differ by rounding.
  @Test(arguments: [
    ("colour.jpg", 3), ("progressive.jpg", 3), ("grey.jpg", 1), ("cmyk.jpg", 3),
    ("quarter-turn.jpg", 3), ("palette.gif", 0), ("interlaced.gif", 0), ("transparent.gif", 0),
    ("palette-transparent.png", 0), ("grey-alpha.png", 0), ("faded.png", 1),
  ])
  func agreesWithPillow(name: String, tolerance: Int) throws {
    let image = try ImageDecoder.decode(path: Fixtures.path(name))
    let reference = try ImageDecoder.decode(path: Fixtures.path(name + ".ppm"))
    let difference = try #require(largestDifference(image, reference))
    #expect(difference <= tolerance)
  }

  @Test func formatComesFromTheBytesAndNotFromTheName() throws {
    let gif = try Fixtures.bytes("palette.gif")
    #expect(ImageFormat(sniffing: gif) == .gif)
    #expect(try decode(gif, "liar.png") == decode(gif, "honest.gif"))
    #expect(ImageFormat(sniffing: try Fixtures.bytes("colour.jpg")) == .jpeg)
    #expect(ImageFormat(sniffing: try Fixtures.bytes("faded.png")) == .png)
    #expect(ImageFormat(sniffing: Array("P5\n1 1".utf8)) == .portableAnymap)
    #expect(ImageFormat(sniffing: Array("P7\n".utf8)) == nil)
    #expect(ImageFormat(sniffing: Array("Picture".utf8)) == nil)
  }

  /// A slice of data does not begin at index 0.
  @Test func decodesASliceOfData() throws {
    let bytes = try Fixtures.bytes("faded.png")
    let padded = Data([0, 0, 0] + bytes)
    #expect(try ImageDecoder.decode(padded[3...], name: "slice") == decode(bytes))
  }

  /// The Exif standard says of each value which side the stored first row and column are seen at.
  @Test(arguments: 1...8)
  func exifOrientationIsApplied(value: Int) throws {
    var bytes = try Fixtures.bytes("quarter-turn.jpg")
    let tag: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0]
    let start = try #require(
      bytes.indices.first { bytes[$0...].starts(with: tag) })
    bytes[start + tag.count] = 1
    let stored = try decode(bytes)
    bytes[start + tag.count] = UInt8(value)
    let seen = try decode(bytes)
    let sides = [
      "top left", "top right", "bottom right", "bottom left", "left top", "right top",
      "right bottom", "left bottom",
    ][value - 1].split(separator: " ")
    let isTurned = value > 4
    #expect(seen.width == (isTurned ? stored.height : stored.width))
    for row in 0..<stored.height {
      for column in 0..<stored.width {
        var (x, y) = (0, 0)
        for (side, distance) in zip(sides, [row, column]) {
          switch side {
          case "top": y = distance
          case "bottom": y = seen.height - 1 - distance
          case "left": x = distance
          default: x = seen.width - 1 - distance
          }
        }
        #expect(seen[x, y] == stored[column, row])
      }
    }
  }

  @Test func sixteenBitSamplesAreRounded() throws {
    // Two grey pixels of 16 bits, stored without compression.
    let raw: [UInt8] = [0, 0x80, 0x7F, 0x12, 0x34]
    let bytes = png(
      header: bigEndian(2) + bigEndian(1) + [16, 0, 0, 0, 0], scanlines: raw)
    let image = try decode(bytes)
    // 0x807F = 32895 -> 127.998, 0x1234 = 4660 -> 18.13
    #expect(image.pixels == [128, 128, 128, 18, 18, 18])
  }

  @Test func gammaChunkDoesNotChangeValues() throws {
    let plain = png(
      header: bigEndian(2) + bigEndian(1) + [8, 0, 0, 0, 0], scanlines: [0, 50, 200])
    let gamma = Array(plain[..<33]) + pngChunk("gAMA", bigEndian(100_000)) + Array(plain[33...])
    #expect(try decode(gamma).pixels == [50, 50, 50, 200, 200, 200])
    #expect(try decode(plain) == decode(gamma))
  }

  private func png(header: [UInt8], scanlines: [UInt8]) -> [UInt8] {
    let (low, high) = scanlines.reduce((1, 0)) { sums, byte in
      let a = (sums.0 + Int(byte)) % 65_521
      return (a, (sums.1 + a) % 65_521)
    }
    let count = scanlines.count
    let stored: [UInt8] =
      [0x78, 0x01, 1, UInt8(count), 0, ~UInt8(count), 0xFF] + scanlines
      + bigEndian(high << 16 | low)
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + pngChunk("IHDR", header)
      + pngChunk("IDAT", stored) + pngChunk("IEND", [])
  }

  @Test func roundTripsThroughPNG() throws {
    for (width, height) in [(1, 1), (7, 3), (64, 129)] {
      let image = noise(width: width, height: height)
      #expect(try ImageDecoder.decode(try PNGWriter.data(image), name: "p") == image)
    }
    let gray = (0..<6).map { UInt8($0 * 50) }
    let mask = try ImageDecoder.decode(
      try PNGWriter.data(gray: gray, width: 3, height: 2), name: "mask")
    #expect(mask.pixels == gray.flatMap { [$0, $0, $0] })
  }

  @Test func transparencyIsCompositedOnWhite() throws {
    let bytes: [UInt8] = [10, 20, 30, 255, 10, 20, 30, 0, 100, 0, 255, 128]
    let image = try ImageDecoder.decode(
      try PNGWriter.data(rgba: bytes, width: 3, height: 1), name: "rgba")
    // 100 * 128/255 + 255 * 127/255 = 177.2; 0 + 127; 255
    #expect(image.pixels == [10, 20, 30, 255, 255, 255, 177, 127, 255])
  }

  @Test func writerRefusesWrongSizesAndPlaces() throws {
    #expect(throws: ImageError.self) {
      try PNGWriter.data(rgba: [1, 2, 3], width: 1, height: 1)
    }
    #expect(throws: ImageError.invalidSize(width: 0, height: 4)) {
      try PNGWriter.data(gray: [], width: 0, height: 4)
    }
    let folder = try TemporaryFolder()
    #expect(throws: ImageError.self) {
      try PNGWriter.write(noise(width: 2, height: 2), to: folder.path)
    }
    let path = folder.path + "/new folder/a \"quoted\" <name>.png"
    let image = noise(width: 5, height: 4)
    try PNGWriter.write(image, to: path)
    #expect(try ImageDecoder.decode(path: path) == image)
  }

  @Test(
    .enabled(if: Fixtures.hasRealData("images_misc"), "shared/data/images_misc is not here"))
  func realPicturesOfAllKindsAreDecoded() throws {
    let folder = Fixtures.realData("images_misc")
    let gif = try ImageDecoder.decode(path: folder + "/gif_with_png_extension.png")
    #expect(gif.width == 320 && gif.height == 243)
    let progressive = try ImageDecoder.decode(path: folder + "/horses.jpg")
    #expect(progressive.width == 425 && progressive.height == 280)
    let large = try ImageDecoder.decode(path: folder + "/dogs.png")
    #expect(large.width == 347 && large.height == 342)
    #expect(throws: ImageError.self) {
      try ImageDecoder.decode(path: folder + "/synset_words.txt")
    }
  }
}
