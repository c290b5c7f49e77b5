import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Perturbations")
struct PerturbationTests {
  let engine = Engine()

  @Test("occlusion of a linear network: the mean over windows of what each covers")
  func occlusion() throws {
    let (height, width) = (7, 8)
    let weights = Tensor.random([2, height, width], seed: 1)
    let image = Tensor.random([1, 2, height, width], seed: 2)
    let explanation = try Occlusion(window: Extent(3, 4), stride: Extent(2, 3), baseline: 0.5)
      .explain(SmallNets.linear(weights), image, .logit(), on: engine)
    func covered(_ top: Int, _ left: Int) -> Double {
      var loss = 0.0
      for c in 0..<2 {
        for y in top..<min(top + 3, height) {
          for x in left..<min(left + 4, width) {
            loss += Double(weights[c, y, x] * (image[0, c, y, x] - 0.5))
          }
        }
      }
      return loss
    }
    for y in 0..<height {
      for x in 0..<width {
        var losses: [Double] = []
        // Starts: rows 0, 2, 4; columns 0, 3, and 6, which is cut.
        for top in [0, 2, 4] where top..<top + 3 ~= y {
          for left in [0, 3, 6] where left..<left + 4 ~= x { losses.append(covered(top, left)) }
        }
        let expected = losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count)
        for c in 0..<2 { #expect(abs(Double(explanation.map[0, c, y, x]) - expected) < 1e-5) }
      }
    }
  }

  @Test("added occlusion: whole windows, and what each covers counts as often as it is covered")
  func added() throws {
    let (height, width) = (7, 8)
    let weights = Tensor.random([1, height, width], seed: 1)
    let image = Tensor.random([1, 1, height, width], seed: 2)
    let explanation = try Occlusion(window: Extent(3, 4), stride: Extent(2, 3), overlap: .added)
      .explain(SmallNets.linear(weights), image, .logit(), on: engine)
    for y in 0..<height {
      for x in 0..<width {
        var expected = 0.0
        // Starts: rows 0, 2, 4; columns 0 and 3, as 6 would be cut.
        for top in [0, 2, 4] where top..<top + 3 ~= y {
          for left in [0, 3] where left..<left + 4 ~= x {
            for row in top..<top + 3 {
              for column in left..<left + 4 {
                expected += Double(weights[0, row, column] * image[0, 0, row, column])
              }
            }
          }
        }
        #expect(abs(Double(explanation.map[0, 0, y, x]) - expected) < 1e-5)
      }
    }
    let error = refusal {
      _ = try Occlusion(window: Extent(8), stride: Extent(8), overlap: .added)
        .explain(SmallNets.linear(weights), image, .logit(), on: engine)
    }
    #expect(
      error
        == .badOption(name: "occlusion's window", expected: "at most the image's 7x8", got: "8x8"))
  }

  @Test("a window larger than the image covers all of it")
  func whole() throws {
    let weights = Tensor.random([1, 3, 3], seed: 1)
    let image = Tensor.random([1, 1, 3, 3], seed: 2)
    let explanation = try Occlusion(window: Extent(9), stride: Extent(9))
      .explain(SmallNets.linear(weights), image, .logit(), on: engine)
    for value in explanation.map.scalars { #expect(abs(value - explanation.scores[0]) < 1e-6) }
  }

  @Test("RISE with nothing hidden is the score everywhere")
  func nothingHidden() throws {
    let weights = Tensor.random([3, 9, 10], seed: 4)
    let image = Tensor.random([1, 3, 9, 10], seed: 5)
    func explain(_ isCentred: Bool) throws -> Explanation {
      try RISE(masks: 5, grid: 3, probability: 1, isCentred: isCentred)
        .explain(SmallNets.linear(weights), image, .logit(), on: engine)
    }
    let published = try explain(false)
    for value in published.map.scalars { #expect(abs(value - published.scores[0]) < 1e-5) }
    // Nothing differs, so nothing is said of any place.
    for value in try explain(true).map.scalars { #expect(abs(value) < 1e-5) }
  }

  @Test("RISE by its equation, and with the mean score taken off")
  func equation() throws {
    let weights = Tensor.random([2, 9, 10], seed: 4)
    let image = Tensor.random([1, 2, 9, 10], seed: 5)
    let model = try SmallNets.linear(weights)
    let rise = RISE(masks: 6, grid: 3, probability: 0.4, seed: 3, isCentred: false)
    let masks = (0..<6).map { rise.mask($0, height: 9, width: 10).scalars.map(Double.init) }
    var scores = [Double](repeating: 0, count: 6)
    for i in scores.indices {
      for place in 0..<180 {
        let product = Double(image.scalars[place]) * Double(weights.scalars[place])
        scores[i] += product * masks[i][place % 90]
      }
    }
    let mean = scores.reduce(0, +) / 6
    func expected(_ base: Double) -> [Double] {
      var map = [Double](repeating: 0, count: 90)
      for i in scores.indices {
        for place in map.indices { map[place] += (scores[i] - base) * masks[i][place] / (6 * 0.4) }
      }
      return map
    }
    let published = try rise.explain(model, image, .logit(), on: engine).map
    var centred = rise
    centred.isCentred = true
    let map = try centred.explain(model, image, .logit(), on: engine).map
    let (whole, off) = (expected(0), expected(mean))
    for i in 0..<90 {
      #expect(abs(Double(published.scalars[i]) - whole[i]) < 1e-4)
      #expect(abs(Double(map.scalars[i]) - off[i]) < 1e-4)
    }
  }

  @Test("a score far from 0 doesn't make the masks the map")
  func offset() throws {
    var weights = Tensor.zeros([1, 16, 16])
    for y in 10..<14 { for x in 2..<6 { weights[0, y, x] = 1 } }
    // Much of the score comes from everywhere alike.
    let image = Tensor([1, 1, 16, 16], repeating: 1)
    let model = try SmallNets.linear(weights.map { $0 + 4 })
    func map(_ seed: UInt64, isCentred: Bool) throws -> [Double] {
      try RISE(masks: 200, grid: 4, seed: seed, isCentred: isCentred)
        .explain(model, image, .logit(), on: engine).map.scalars.map(Double.init)
    }
    /// Pearson's correlation of the maps by two sets of masks.
    func agreement(isCentred: Bool) throws -> Double {
      let maps = try [UInt64(1), 2].map { seed in
        let map = try map(seed, isCentred: isCentred)
        let mean = map.reduce(0, +) / Double(map.count)
        return map.map { $0 - mean }
      }
      func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return product(maps[0], maps[1])
        / (product(maps[0], maps[0]) * product(maps[1], maps[1])).squareRoot()
    }
    #expect(try agreement(isCentred: true) > agreement(isCentred: false) + 0.2)
  }

  @Test("RISE finds the only part that counts, and follows its seed")
  func finds() throws {
    var weights = Tensor.zeros([1, 16, 16])
    for y in 10..<14 { for x in 2..<6 { weights[0, y, x] = 1 } }
    let model = try SmallNets.linear(weights)
    let image = Tensor([1, 1, 16, 16], repeating: 1)
    func map(_ seed: UInt64) throws -> Tensor {
      try RISE(masks: 400, grid: 4, seed: seed).explain(model, image, .logit(), on: engine).map
    }
    let found = try map(1)
    let best = try #require(found.indexOfMaximum)
    #expect(9..<15 ~= best / 16 && 1..<7 ~= best % 16)
    #expect(found[0, 0, 12, 4] > 1.2 * found[0, 0, 2, 13])
    #expect(try found == map(1))
    #expect(try found != map(2))
  }
}
