import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Cascading randomisation")
struct CascadingRandomisationTests {
  @Test("from the top, each layer staying as it was drawn; statistics are left alone")
  func order() throws {
    let model = try SmallNets.varied()
    let layers = CascadingRandomisation.layers(of: model.graph).map(\.path.name)
    #expect(layers == ["fc2", "fc1", "b", "a", "conv2", "bn1", "conv1"])
    let cascade = CascadingRandomisation(scheme: .torchDefault, seed: 3)
    #expect(cascade.counts(of: model.graph, stages: 3) == [2, 4, 7])
    #expect(cascade.counts(of: model.graph, stages: 99) == Array(1...7))
    var before = model
    for count in 1...7 {
      let stage = try cascade.stage(count, of: model)
      #expect(stage.layers == count && stage.lowest.name == layers[count - 1])
      let changed = Set(
        stage.model.parameters.keys.filter { stage.model.parameters[$0] != before.parameters[$0] })
      // Only the one layer changes, and not its running statistics; a batch norm's fresh scales are
      // ones and zeros, as they were.
      let expected = model.parameters.keys.filter {
        $0.hasPrefix(layers[count - 1] + ".") && !$0.contains("running") && !$0.hasPrefix("bn1")
      }
      #expect(changed == Set(expected))
      before = stage.model
    }
    #expect(before.parameters["bn1.running_mean"] == model.parameters["bn1.running_mean"])
  }

  @Test("a layer changes when it or one before it is random")
  func reach() throws {
    let model = try SmallNets.varied()
    let cascade = CascadingRandomisation(seed: 3)
    // From the top: fc2, fc1, b, a, conv2, bn1, conv1; a and b are branches.
    func first(_ layer: LayerPath) throws -> Int? {
      try (1...7).first { try cascade.reaches([layer], count: $0, of: model.graph) }
    }
    #expect(try first("fc2") == 1)
    #expect(try first("fc1") == 2)
    #expect(try first("b") == 3)
    #expect(try first("a") == 4)
    #expect(try first("conv1") == 7)
    #expect(try cascade.reaches(["conv1", "fc2"], count: 1, of: model.graph))
    #expect(throws: GraphError.self) {
      _ = try cascade.reaches(["nothing"], count: 1, of: model.graph)
    }
    // What reaches says is what happens to the values.
    let x = SmallNets.images(1)
    let engine = Engine()
    for count in 1...7 {
      let changed = try cascade.stage(count, of: model).model
      for layer in ["a", "b", "conv2", "conv1"] as [LayerPath] {
        let values = try [model, changed].map {
          try engine.forward($0, x, keeping: .paths([layer])).value(at: layer)
        }
        #expect(
          (values[0] != values[1]) == (try cascade.reaches([layer], count: count, of: model.graph)),
          "\(layer) with \(count) random")
      }
    }
  }

  @Test("methods that look at a layer's values only, and those that look at a score")
  func layersRead() throws {
    let card = try SmallNets.varied().card
    var settings = MethodSettings()
    for method in Method.all where method != .eigenCAM {
      #expect(method.layersRead(settings, card) == nil)
    }
    #expect(Method.eigenCAM.layersRead(settings, card) == [card.camLayer])
    settings.deconvolution = .zeilerFergus
    settings.layer = "conv1"
    #expect(Method.deconvolution.layersRead(settings, card) == ["conv1"])
    settings.layers = ["conv1", "conv2"]
    #expect(Method.eigenCAM.layersRead(settings, card) == ["conv1", "conv2"])
  }

  @Test("RISE has masks of its own where it is told so")
  func masks() throws {
    var settings = MethodSettings(samples: 20)
    settings.masks = 60
    let rise = try #require(Method.rise.explainer(settings) as? RISE)
    let smooth = try #require(Method.smoothGrad.explainer(settings) as? SmoothGrad)
    #expect(rise.masks == 60 && smooth.samples == 20)
    settings.masks = nil
    #expect((Method.rise.explainer(settings) as? RISE)?.masks == 20)
  }

  @Test("a count outside of the network is refused")
  func refusals() throws {
    let model = try SmallNets.varied()
    for count in [0, 8, -1] {
      #expect(refusal { _ = try CascadingRandomisation().stage(count, of: model) } != nil)
    }
  }
}
