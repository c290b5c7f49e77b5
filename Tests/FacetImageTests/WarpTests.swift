import FacetImage
import FacetTensor
import Foundation
import Testing

@Suite struct WarpTests {
  @Test func doingNothingChangesNothing() {
    for (height, width) in [(5, 7), (6, 4), (1, 1)] {
      let image = noise([3, height, width])
      #expect(image.warped(by: Warp()) == image)
    }
  }

  @Test func flipAndWholeShiftsMovePixels() {
    let image = noise([2, 5, 6])
    let flipped = image.warped(by: Warp(isFlipped: true))
    let shifted = image.warped(by: Warp(shiftX: 2, shiftY: -1))
    for c in 0..<2 {
      for y in 0..<5 {
        for x in 0..<6 {
          #expect(flipped[c, y, x] == image[c, y, 5 - x])
          // To the right and up; what comes in repeats the border.
          #expect(shifted[c, y, x] == image[c, min(y + 1, 4), max(x - 2, 0)])
        }
      }
    }
  }

  @Test func aQuarterTurnIsCounterclockwise() {
    let image = noise([1, 5, 5])
    let turned = image.warped(by: Warp(rotation: 90))
    for y in 0..<5 {
      for x in 0..<5 {
        // The right column becomes the top row.
        #expect(abs(turned[0, y, x] - image[0, x, 4 - y]) < 1e-5)
      }
    }
  }

  @Test func zoomAndHalfShiftByHand() {
    let row = Tensor([1, 1, 4], [0, 10, 20, 30])
    #expect(row.warped(by: Warp(shiftX: 0.5)).scalars == [0, 5, 15, 25])
    // About the centre 1.5: x' = 1.5 + (x - 1.5)/2.
    #expect(row.warped(by: Warp(zoom: 2)).scalars == [7.5, 12.5, 17.5, 22.5])
  }

  @Test func shearLeansUprightLinesToTheRight() {
    // A 45 degree lean moves the row above the centre one to the right.
    let image = noise([1, 3, 5])
    let leaning = image.warped(by: Warp(shear: 45))
    for x in 1..<4 {
      #expect(abs(leaning[0, 0, x] - image[0, 0, x - 1]) < 1e-5)
      #expect(abs(leaning[0, 1, x] - image[0, 1, x]) < 1e-5)
      #expect(abs(leaning[0, 2, x] - image[0, 2, x + 1]) < 1e-5)
    }
  }

  /// Every pixel by the definition: invert the map, clamp, mix four neighbours.
  @Test func equalsTheDefinition() throws {
    let image = noise([3, 8, 11])
    let warp = Warp(rotation: 17, shiftX: 1.3, shiftY: -0.6, zoom: 1.2, shear: -8, isFlipped: true)
    let result = image.warped(by: warp)
    let forward = warp.map(height: 8, width: 11)
    let back = try #require(forward.inverse)
    for c in 0..<3 {
      for y in 0..<8 {
        for x in 0..<11 {
          let source = back.apply(x: Double(x), y: Double(y))
          let there = forward.apply(x: source.x, y: source.y)
          #expect(abs(there.x - Double(x)) < 1e-9 && abs(there.y - Double(y)) < 1e-9)
          let (u, v) = (min(max(source.x, 0), 10), min(max(source.y, 0), 7))
          var sum = 0.0
          for row in 0..<8 {
            for column in 0..<11 {
              let weight = max(0, 1 - abs(v - Double(row))) * max(0, 1 - abs(u - Double(column)))
              if weight > 0 { sum += weight * Double(image[c, row, column]) }
            }
          }
          #expect(abs(sum - Double(result[c, y, x])) < 1e-5)
        }
      }
    }
  }

  @Test func mapsComposeAndUndo() throws {
    let map = AffineMap(a: 2, b: 1, c: -1, d: 3, tx: 4, ty: -2)
    let there = map.apply(x: 5, y: 7)
    #expect(there.x == 21 && there.y == 14)
    let undone = try #require(map.inverse).apply(x: 21, y: 14)
    #expect(abs(undone.x - 5) < 1e-12 && abs(undone.y - 7) < 1e-12)
    let twice = map.followed(by: .translation(x: 1, y: 1)).apply(x: 5, y: 7)
    #expect(twice.x == 22 && twice.y == 15)
    #expect(AffineMap(a: 1, b: 2, c: 2, d: 4, tx: 0, ty: 0).inverse == nil)
  }

  @Test func samplesToAnotherSize() {
    let image = noise([1, 4, 4])
    let corner = image.sampled(height: 2, width: 3, at: .translation(x: 1, y: 2))
    #expect(corner.shape == [1, 2, 3])
    #expect(
      corner.scalars == [
        image[0, 2, 1], image[0, 2, 2], image[0, 2, 3], image[0, 3, 1], image[0, 3, 2],
        image[0, 3, 3],
      ])
  }

  @Test func planesOfPictures() {
    let image = noise(width: 5, height: 3)
    #expect(Image(planes: image.planes) == image)
    #expect(image.planes[2, 1, 4] == Float(image[4, 1].blue))
    let odd = Tensor([3, 1, 1], [-5, .nan, 300])
    #expect(Image(planes: odd).pixels == [0, 0, 255])
    #expect(abs(Image(width: 1, height: 1, pixels: [10, 20, 30]).luma[0, 0] - 18.15) < 1e-4)
  }
}
