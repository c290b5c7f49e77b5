import FacetImage
import FacetTensor
import Foundation
import Testing

@Suite struct PreprocessingTests {
  @Test func normalisesAsDefined() {
    let image = Image(width: 1, height: 1, pixels: [255, 0, 51])
    let rgb = Preprocessing(
      height: 1, width: 1, mean: [0.5, 0.25, 0], standardDeviation: [0.5, 0.25, 0.1])
    let values = rgb.tensor(image)
    #expect(values.shape == [3, 1, 1])
    for (value, expected) in zip(values.scalars, [1, -1, 2] as [Float]) {
      #expect(abs(value - expected) < 1e-6)
    }
    // Caffe's way: BGR, raw values, the mean in the same order.
    let bgr = Preprocessing(
      height: 1, width: 1, mean: [104, 117, 123], scale: 1, channels: .bgr)
    let expected: [Float] = [51 - 104, -117, 255 - 123]
    #expect(bgr.tensor(image).scalars == expected)
    #expect(bgr.normalized(RGB(255, 0, 51)) == expected)
    #expect(Preprocessing.raw(height: 1, width: 1).tensor(image).scalars == [255, 0, 51])
  }

  @Test(arguments: [Preprocessing.Channels.rgb, .bgr])
  func imageUndoesTensor(channels: Preprocessing.Channels) {
    let image = noise(width: 9, height: 7)
    var preprocessing = Preprocessing.imageNet
    preprocessing.channels = channels
    let tensor = preprocessing.tensor(fitted: image)
    #expect(tensor.shape == [3, 7, 9])
    #expect(preprocessing.image(tensor) == image)
    #expect(preprocessing.image(tensor.reshaped([1, 3, 7, 9])) == image)
    #expect(preprocessing.image(tensor * 1000).pixels.allSatisfy { $0 == 0 || $0 == 255 })
  }

  @Test func stretchesOrCutsTheCentre() throws {
    let image = noise(width: 60, height: 40)
    let stretch = Preprocessing(height: 20, width: 25)
    #expect(stretch.fitted(image) == image.resized(width: 25, height: 20))
    let cut = Preprocessing(height: 20, width: 25, resize: .shorterSide(24))
    let whole = image.resized(width: 36, height: 24)
    // 11 spare columns: 6; 4 spare rows: 2.
    #expect(try cut.fitted(image) == whole.cropped(x: 6, y: 2, width: 25, height: 20))
    #expect(cut.tensor(image) == cut.tensor(fitted: cut.fitted(image)))
    #expect(cut.tensor(image).shape == [3, 20, 25])
  }

  @Test func enlargesWhatWouldNotCoverTheCut() {
    for (width, height) in [(10, 90), (90, 10), (1, 1), (33, 32), (300, 299)] {
      let image = noise(width: width, height: height)
      for target in [(64, 64), (20, 70), (70, 20)] {
        let fitted = Preprocessing(
          height: target.0, width: target.1, resize: .shorterSide(32)
        ).fitted(image)
        #expect(fitted.height == target.0 && fitted.width == target.1)
      }
    }
  }

  @Test func survivesJSON() throws {
    for resize in [FittingRule.stretch, .shorterSide(256)] {
      var value = Preprocessing.imageNet
      value.resize = resize
      let data = try JSONEncoder().encode(value)
      #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == value)
    }
    let text = String(
      decoding: try JSONEncoder().encode([FittingRule.stretch, .shorterSide(8)]), as: UTF8.self)
    #expect(text == #"["stretch",{"shorterSide":8}]"#)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([FittingRule].self, from: Data(#"["squash"]"#.utf8))
    }
  }

  @Test func refusesValuesThatMakeNoSense() throws {
    #expect(try Preprocessing.imageNet.validated() == .imageNet)
    let changes: [(inout Preprocessing) -> Void] = [
      { $0.height = 0 }, { $0.width = -3 }, { $0.width = 1 << 40 }, { $0.mean = [0, 0] },
      { $0.mean[1] = .nan }, { $0.standardDeviation[2] = 0 }, { $0.scale = 0 },
      { $0.standardDeviation = [] }, { $0.resize = .shorterSide(0) }, { $0.scale = .infinity },
    ]
    for change in changes {
      var value = Preprocessing.imageNet
      change(&value)
      #expect(throws: ImageError.self) { try value.validated() }
    }
  }
}
