import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Pairs of faces")
struct PairTests {
  let engine = Engine(threads: 2)

  private func pairs(_ model: Model, _ count: Int = 2) throws -> FacePairs {
    try FacePairs(
      model, SmallNets.images(count, seed: 1), SmallNets.images(count, seed: 2), on: engine)
  }

  private func explainer(_ method: PairMethod) -> any Explainer {
    method.explainer(PairSettings(masks: 60, seed: 3), size: Extent(16, 18))
  }

  @Test("cosines are those of the embeddings")
  func cosines() throws {
    let pairs = try pairs(SmallNets.varied(), 3)
    for i in 0..<3 {
      let (u, v) = (pairs.firstEmbeddings.slice(i), pairs.secondEmbeddings.slice(i))
      #expect(abs(pairs.cosines[i] - u.dot(v) / (u.dot(u) * v.dot(v)).squareRoot()) < 1e-12)
    }
  }

  @Test("similarity Grad-CAM weighs a channel by what raising it does to the cosine")
  func gradCAM() throws {
    let model = try SmallNets.varied()
    let pairs = try pairs(model, 1)
    let map = try pairs.explained(by: explainer(.gradCAM), model, on: engine).first
    #expect(map.layer == "cat")
    let value = try engine.forward(model, pairs.first, keeping: .paths(["cat"])).value(at: "cat")
    let reference = pairs.secondEmbeddings.slice(0)
    let cells = value.shape[2] * value.shape[3]
    func cosine(_ value: Tensor) throws -> Double {
      let u = try engine.resume(model, from: "cat", value: value, keeping: .paths(["fc1"]))
        .value(at: "fc1").slice(0)
      return u.dot(reference) / (u.dot(u) * reference.dot(reference)).squareRoot()
    }
    var expected = [Double](repeating: 0, count: cells)
    for k in 0..<value.shape[1] {
      let step: Float = 0x1p-7
      func shifted(_ by: Float) -> Tensor {
        var moved = value.scalars
        for i in k * cells..<(k + 1) * cells { moved[i] += by }
        return Tensor(value.shape, moved)
      }
      let slope = try (cosine(shifted(step)) - cosine(shifted(-step))) / Double(2 * step)
      for i in 0..<cells {
        expected[i] += slope / Double(cells) * Double(value.scalars[k * cells + i])
      }
    }
    let largest = expected.map(abs).max() ?? 0
    for (i, value) in expected.enumerated() {
      #expect(abs(Double(map.map.scalars[i]) - value) < 1e-3 * largest)
    }
  }

  @Test("the faces' order changes nothing but theirs", arguments: PairMethod.allCases)
  func symmetry(_ method: PairMethod) throws {
    let model = try SmallNets.varied()
    let forth = try pairs(model)
    let back = try FacePairs(model, forth.second, forth.first, on: engine)
    #expect(forth.cosines == back.cosines)
    let one = try forth.explained(by: explainer(method), model, on: engine)
    let other = try back.explained(by: explainer(method), model, on: engine)
    #expect(one == other.swapped)
    #expect(one.first.scores.count == 2 && one.first.map != one.second.map)
  }

  @Test("minus the cosine has minus the map", arguments: PairMethod.allCases)
  func dissimilarity(_ method: PairMethod) throws {
    let model = try SmallNets.varied()
    let pairs = try pairs(model)
    let plain = try pairs.explained(by: explainer(method), model, on: engine).first
    let negated = try explainer(method).explain(
      model, pairs.first, .cosine(to: pairs.secondEmbeddings, negated: true), on: engine)
    #expect(negated.map == plain.map.map { -$0 })
  }

  @Test("a pair's maps don't depend on its batch", arguments: PairMethod.allCases)
  func batches(_ method: PairMethod) throws {
    let model = try SmallNets.varied()
    let engine = Engine(threads: 2, precision: .exact)
    let three = try FacePairs(
      model, SmallNets.images(3, seed: 1), SmallNets.images(3, seed: 2), on: engine)
    let one = try FacePairs(
      model, three.first.slices(1..<2), three.second.slices(1..<2), on: engine)
    let maps = try three.explained(by: explainer(method), model, on: engine)
    let alone = try one.explained(by: explainer(method), model, on: engine)
    #expect(maps.first.map.slice(1) == alone.first.map.slice(0))
    #expect(maps.second.map.slice(1) == alone.second.map.slice(0))
  }

  @Test("one image twice: nothing can raise a cosine of 1")
  func identical() throws {
    let model = try SmallNets.varied()
    let image = SmallNets.images(1)
    let pairs = try FacePairs(model, image, image, on: engine)
    #expect(abs(pairs.cosines[0] - 1) < 1e-9)
    func map(_ method: PairMethod) throws -> Explanation {
      try pairs.explained(by: explainer(method), model, on: engine).first
    }
    #expect(try map(.gradCAM).map.scalars.allSatisfy { abs($0) < 1e-6 })
    let sum = try map(.additive)
    #expect(
      abs(sum.map.scalars.reduce(Double(sum.remainders[0])) { $0 + Double($1) } - 1) <= 1e-5)
    #expect(try map(.occlusion).map.minimum > -1e-6)
    #expect(try map(.occlusion).map.maximum > 0)
  }

  @Test("pixel maps have the images' size and keep the signs", arguments: PairMethod.allCases)
  func pixels(_ method: PairMethod) throws {
    let model = try SmallNets.varied()
    let found = try pairs(model).explained(by: explainer(method), model, on: engine).first
    let maps = found.pixelMaps(in: model.graph)
    #expect(maps.shape == [2, 16, 18])
    if found.space == .input {
      for c in 0..<3 {
        for (y, x) in [(0, 0), (7, 9)] {
          #expect(abs(maps[1, y, x] - found.map[1, c, y, x]) < 1e-6)
        }
      }
    }
  }

  @Test("pairs that can't be compared are refused")
  func illFormed() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    func made(_ first: Tensor, _ second: Tensor, _ model: Model) -> ExplainError? {
      refusal { _ = try FacePairs(model, first, second, on: engine) }
    }
    #expect(
      made(images, SmallNets.images(3), model)
        == .countMismatch(what: "second faces", expected: 2, got: 3))
    #expect(made(images.slice(0), images.slice(0), model) != nil)
    #expect(made(images, .zeros([2, 3, 16, 20]), model) != nil)
    #expect(made(.zeros([0, 3, 16, 18]), .zeros([0, 3, 16, 18]), model) != nil)
    #expect(made(.zeros([2, 1, 16, 18]), .zeros([2, 1, 16, 18]), model) != nil)
    var damaged = images
    damaged[1, 0, 0, 0] = .nan
    #expect(
      made(images, damaged, model)
        == .noCosine(pair: 1, reason: "the second face's embedding is not finite"))
    let empty = try SmallNets.pooled().withoutWeights()
    #expect(
      made(images, images, empty)
        == .noCosine(pair: 0, reason: "the first face's embedding is zero"))
    #expect(throws: ExplainError.self) { try PairMethod.named("gradcm") }
    #expect(try PairMethod.named("CorrRISE") == .corrRISE)
  }
}

extension Model {
  /// The same with zeros for weights.
  fileprivate func withoutWeights() throws -> Model {
    try Model(graph: graph, parameters: parameters.mapValues { .zeros($0.shape) }, card: card)
  }
}
