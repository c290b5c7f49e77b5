import FacetImage
import FacetTensor
import Foundation
import Testing

/// Files that are cut, flipped, lying or something else: an error that names them, never a picture
/// with a made-up rest and never a crash.
@Suite struct DamagedImageTests {
  static let fixtures = [
    "colour.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "quarter-turn.jpg", "palette.gif",
    "interlaced.gif", "transparent.gif", "palette-transparent.png", "faded.png", "resize-1x1.ppm",
    "resize-16x12.ppm",
  ]

  @Test(arguments: fixtures)
  func everyShorterFileIsAnError(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    _ = try decode(bytes)
    for length in 0..<bytes.count {
      let error = #expect(throws: ImageError.self, "\(length) bytes of \(name)") {
        try decode(Array(bytes[..<length]), name)
      }
      #expect(error?.description.contains(name) == true)
      guard length > bytes.count * 3 / 4 else { continue }
      guard case .truncated(name, _, _) = error else {
        Issue.record("\(length) bytes of \(name): \(String(describing: error))")
        return
      }
    }
  }

  @Test(arguments: fixtures)
  func flippedBytesNeverCrash(name: String) throws {
    let bytes = try Fixtures.bytes(name)
    var random = RandomStream(seed: 11, bytes.count)
    var refused = 0
    for _ in 0..<400 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: changed.indices, using: &random)
        changed[place] ^= UInt8.random(in: 1...255, using: &random)
      }
      do throws(ImageError) {
        let image = try decode(changed, name)
        #expect(image.pixels.count == 3 * image.width * image.height)
      } catch {
        refused += 1
        #expect(error.description.contains(name))
      }
    }
    // Header bytes are a good part of each of these files, so some must be noticed.
    #expect(refused > 0)
  }

  /// The same with the check sums of PNG made right, so that damage reaches the decoder.
  @Test func flippedBytesUnderRightCheckSumsNeverCrash() throws {
    let bytes = try Fixtures.bytes("palette-transparent.png")
    var random = RandomStream(seed: 12)
    for _ in 0..<400 {
      var changed = Array(bytes[..<8])
      var position = 8
      while position < bytes.count {
        let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
        let kind = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
        var body = Array(bytes[position + 8..<position + 8 + length])
        if let place = body.indices.randomElement(using: &random), random.happens(0.5) {
          body[place] ^= UInt8.random(in: 1...255, using: &random)
        }
        changed += pngChunk(kind, body)
        position += 12 + length
      }
      if let image = try? decode(changed) {
        #expect(image.pixels.count == 3 * image.width * image.height)
      }
    }
  }

  @Test func aPNGWhoseHeaderLiesIsAnError() throws {
    let image = try PNGWriter.data(noise(width: 20, height: 10))
    let bytes = [UInt8](image)
    func relabelled(width: Int, height: Int) -> [UInt8] {
      let header = bigEndian(width) + bigEndian(height) + Array(bytes[24..<29])
      return Array(bytes[..<8]) + pngChunk("IHDR", header) + Array(bytes[33...])
    }
    #expect(try decode(relabelled(width: 20, height: 10)).height == 10)
    #expect(throws: ImageError.self) { try decode(relabelled(width: 20, height: 2000)) }
    #expect(throws: ImageError.self) { try decode(relabelled(width: 0, height: 10)) }
    #expect(throws: ImageError.tooLarge(path: "test", width: 50_000, height: 50_000)) {
      try decode(relabelled(width: 50_000, height: 50_000))
    }
    #expect(throws: ImageError.tooLarge(path: "test", width: 10_001, height: 10_000)) {
      try decode(relabelled(width: 10_001, height: 10_000))
    }
    #expect(throws: ImageError.self) {
      try decode(relabelled(width: 0xFFFF_FFFF, height: 0xFFFF_FFFF))
    }
  }

  @Test(arguments: ["colour.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg"])
  func aJPEGWhoseHeaderLiesIsAnError(name: String) throws {
    var bytes = try Fixtures.bytes(name)
    let frame = try #require(
      bytes.indices.dropLast().first {
        bytes[$0] == 0xFF && (bytes[$0 + 1] == 0xC0 || bytes[$0 + 1] == 0xC2)
      })
    func setSize(width: Int, height: Int) {
      bytes.replaceSubrange(
        frame + 5..<frame + 9, with: Array(bigEndian(height << 16 | width)))
    }
    setSize(width: 40, height: 24)
    _ = try decode(bytes)
    setSize(width: 40, height: 4000)
    #expect(throws: ImageError.self) { try decode(bytes) }
    setSize(width: 60_000, height: 60_000)
    #expect(throws: ImageError.tooLarge(path: "test", width: 60_000, height: 60_000)) {
      try decode(bytes)
    }
  }

  @Test func aGIFWhoseHeaderLiesIsAnError() throws {
    let bytes = try Fixtures.bytes("palette.gif")
    var canvas = bytes
    canvas.replaceSubrange(6..<10, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImageError.tooLarge(path: "test", width: 65_535, height: 65_535)) {
      try decode(canvas)
    }
    // The frame's descriptor: a comma, then left, top, width, height of 40x24.
    let descriptor: [UInt8] = [0x2C, 0, 0, 0, 0, 40, 0, 24, 0]
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: descriptor) })
    var taller = bytes
    taller[start + 7] = 200
    #expect(throws: ImageError.self) { try decode(taller) }
    // A frame beside its canvas is cut off, and what it does not cover is white.
    var shifted = bytes
    shifted[start + 1] = 30
    let image = try decode(shifted)
    let original = try decode(bytes)
    #expect(image[30, 5] == original[0, 5] && image[39, 23] == original[9, 23])
    #expect(image[0, 0] == RGB(255, 255, 255))
  }

  @Test(arguments: [
    ("", "empty"), ("<!DOCTYPE html><html>", "HTML"), ("hello\nworld", "text"),
    ("<svg xmlns=''>", "SVG"), ("BM......", "BMP"), ("RIFF....WEBPVP8 ", "WebP"),
    ("%PDF-1.4", "PDF"), ("PK\u{3}\u{4}...", "zip"), ("{\"a\": 1}", "JSON"),
    ("version https://git-lfs.github.com/spec/v1", "Git LFS"), ("P7\nWIDTH 1", "PAM"),
    ("\0\0\0\u{18}ftypheic", "HEIC"), ("\0\0\0\0", "zero"), ("\u{1}\u{2}\u{3}\u{4}", "01 02 03 04"),
  ])
  func saysWhatElseTheBytesLookLike(text: String, word: String) throws {
    let error = #expect(throws: ImageError.self) {
      try decode(Array(text.utf8), "photos/it's <b>.jpg")
    }
    let description = error?.description ?? ""
    #expect(description.contains(word) && description.contains("photos/it's <b>.jpg"))
  }

  @Test func missingFilesAndFoldersAreNamed() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path, folder.path + "/none.png"] {
      let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(path: path) }
      #expect(error?.description.contains(path) == true)
    }
    let sealed = folder.path + "/sealed.png"
    try PNGWriter.write(noise(width: 2, height: 2), to: sealed)
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: sealed)
    // Who may read everything (root) reads it all the same.
    if FileManager.default.isReadableFile(atPath: sealed) {
      #expect(try ImageDecoder.decode(path: sealed).width == 2)
    } else {
      #expect(throws: ImageError.self) { try ImageDecoder.decode(path: sealed) }
    }
  }
}
