import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// torchvision's DenseNet ends in a ReLU that is no module but a function call that works in place.
/// captum can't hook it, so guided backpropagation and deconvolution pass it by its gradient;
/// pytorch-grad-cam's stored activation is rectified by it, while the gradient it multiplies is the
/// one before it. Facet treats this ReLU as any other. These tests compute what the libraries
/// compute, to show that the difference is this ReLU and nothing else.
@Suite("Golden: DenseNet's functional ReLU", .enabled(if: Golden.isThere("densenet121")))
struct DenseNetTests {
  /// The derivative, as a rule of its own.
  struct Derivative: BackwardRule {
    func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
      try context.gradient(upstream)
    }
  }

  let subject: ExplainedNetwork

  init() throws { subject = try ExplainedNetwork("densenet121") }

  /// The signal at a layer from each image's target.
  private func signal(at layer: LayerPath, rules: RuleSet = .gradient) throws -> Tensor {
    let trace = try subject.engine.forward(
      subject.model, subject.images, keeping: .forBackward(to: [layer]))
    var seed = Tensor.zeros(trace.output.shape)
    for (row, target) in try subject.golden.integers("target").enumerated() {
      seed[row, target] = 1
    }
    return try subject.engine.backward(
      subject.model, trace, from: Seed(seed), rules: rules, to: [layer]
    ).signal(at: layer)
  }

  @Test("captum's guided backpropagation and deconvolution leave the last ReLU its gradient")
  func captum() throws {
    let cases: [(String, RuleSet, InputGradient)] = [
      ("guided", .guidedBackprop, InputGradient(.guidedBackprop)),
      ("deconv", .deconvolution(), InputGradient(.deconvolution(.sum))),
    ]
    for (name, rules, explainer) in cases {
      let hooked = rules.using(Derivative(), at: .path("relu"))
      try subject.golden.expect(signal(at: "input", rules: hooked), equals: name)
      let own = try subject.explain(explainer).map
      #expect(try own == signal(at: "input", rules: rules))
      #expect(own.relativeDifference(from: try subject.golden[name]) > 0.05, "\(name)")
    }
  }

  @Test("captum's Grad-CAM of the layer before the ReLU")
  func gradCAM() throws {
    let explanation = try subject.explain(CAM(GradCAMWeighting(), layer: subject.layer))
    try subject.golden.expect(explanation.map(in: .captum), equals: "gradcam.captum")
    #expect(
      explanation.map.relativeDifference(from: try subject.golden["gradcam.pgc"]) > 0.05)
  }

  /// A network whose layer `act` holds pytorch-grad-cam's activations and whose scores have its
  /// gradients there: for each image a filter as large as the map.
  private func pairing() throws -> (model: Model, images: Tensor) {
    let activations = try subject.golden["act"].map { max($0, 0) }
    let gradients = try signal(at: subject.layer)
    let (channels, size) = (gradients.shape[1], Extent(gradients.shape[2], gradients.shape[3]))
    let graph = try Scope.graph(channels: channels) { (scope, x) throws(GraphError) in
      let act = try scope.relu("act", x)
      let filters = Convolution(channels, 2, kernel: size, bias: false)
      return try scope.flatten(
        "flatten", try scope.add("filters", .convolution(filters), [act]))
    }
    let model = try Model(
      graph: graph, parameters: ["filters.weight": gradients],
      card: ModelCard(
        name: "", architecture: "", input: InputCard(height: size.height, width: size.width),
        embeddingLayer: "act", camLayer: "act", licence: "", source: ""))
    return (model, activations)
  }

  @Test("pytorch-grad-cam pairs rectified activations with gradients before the ReLU")
  func pytorchGradCAM() throws {
    let (model, images) = try pairing()
    let methods: [(String, Method)] = [
      ("gradcam", .gradCAM), ("gradcampp", .gradCAMPlusPlus), ("xgradcam", .xGradCAM),
      ("layercam", .layerCAM), ("hirescam", .hiResCAM), ("eigencam", .eigenCAM),
    ]
    for (key, method) in methods {
      let found = try method.explainer(MethodSettings(layer: "act")).explain(
        model, images, LogitObjective(.perImage([0, 1])), on: subject.engine)
      let map =
        method == .eigenCAM ? try subject.aligned(found.map, with: key + ".pgc") : found.map
      try subject.golden.expect(map, equals: key + ".pgc")
      guard method != .eigenCAM else { continue }
      let sized = Explanation(
        map: map, space: .layer, method: key, layer: subject.layer, scores: found.scores,
        targets: found.targets, imageSize: Extent(subject.images.shape[2], subject.images.shape[3]),
        options: [:])
      try subject.golden.expect(sized.map(in: .pytorchGradCAM), equals: key + ".pgc_final")
    }
  }

  @Test("the card's layer is after the ReLU: there Grad-CAM's mean is the logit without its bias")
  func cardLayer() throws {
    let explanation = try subject.explain(CAM(GradCAMWeighting()))
    #expect(explanation.layer == "relu")
    let bias = try #require(subject.model.parameters["classifier.bias"])
    let logits = try subject.golden["logits"]
    for (row, target) in try subject.golden.integers("target").enumerated() {
      let cells = explanation.map.slice(row).scalars.map(Double.init)
      let (logit, bias) = (Double(logits[row, target]), Double(bias[target]))
      // Rounding is relative to what is added up, which may cancel.
      let magnitude = cells.reduce(abs(logit) + abs(bias)) { $0 + abs($1) }
      let difference = cells.reduce(0, +) - (logit - bias)
      #expect(abs(difference) <= 4e-6 * magnitude)
    }
  }
}
