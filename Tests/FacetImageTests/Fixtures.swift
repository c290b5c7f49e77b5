import FacetImage
import FacetTensor
import Foundation

/// The pictures that lie beside the tests and the real ones that lie beside the package.
enum Fixtures {
  private static let tests = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  static func path(_ name: String) -> String {
    tests.appendingPathComponent("Fixtures/images/\(name)").path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// A folder of real data, `shared/data` beside the package's root.
  static func realData(_ name: String) -> String {
    tests.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared/data/\(name)").path
  }

  static func hasRealData(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: realData(name))
  }
}

/// A folder that is removed at the end of a test.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("facet-image-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

func decode(_ bytes: [UInt8], _ name: String = "test") throws(ImageError) -> Image {
  try ImageDecoder.decode(Data(bytes), name: name)
}

/// A picture of seeded random pixels.
func noise(width: Int, height: Int, seed: UInt64 = 1) -> Image {
  var random = RandomStream(seed: seed, width, height)
  let pixels = (0..<3 * width * height).map { _ in UInt8.random(in: 0...255, using: &random) }
  return Image(width: width, height: height, pixels: pixels)
}

/// Planes of seeded numbers in -1...1.
func noise(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
  var random = RandomStream(seed: seed, shape.count)
  return Tensor(shape, (0..<shape.count).map { _ in random.uniform(in: -1...1) })
}

/// The largest difference of two pictures in any channel; `nil` when their sizes differ.
func largestDifference(_ a: Image, _ b: Image) -> Int? {
  guard a.width == b.width, a.height == b.height else { return nil }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max()
}

/// A PNG chunk with its length and its check sum (PNG specification, annex D), bit by bit.
func pngChunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
  var crc: UInt32 = 0xFFFF_FFFF
  for byte in Array(kind.utf8) + body {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
  }
  return bigEndian(body.count) + Array(kind.utf8) + body + bigEndian(Int(~crc))
}

func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}
