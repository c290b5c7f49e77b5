import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// AlexNet with convolutions for fully connected layers, against AlexNet.
@Suite("AlexNet, fully convolutional")
struct ConvolutionalAlexNetTests {
  let engine = Engine()

  /// AlexNet with fresh weights, and the convolutional design with the same.
  private func models() throws -> (plain: Model, convolutional: Model) {
    let plain = try Architecture.named("alexnet").model(classes: ["a", "b", "c"], seed: 2)
    let architecture = try Architecture.named("alexnet-fconv")
    let graph = try architecture.graph(classes: 3)
    let adapted = try architecture.adapting(plain.parameters)
    #expect(adapted.changes.count == 3)
    let (parameters, report) = graph.applying(adapted.tensors)
    #expect(report.isComplete && report.unused.isEmpty)
    return (
      plain,
      try Model(
        graph: graph, parameters: parameters, card: architecture.card(classes: ["a", "b", "c"]))
    )
  }

  @Test("AlexNet's logits at 224x224, and at larger sizes the mean of its dense map")
  func equality() throws {
    let (plain, convolutional) = try models()
    let x = Tensor.random([2, 3, 224, 224], seed: 1)
    let logits = try engine.forward(plain, x).output
    #expect(try engine.forward(convolutional, x).output.relativeDifference(from: logits) <= 1e-5)
    // What feature extraction keeps gives them, too: vectors in one, maps of one place in the other.
    for model in [plain, convolutional] {
      let layer = try Architecture.named(model.card.architecture).featureLayer
      let kept = try engine.forward(model, x, keeping: .paths([layer])).value(at: layer)
      #expect(kept.shape.dropFirst().count == 4096)
      let resumed = try engine.resume(model, from: layer, value: kept).output
      #expect(resumed.relativeDifference(from: logits) <= 1e-5)
    }
    // A photo a half larger: Facet's conversion of AlexNet gives the map, place by place.
    let large = Tensor.random([1, 3, 288, 352], seed: 2)
    let map = try engine.forward(plain.fullyConvolutional(), large).output
    #expect(map.shape == [1, 3, 3, 5])
    let trace = try engine.forward(convolutional, large, keeping: .paths(["classifier.6"]))
    #expect(try trace.value(at: "classifier.6").relativeDifference(from: map) <= 1e-5)
    let means = (0..<3).map { Float(map.slice(0).slice($0).mean) }
    #expect(trace.output.relativeDifference(from: Tensor([1, 3], means)) <= 1e-5)
    // AlexNet itself averages its features instead, which is another answer.
    let pooled = try engine.forward(plain, large).output
    #expect(trace.output.relativeDifference(from: pooled) > 1e-2)
  }

  @Test("its head is a map of scores: the conversion leaves the pool out and calls it pooled")
  func conversion() throws {
    let (_, convolutional) = try models()
    let head = try ConvertibleHead(convolutional)
    #expect(head.sites.isEmpty && head.isPooled && head.source == "classifier.6")
    let converted = try convolutional.fullyConvolutional()
    let large = Tensor.random([1, 3, 256, 288], seed: 3)
    let map = try engine.forward(converted, large).output
    #expect(map.shape == [1, 3, 2, 3])
    let means = (0..<3).map { Float(map.slice(0).slice($0).mean) }
    let mean = try engine.forward(convolutional, large).output
    #expect(mean.relativeDifference(from: Tensor([1, 3], means)) <= 1e-5)
  }

  @Test("an image below 223 pixels is too small for a score, and the error names the layer")
  func small() throws {
    let graph = try Architecture.named("alexnet-fconv").graph(classes: 3)
    #expect(try graph.shapes(input: [1, 3, 223, 223])[graph.output.index] == [1, 3])
    let error = #expect(throws: GraphError.self) { try graph.shapes(input: [1, 3, 222, 222]) }
    #expect(error?.description.contains("classifier.1") == true)
  }
}
