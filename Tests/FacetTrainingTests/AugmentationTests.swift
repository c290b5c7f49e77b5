import FacetTensor
import FacetTestSupport
import FacetTraining
import Testing

@Suite("Augmentation")
struct AugmentationTests {
  let image = Tensor.random([3, 12, 10], seed: 1)

  private func mirrored(_ image: Tensor) -> Tensor {
    var result = image
    for c in 0..<image.shape[0] {
      for y in 0..<image.shape[1] {
        for x in 0..<image.shape[2] { result[c, y, x] = image[c, y, image.shape[2] - 1 - x] }
      }
    }
    return result
  }

  private func apply(_ augmentation: Augmentation, _ seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed)
    return augmentation.apply(image, &stream)
  }

  @Test("none changes nothing")
  func none() { for seed in 0..<20 { #expect(apply(.none, UInt64(seed)) == image) } }

  @Test(
    "the same numbers give the same image, others another",
    arguments: Augmentation.named.map(\.name))
  func deterministic(_ name: String) throws {
    let augmentation = try #require(Augmentation.named.first { $0.name == name }).augmentation
    var results: [Tensor] = []
    for seed: UInt64 in 0..<12 {
      let once = apply(augmentation, seed)
      #expect(once == apply(augmentation, seed))
      #expect(once.shape == image.shape)
      // Bilinear mixing with repeated borders leaves no value outside the image's own.
      #expect(once.minimum >= image.minimum - 1e-5 && once.maximum <= image.maximum + 1e-5)
      if !results.contains(once) { results.append(once) }
    }
    switch name {
    case "none": #expect(results.count == 1)
    case "flip": #expect(results.count == 2)
    default: #expect(results.count == 12)
    }
  }

  @Test("a flip is a mirror image, and half of all images are flipped")
  func flips() {
    #expect(apply(Augmentation(flip: 1), 0).relativeDifference(from: mirrored(image)) < 1e-5)
    let flipped = (0..<400).filter { apply(.flipOnly, UInt64($0)) != image }.count
    #expect((150...250).contains(flipped))
  }

  @Test("every call takes as many numbers, so one change turned off moves no other")
  func stream() {
    let reference: UInt64 = {
      var stream = RandomStream(seed: 4)
      _ = Augmentation.standard.apply(image, &stream)
      return stream.next()
    }()
    for (_, augmentation) in Augmentation.named {
      var stream = RandomStream(seed: 4)
      _ = augmentation.apply(image, &stream)
      #expect(stream.next() == reference)
    }
    for seed: UInt64 in 0..<30 {
      let isFlipped = apply(.flipOnly, seed) != image
      let shifted = apply(.shiftOnly, seed)
      let both = apply(Augmentation(flip: 0.5, shift: 0.1), seed)
      #expect((both != shifted) == isFlipped)
    }
  }

  @Test("a shift is by at most its fraction of the side, either way")
  func shift() {
    // The centre of a single bright spot tells how far it went.
    var spot = Tensor.zeros([1, 21, 21])
    spot[0, 10, 10] = 1
    var reach: (Float, Float) = (0, 0)
    for seed: UInt64 in 0..<200 {
      var stream = RandomStream(seed: seed)
      let moved = Augmentation(shift: 0.2).apply(spot, &stream)
      var centre: (Float, Float) = (0, 0)
      for y in 0..<21 {
        for x in 0..<21 {
          centre.0 += moved[0, y, x] * Float(y - 10)
          centre.1 += moved[0, y, x] * Float(x - 10)
        }
      }
      #expect(abs(centre.0) <= 4.2001 && abs(centre.1) <= 4.2001)
      reach = (max(reach.0, centre.0), min(reach.1, centre.1))
    }
    #expect(reach.0 > 3.8 && reach.1 < -3.8)
  }

  @Test("a rotation keeps the centre")
  func rotation() {
    var spot = Tensor.zeros([1, 21, 21])
    spot[0, 10, 10] = 1
    for seed: UInt64 in 0..<20 {
      var stream = RandomStream(seed: seed)
      let turned = Augmentation(rotation: 30, zoom: 0.1).apply(spot, &stream)
      #expect(turned.indexOfMaximum == 10 * 21 + 10)
      #expect(abs(turned[0, 10, 10] - 1) < 1e-4)
    }
  }
}
