import FacetImage
import Testing

/// Hand-written PBM, PGM and PPM files.
@Suite struct PortableAnymapTests {
  private func grays(_ text: String, _ raster: [UInt8] = []) throws -> [UInt8] {
    let pixels = try decode(Array(text.utf8) + raster).pixels
    return stride(from: 0, to: pixels.count, by: 3).map { pixels[$0] }
  }

  @Test func readsAllSixKinds() throws {
    #expect(try grays("P1\n3 2\n010\n1 0 1") == [255, 0, 255, 0, 255, 0])
    #expect(try grays("P2\n2 2\n10\n0 5\n10 1") == [0, 128, 255, 26])
    #expect(try decode(Array("P3 1 1 255 1 2 3".utf8)).pixels == [1, 2, 3])
    // Ten columns take two bytes a row; the six spare bits are set and must not count.
    let bits = try grays("P4\n10 2\n", [0b1010_0000, 0b0111_1111, 0xFF, 0b1011_1111])
    #expect(bits.count == 20)
    let whites = bits.indices.filter { bits[$0] == 255 }
    #expect(whites == [1, 3, 4, 5, 6, 7, 8, 19])
    #expect(try grays("P5 2 1 255\n", [7, 250]) == [7, 250])
    #expect(try decode(Array("P6\n1 1\n255\n".utf8) + [9, 8, 7]).pixels == [9, 8, 7])
  }

  @Test func scalesByTheLargestValue() throws {
    #expect(try grays("P5 3 1 4\n", [0, 1, 4]) == [0, 64, 255])
    // 0x0101 of 65535 is 1, 0x8000 is 127.5 (up), big end first.
    #expect(try grays("P5 2 1 65535\n", [1, 1, 0x80, 0]) == [1, 128])
    #expect(try grays("P5 1 1 256\n", [1, 0]) == [255])
  }

  @Test func commentsAreSkipped() throws {
    let text = "P5#first\n# a comment 9 9\n2 # width\n1\n#\n255\n"
    #expect(try grays(text, [3, 4]) == [3, 4])
    // A raster may begin with the byte of '#'.
    #expect(try grays("P5 1 1 255\n", [0x23]) == [0x23])
  }

  @Test(arguments: [
    "P5", "P5 ", "P5 2", "P5 2 2", "P5 2 2 255", "P5 2 2 255\nabc", "P2 2 1 255 7", "P1 2 2 0 1 1",
    "P6 1 1 255\nab", "P5 1 1 65535\na",
  ])
  func whatIsCutIsTruncated(text: String) throws {
    let error = #expect(throws: ImageError.self) { try decode(Array(text.utf8), "cut.pgm") }
    guard case .truncated("cut.pgm", .portableAnymap, _) = error else {
      if text == "P5" { return }  // too short to be known as a picture
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    "P5 0 2 255\n", "P5 -1 2 255\n", "P5 2 x 255\n", "P5 1 1 0\na", "P5 1 1 65536\nab",
    "P5 99999999999999999999 1 255\n", "P2 1 1 9 10", "P1 1 1 2", "P5 1 1 255#a", "P5 1 1 10\nz",
  ])
  func whatMakesNoSenseIsDamaged(text: String) throws {
    let error = #expect(throws: ImageError.self) { try decode(Array(text.utf8), "bad.pgm") }
    guard case .damaged("bad.pgm", .portableAnymap, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func hugeHeadersAreRefusedBeforeMemoryIsTaken() throws {
    #expect(throws: ImageError.tooLarge(path: "test", width: 60_000, height: 60_000)) {
      try decode(Array("P5 60000 60000 255\nabc".utf8))
    }
    #expect(throws: ImageError.tooLarge(path: "test", width: 70_000, height: 1)) {
      try decode(Array("P5 70000 1 255\nabc".utf8))
    }
    let error = #expect(throws: ImageError.self) {
      try decode(Array("P3 9000 9000 255\n1 2 3".utf8))
    }
    guard case .truncated = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
