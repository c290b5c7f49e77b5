import FacetImage
import FacetReport
import Foundation
import Testing

@Suite("Text in pictures")
struct PictureLabelTests {
  @Test("a small picture is enlarged by a whole factor, and what is above the band stays")
  func enlarged() throws {
    var image = Image(width: 96, height: 80, filledWith: RGB(10, 200, 30))
    image[5, 6] = RGB(255, 0, 0)
    let label = PictureLabel(["same with random weights"])
    let drawn = try label.draw(on: image)
    #expect(drawn.width == 288 && drawn.height == 240)
    #expect(drawn[15, 18] == RGB(255, 0, 0) && drawn[17, 20] == RGB(255, 0, 0))
    #expect(drawn[100, 100] == RGB(10, 200, 30))
    // In the band there is neither the picture's colour nor one colour only: there is text.
    let band = (214..<240).flatMap { y in (0..<288).map { drawn[$0, y] } }
    #expect(!band.contains(RGB(10, 200, 30)))
    #expect(Set(band).count > 10)
    #expect(try PictureLabel(["worse than a centre blob"]).draw(on: image) != drawn)
  }

  @Test("two lines make a higher band; none leave the picture alone")
  func lines() throws {
    let image = Image(width: 300, height: 100, filledWith: RGB(1, 2, 3))
    #expect(try PictureLabel([]).draw(on: image) == image)
    func left(_ lines: [String]) throws -> Int {
      let drawn = try PictureLabel(lines).draw(on: image)
      #expect(drawn.width == 300)
      return (0..<100).prefix { drawn[0, $0] == RGB(1, 2, 3) }.count
    }
    #expect(try left(["a"]) == 73)
    #expect(try left(["a", "b"]) == 50)
  }

  @Test("a transparent map gets an opaque band; text too long is shortened, not cut")
  func transparent() throws {
    let bytes = [UInt8](repeating: 0, count: 4 * 50 * 40)
    let drawn = try PictureLabel([String(repeating: "long ", count: 40)])
      .draw(onRGBA: bytes, width: 50, height: 40)
    #expect(drawn.width == 250 && drawn.height == 200)
    let plain = try PictureLabel([]).draw(onRGBA: bytes, width: 50, height: 40)
    #expect(plain.width == 50)
    #expect(throws: ReportError.self) {
      _ = try PictureLabel([]).draw(onRGBA: [1, 2], width: 50, height: 40)
    }
  }
}
