import FacetImage
import Testing

@Suite struct ImageGeometryTests {
  @Test(arguments: [(16, 12), (61, 50), (20, 40), (37, 7), (1, 1)])
  func resizingEqualsPillowBitForBit(width: Int, height: Int) throws {
    let source = try ImageDecoder.decode(path: Fixtures.path("resize-source.ppm"))
    let reference = try ImageDecoder.decode(
      path: Fixtures.path("resize-\(width)x\(height).ppm"))
    #expect(source.resized(width: width, height: height) == reference)
  }

  @Test func resizingByHand() {
    // Shrinking 4 to 2: support 2 around 1 and 3, so weights 3/4, 3/4, 1/4, made to sum to 1:
    // (0 * 3 + 80 * 3 + 160 * 1) / 7, and the mirror image of that.
    let row = Image(
      width: 4, height: 1, pixels: [0, 80, 160, 240].flatMap { [$0, $0, $0] as [UInt8] })
    let half = row.resized(width: 2, height: 1)
    #expect(half[0, 0] == RGB(57, 57, 57) && half[1, 0] == RGB(183, 183, 183))
    // Growing 2 to 4: half-pixel bilinear, ends held.
    let pair = Image(width: 2, height: 1, pixels: [0, 0, 0, 100, 100, 100])
    #expect(
      pair.resized(width: 4, height: 1).pixels.enumerated().filter { $0.offset % 3 == 0 }
        .map(\.element) == [0, 25, 75, 100])
  }

  @Test func resizingKeepsFlatPicturesFlatAndTheSizeTheSame() {
    let flat = Image(width: 50, height: 31, filledWith: RGB(3, 128, 255))
    for (width, height) in [(1, 1), (7, 90), (224, 3)] {
      let expected = Image(width: width, height: height, filledWith: RGB(3, 128, 255))
      #expect(flat.resized(width: width, height: height) == expected)
    }
    let image = noise(width: 9, height: 8)
    #expect(image.resized(width: 9, height: 8) == image)
    #expect(
      image.resized(width: 30, height: 8).flippedHorizontally()
        == image.flippedHorizontally().resized(width: 30, height: 8))
  }

  @Test func shorterSideKeepsProportions() {
    let wide = noise(width: 50, height: 33).resized(shorterSide: 20)
    #expect(wide.height == 20 && wide.width == 30)  // 30.3 rounded down
    let tall = noise(width: 10, height: 100).resized(shorterSide: 3)
    #expect(tall.width == 3 && tall.height == 30)
  }

  @Test func croppingTakesTheNamedPixels() throws {
    let image = noise(width: 8, height: 6)
    let part = try image.cropped(x: 3, y: 1, width: 4, height: 5)
    for y in 0..<5 { for x in 0..<4 { #expect(part[x, y] == image[x + 3, y + 1]) } }
    let wrong = [
      (-1, 0, 2, 2), (0, 0, 9, 1), (7, 0, 2, 1), (0, 0, 0, 1), (0, 5, 1, 2), (Int.max, 0, 1, 1),
    ]
    for (x, y, width, height) in wrong {
      #expect(throws: ImageError.self) {
        try image.cropped(x: x, y: y, width: width, height: height)
      }
    }
  }

  @Test func flippingMirrorsEachRow() {
    let image = noise(width: 5, height: 4)
    let mirrored = image.flippedHorizontally()
    for y in 0..<4 { for x in 0..<5 { #expect(mirrored[x, y] == image[4 - x, y]) } }
    #expect(mirrored.flippedHorizontally() == image)
  }

  @Test func fiveCropsHaveTheDefinedOrderAndOrigins() throws {
    let image = noise(width: 256, height: 253)
    let crops = try image.fiveCrops(width: 227, height: 224)
    #expect(
      crops.map(\.position) == [.topLeft, .topRight, .bottomLeft, .bottomRight, .center])
    // 29 spare pixels each way: the centre is at 15, not at Python's 14.
    #expect(crops.map(\.x) == [0, 29, 0, 29, 15])
    #expect(crops.map(\.y) == [0, 0, 29, 29, 15])
    for crop in crops {
      #expect(
        try crop.image == image.cropped(x: crop.x, y: crop.y, width: 227, height: 224))
    }
    let even = try noise(width: 256, height: 256).fiveCrops(width: 224, height: 224)
    #expect(even[4].x == 16 && even[4].y == 16)
  }

  @Test func tenCropsAreTheFiveAndThoseOfTheMirroredPicture() throws {
    let image = noise(width: 12, height: 10)
    let crops = try image.tenCrops(width: 9, height: 9)
    let mirrored = try image.flippedHorizontally().fiveCrops(width: 9, height: 9)
    #expect(crops.count == 10)
    #expect(crops.prefix(5).map(\.image) == (try image.fiveCrops(width: 9, height: 9)).map(\.image))
    #expect(crops.suffix(5).map(\.image) == mirrored.map(\.image))
    #expect(crops.prefix(5).allSatisfy { !$0.isFlipped })
    #expect(crops.suffix(5).allSatisfy { $0.isFlipped })
    for crop in crops {
      let x = crop.xInOriginal(imageWidth: 12)
      let area = try image.cropped(x: x, y: crop.y, width: 9, height: 9)
      #expect(crop.image == (crop.isFlipped ? area.flippedHorizontally() : area))
    }
  }

  @Test func aCropOfTheWholePictureIsItAndALargerOneAnError() throws {
    let image = noise(width: 12, height: 10)
    #expect(try image.fiveCrops(width: 12, height: 10).allSatisfy { $0.image == image })
    for (width, height) in [(13, 10), (12, 11), (0, 4)] {
      #expect(throws: ImageError.self) { try image.fiveCrops(width: width, height: height) }
      #expect(throws: ImageError.self) { try image.tenCrops(width: width, height: height) }
    }
  }
}
