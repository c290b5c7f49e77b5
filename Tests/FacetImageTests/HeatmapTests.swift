import FacetImage
import FacetTensor
import Foundation
import Testing

@Suite struct ColorMapTests {
  /// CIE 1976 lightness, 0 to 100, from sRGB.
  private func lightness(_ color: RGB) -> Double {
    func linear(_ byte: UInt8) -> Double {
      let v = Double(byte) / 255
      return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }
    let y = 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
    return y > 0.008856 ? 116 * cbrt(y) - 16 : 903.3 * y
  }

  @Test func tablesHave256EntriesAndClampAtTheEnds() {
    for map in ColorMap.all {
      #expect(map.table.count == 256)
      #expect(map[0] == map.table[0] && map[1] == map.table[255])
      #expect(map[-3] == map.table[0] && map[7] == map.table[255])
      #expect(map[.infinity] == map.table[255] && map[.nan] == map.table[0])
      #expect(map[0.5] == map.table[128])
      #expect(!map.table.contains(HeatmapRendering.undefinedColor))
    }
    #expect(Set(ColorMap.all.map(\.name)).count == ColorMap.all.count)
  }

  /// Lightness rises evenly: no step much larger than the mean, none backwards.
  @Test(arguments: [ColorMap.sequential, .heat, .gray])
  func sequentialMapsRiseEvenlyInLightness(map: ColorMap) {
    let levels = map.table.map(lightness)
    #expect(levels[255] - levels[0] > 60)
    let mean = (levels[255] - levels[0]) / 16
    for i in stride(from: 0, to: 240, by: 16) {
      let step = levels[i + 16] - levels[i]
      #expect(step > 0.3 * mean && step < 2 * mean)
    }
    for i in 1..<256 { #expect(levels[i] > levels[i - 1] - 0.6) }
  }

  @Test func divergingIsWhiteInTheMiddleAndBalanced() {
    let table = ColorMap.diverging.table
    #expect(table[127] == RGB(255, 255, 255) && table[128] == RGB(255, 255, 255))
    for i in 0..<128 {
      #expect(abs(lightness(table[i]) - lightness(table[255 - i])) < 6)
    }
    #expect(table[0].blue > table[0].red + 80 && table[255].red > table[255].blue + 80)
  }

  @Test func jetIsTheClassicOne() {
    let jet = ColorMap.jet
    #expect(jet[0] == RGB(0, 0, 128) || jet[0] == RGB(0, 0, 127))
    #expect(jet.table[255].green == 0 && jet.table[255].blue == 0)
    #expect(jet[0.5].green == 255)
    #expect(jet[0.375] == jet.table[96] && jet.table[96].green == 255)
  }
}

@Suite struct HeatmapRenderingTests {
  let map = Tensor([2, 2], [0, 1, 2, 4])

  @Test func oneScaleGivesEqualNumbersEqualColours() {
    let scale = HeatmapScale.covering([map, Tensor([1, 1], [8])])
    #expect(scale == HeatmapScale(minimum: 0, maximum: 8))
    let image = HeatmapRendering.image(of: map, scale: scale)
    #expect(image[0, 0] == ColorMap.sequential[0] && image[1, 1] == ColorMap.sequential[0.5])
    let other = HeatmapRendering.image(of: Tensor([1, 1], [4]), scale: scale)
    #expect(other[0, 0] == image[1, 1])
  }

  @Test func scalesCoverMapsAndPassOverWhatIsNotFinite() {
    let odd = Tensor([1, 4], [.nan, -3, .infinity, 2])
    #expect(HeatmapScale.covering([odd]) == HeatmapScale(minimum: -3, maximum: 2))
    #expect(HeatmapScale.symmetric(covering: [odd, map]) == .symmetric(4))
    #expect(
      HeatmapScale.upTo(maximumOf: [Tensor([1], [-2])]) == HeatmapScale(minimum: 0, maximum: 0))
    #expect(HeatmapScale.covering([]) == .symmetric(0))
  }

  @Test func fractionsAreClampedAndDegenerateScalesHarmless() {
    let scale = HeatmapScale(minimum: -1, maximum: 3)
    #expect(scale.fraction(1) == 0.5 && scale.fraction(9) == 1 && scale.fraction(-9) == 0)
    #expect(scale.fraction(.nan).isNaN && scale.fraction(.infinity) == 1)
    let flat = HeatmapScale(minimum: 2, maximum: 2)
    #expect(flat.fraction(2) == 0 && flat.fraction(2.1) == 1 && flat.fraction(0) == 0)
    let wide = HeatmapScale.symmetric(.greatestFiniteMagnitude)
    #expect(wide.fraction(0) == 0.5)
  }

