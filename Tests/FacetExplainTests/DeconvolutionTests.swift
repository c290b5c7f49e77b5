import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Deconvolution")
struct DeconvolutionTests {
  let engine = Engine()

  @Test("Zeiler-Fergus is the unit's activation times the other method where pools don't overlap")
  func agreement() throws {
    let model = try SmallNets.tower(pool: 2, stride: 2)
    let images = SmallNets.images(2)
    for policy in Unpooling.allCases {
      let projected = try ZeilerFergus(unpooling: policy)
        .explain(model, images, .logit(), on: engine)
      // The output is the flattened layer, so the unit is a class of its own.
      let classes = projected.units.map { ($0.channel * 8 + $0.row) * 9 + $0.column }
      let autograd = try InputGradient(.deconvolution(policy))
        .explain(model, images, .logit(.perImage(classes)), on: engine)
      #expect(projected.scores == autograd.scores)
      for image in 0..<2 {
        let expected = autograd.map.slice(image) * projected.scores[image]
        #expect(projected.map.slice(image).relativeDifference(from: expected) < 1e-5)
        #expect(expected.maximum > 0)
      }
    }
  }

  @Test("a switch that several windows share: sum or the last of them")
  func sharedSwitch() throws {
    // All four 3x3 windows have their maximum in the middle of the 5x5 image.
    let model = try SmallNets.model(
      channels: 1, embedding: "conv", cam: "conv",
      parameters: ["conv.weight": Tensor([1, 1, 2, 2], [1, 2, 3, 4])]
    ) { (scope, x) throws(GraphError) in
      let h = try scope.maxPool("pool", x, kernel: 3, stride: 2)
      return try scope.convolution("conv", h, 1, kernel: 2, bias: false)
    }
    var image = Tensor.zeros([1, 1, 5, 5])
    image[0, 0, 2, 2] = 1
    for (policy, expected) in [(Unpooling.sum, Float(100)), (.lastWriter, 40)] {
      let explanation = try ZeilerFergus(unpooling: policy)
        .explain(model, image, .logit(), on: engine)
      #expect(explanation.scores == [10])
      #expect(explanation.map == image * expected)
    }
  }

  @Test("layers above the unit never run")
  func above() throws {
    let model = try SmallNets.varied()
    let broken = try model.replacing([
      "fc1.weight": Tensor([7, 8], repeating: .nan), "a.bias": Tensor([4], repeating: .nan),
    ])
    let images = SmallNets.images(2)
    let explainer = ZeilerFergus(layer: "relu2")
    let (whole, cut) = (
      try explainer.explain(model, images, .logit(), on: engine),
      try explainer.explain(broken, images, .logit(), on: engine)
    )
    #expect(whole == cut && cut.map.isFinite)
  }

  @Test("the unit: the layer's maximum, a map's maximum, or a given one")
  func units() throws {
    let model = try SmallNets.tower(pool: 3, stride: 2)
    let images = SmallNets.images(2)
    let value = try engine.forward(model, images, keeping: .paths(["relu2"])).value(at: "relu2")
    let largest = try ZeilerFergus().explain(model, images, .logit(), on: engine)
    for image in 0..<2 { #expect(largest.scores[image] == value.slice(image).maximum) }
    let ofMap = try ZeilerFergus(choice: .maximumOf(channel: 3))
      .explain(model, images, .logit(), on: engine)
    for image in 0..<2 { #expect(ofMap.scores[image] == value.slice(image).slice(3).maximum) }
    let unit = ofMap.units[0]
    let given = try ZeilerFergus(choice: .unit(unit))
      .explain(model, images.slices(0..<1), .logit(), on: engine)
    #expect(given.map.slice(0) == ofMap.map.slice(0))
    let outside = FeatureUnit(channel: 6, row: 0, column: 0)
    let error = refusal {
      _ = try ZeilerFergus(choice: .unit(outside)).explain(model, images, .logit(), on: engine)
    }
    #expect(error == .unitOutOfRange("relu2", unit: outside, shape: value.shape))
  }

  @Test("layer by layer from one run equals each layer alone")
  func layers() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let stages = try model.graph.stages(height: 16, width: 18)
    #expect(stages == ["relu1", "cat"])
    let all = try ZeilerFergus().project(model, images, layers: stages, on: engine)
    #expect(all.map(\.layer) == stages)
    for (path, found) in zip(stages, all) {
      let alone = try ZeilerFergus(layer: path).explain(model, images, .logit(), on: engine)
      #expect(alone == found)
    }
  }
}
