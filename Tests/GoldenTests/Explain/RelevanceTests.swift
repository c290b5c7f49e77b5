import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Layer-wise relevance propagation against automatic differentiation (Fixtures/lrp/recipe.py, which
/// agrees with zennit), and on every architecture.
@Suite("Golden: layer-wise relevance")
struct RelevanceTests {
  static let engine = Engine()

  @Test("the small network, each composite", arguments: LRPRules.Preset.allCases)
  func fixture(_ preset: LRPRules.Preset) throws {
    let network = try FixtureTests()
    let tensors = try SafeTensors(contentsOf: SharedData.fixture("lrp/lrp.safetensors")).tensors
    let reference = try #require(tensors[preset.rawValue])
    let explanation = try LRP(LRPRules(preset)).explain(
      network.model, network.images, network.objective, on: Self.engine)
    // Where a denominator is close to 0 float32 is off by more than elsewhere: the recipe itself is
    // 3e-5 from zennit.
    let difference = explanation.map.relativeDifference(from: reference)
    #expect(difference < 1e-4, "\(preset): \(difference)")
  }

  /// Nothing is lost where no layer has a bias: fresh batch norms shift by nothing, and the other
  /// biases are set to 0.
  @Test(
    "every architecture: finite, and without biases the map adds up to the score",
    arguments: [
      "alexnet", "alexnet-fconv", "vgg16", "resnet18", "resnet50", "resnet20-cifar",
      "squeezenet1_0", "squeezenet1_1", "densenet121", "reference", "small",
    ])
  func conservation(_ name: String) throws {
    let architecture = try Architecture.named(name)
    let fresh = try architecture.model(classes: ["a", "b", "c"], seed: 7)
    let input = architecture.card(classes: []).input
    let images = Tensor.random([1, 3, input.height, input.width], seed: 8)
    var zeros: [String: Tensor] = [:]
    for (path, tensor) in fresh.parameters where path.hasSuffix(".bias") {
      zeros[path] = .zeros(tensor.shape)
    }
    let unbiased = try fresh.replacing(zeros)
    for preset in LRPRules.Preset.allCases {
      let explainer = LRP(LRPRules(preset))
      let found = try explainer.explain(unbiased, images, .logit(.index(1)), on: Self.engine)
      #expect(found.map.shape == images.shape && found.map.isFinite)
      let score = Double(found.scores[0])
      let magnitude = found.map.map(abs).sum
      let gap = abs(found.map.sum - score)
      #expect(score != 0 && magnitude > 0)
      #expect(gap <= 1e-2 * abs(score) + 1e-5 * magnitude, "\(preset): \(gap) of \(score)")
      #expect(abs(Double(found.completenessGaps[0]) - (found.map.sum - score)) <= 1e-5 * magnitude)
      let biased = try explainer.explain(fresh, images, .logit(.index(1)), on: Self.engine)
      #expect(biased.map.isFinite && biased.map.map(abs).maximum > 0, "\(preset)")
    }
  }
}