  @Test func signedMapsAreWhiteAtZero() {
    let image = HeatmapRendering.signedImage(of: Tensor([1, 3], [-2, 0, 2]), limit: 2)
    #expect(image[0, 0] == ColorMap.diverging.table[0])
    #expect(image[1, 0] == RGB(255, 255, 255))
    #expect(image[2, 0] == ColorMap.diverging.table[255])
  }

  @Test func notANumberIsUnmistakable() {
    let image = HeatmapRendering.image(of: Tensor([1, 1], [.nan]), scale: .symmetric(1))
    #expect(image[0, 0] == HeatmapRendering.undefinedColor)
  }

  /// Where the photo is white and the map is hottest, sums of bytes would wrap.
  @Test func overlayMixesWithoutWrappingAtTheHottestPixel() {
    let photo = Image(width: 2, height: 2, filledWith: RGB(255, 255, 255))
    let scale = HeatmapScale(minimum: 0, maximum: 4)
    for alpha in [0, 0.3, 0.5, 1] as [Float] {
      let image = HeatmapRendering.overlay(
        map, on: photo, scale: scale, colors: .jet, opacity: .constant(alpha))
      let hot = ColorMap.jet.table[255]
      let expected = [hot.red, hot.green, hot.blue].map {
        UInt8(((1 - alpha) * 255 + alpha * Float($0)).rounded())
      }
      #expect(image[1, 1] == RGB(expected[0], expected[1], expected[2]))
    }
    let over = HeatmapRendering.overlay(
      map, on: photo, scale: scale, colors: .jet, opacity: .constant(7))
    #expect(over[1, 1] == ColorMap.jet.table[255])
  }

  @Test func overlayStretchesTheMapOverThePhoto() {
    let photo = noise(width: 10, height: 6)
    let scale = HeatmapScale(minimum: 0, maximum: 4)
    let placed = map.resampled(height: 6, width: 10)
    #expect(
      HeatmapRendering.overlay(map, on: photo, scale: scale)
        == HeatmapRendering.overlay(placed, on: photo, scale: scale))
    let only = HeatmapRendering.overlay(map, on: photo, scale: scale, opacity: .constant(1))
    #expect(only == HeatmapRendering.image(of: placed, scale: scale))
    let faint = HeatmapRendering.overlay(
      Tensor([1, 1], [0]), on: photo, scale: scale, opacity: .proportional(1))
    #expect(faint == photo)
  }

  @Test func squareRootOpacityOfRGBA() {
    let quarter = Tensor([1, 3], [0, 0.25, 1])
    let bytes = HeatmapRendering.rgba(
      of: quarter, scale: HeatmapScale(minimum: 0, maximum: 1), opacity: .squareRoot(0.8))
    // 0.8 times the root of 0, 1/4 and 1, of 255.
    #expect([bytes[3], bytes[7], bytes[11]] == [0, 102, 204])
  }

  @Test func proportionalOpacityOfRGBA() {
    let scale = HeatmapScale(minimum: 0, maximum: 4)
    let bytes = HeatmapRendering.rgba(of: map, scale: scale, opacity: .proportional(0.8))
    #expect(stride(from: 3, to: 16, by: 4).map { bytes[$0] } == [0, 51, 102, 204])
    let signed = HeatmapRendering.rgba(
      of: Tensor([1, 3], [-1, 0, 1]), scale: .symmetric(1), colors: .diverging,
      opacity: .proportional(1))
    #expect([signed[3], signed[7], signed[11]] == [255, 0, 255])
  }

  @Test func inputMapsAreReliefsOnGrey() {
    // Mean 0 and standard deviation 1, so contrast 0.1 makes a one 25.5 of 255.
    let map = Tensor([3, 1, 2], [1, -1, 1, -1, 1, -1])
    let image = HeatmapRendering.signedImage(ofInputMap: map)
    #expect(image[0, 0] == RGB(153, 153, 153) && image[1, 0] == RGB(102, 102, 102))
    #expect(HeatmapRendering.signedImage(ofInputMap: map * 1000) == image)
    let flat = HeatmapRendering.signedImage(ofInputMap: .zeros([3, 2, 2]))
    #expect(flat.pixels.allSatisfy { $0 == 128 })
    let blue = Tensor([3, 1, 1], [9, 0, 0])
    let swapped = HeatmapRendering.signedImage(ofInputMap: blue, channels: .bgr)[0, 0]
    #expect(swapped.blue > swapped.red)
  }

  @Test func magnitudeIsTheLargestOfTheChannels() {
    let map = Tensor([3, 1, 3], [1, -5, 0, -2, 3, .nan, 0.5, 4, 2])
    let magnitude = HeatmapRendering.magnitude(of: map)
    #expect(magnitude.shape == [1, 3])
    #expect(magnitude[0, 0] == 2 && magnitude[0, 1] == 5 && magnitude[0, 2].isNaN)
  }
}
