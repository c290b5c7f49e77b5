import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// A golden network with its images and the classes that are explained.
struct ExplainedNetwork {
  let golden: Golden
  let model: Model
  let images: Tensor
  let objective: LogitObjective
  let layer: LayerPath
  let engine = Engine()

  /// - Parameter first: takes the first image only, for methods that run the network hundreds of times.
  init(_ name: String, first: Bool = false) throws {
    golden = try Golden(name)
    model = try GoldenNetworks.model(name, golden)
    let all = try golden["input"]
    images = first ? all.slices(0..<1) : all
    let targets = try golden.integers("target").prefix(images.shape[0])
    objective = LogitObjective(.perImage(Array(targets)))
    layer = LayerPath(try #require(golden.information["target_layer"] as? String))
  }

  /// Expects what the golden tensor holds for the images that were taken.
  func expect(
    _ value: Tensor, equals name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try golden.expect(
      value, equals: name, images: 0..<images.shape[0], sourceLocation: sourceLocation)
  }

  func explain(_ explainer: some Explainer) throws -> Explanation {
    try explainer.explain(model, images, objective, on: engine)
  }

  /// EigenCAM's sign is the decomposition's whim: every image's map with the reference's sign.
  func aligned(_ map: Tensor, with name: String) throws -> Tensor {
    let reference = try golden[name]
    return Tensor.stack(
      (0..<map.shape[0]).map { image in
        map.slice(image).dot(reference.slice(image)) < 0
          ? map.slice(image) * -1 : map.slice(image)
      })
  }
}

/// Every method against captum and pytorch-grad-cam, on the small network and the architectures. What
/// the libraries do differently on DenseNet is in ``DenseNetTests``.
@Suite("Golden: explanations")
struct MethodTests {
  static let networks = (["toy"] + GoldenNetworks.names).filter(Golden.isThere)
  static let withoutFunctionalReLU = networks.filter { $0 != "densenet121" }

  @Test(
    "class activation maps, raw and as pytorch-grad-cam returns them",
    arguments: withoutFunctionalReLU)
  func classActivationMaps(_ name: String) throws {
    let network = try ExplainedNetwork(name)
    let methods: [(String, Method)] = [
      ("gradcam", .gradCAM), ("gradcampp", .gradCAMPlusPlus), ("xgradcam", .xGradCAM),
      ("layercam", .layerCAM), ("hirescam", .hiResCAM), ("scorecam", .scoreCAM),
      ("ablationcam", .ablationCAM),
    ]
    var compared = 0
    for (key, method) in methods where network.golden.tensors[key + ".pgc"] != nil {
      let isSlow = name != "toy" && method == .scoreCAM
      let subject = isSlow ? try ExplainedNetwork(name, first: true) : network
      let explanation = try subject.explain(
        method.explainer(MethodSettings(layer: subject.layer)))
      try subject.expect(explanation.map, equals: key + ".pgc")
      try subject.expect(
        explanation.map(in: .pytorchGradCAM), equals: key + ".pgc_final")
      if method == .gradCAM {
        try subject.expect(explanation.map(in: .captum), equals: "gradcam.captum")
      }
      compared += 1
    }
    // Score-CAM and Ablation-CAM were not recorded for SqueezeNet.
    #expect(compared == (name == "squeezenet1_0" ? 5 : 7))
  }

  @Test("EigenCAM up to its sign", arguments: withoutFunctionalReLU)
  func eigenCAM(_ name: String) throws {
    let subject = try ExplainedNetwork(name)
    let map = try subject.explain(CAM(EigenCAMWeighting(), layer: subject.layer)).map
    try subject.expect(
      subject.aligned(map, with: "eigencam.pgc"), equals: "eigencam.pgc")
  }

  @Test("methods on pixels", arguments: networks)
  func pixels(_ name: String) throws {
    let subject = try ExplainedNetwork(name)
    try subject.expect(subject.explain(InputGradient(.gradient)).map, equals: "input_grad")
    if Self.withoutFunctionalReLU.contains(name) {
      try subject.expect(subject.explain(InputGradient(.guidedBackprop)).map, equals: "guided")
      try subject.expect(
        subject.explain(InputGradient(.deconvolution(.sum))).map, equals: "deconv")
    }
    let slow = name == "toy" ? subject : try ExplainedNetwork(name, first: true)
    try slow.expect(slow.explain(IntegratedGradients(steps: 20)).map, equals: "ig")
    let occlusion =
      name == "toy"
      ? Occlusion(window: Extent(8), stride: Extent(5))
      : Occlusion(window: Extent(32), stride: Extent(16))
    try slow.expect(slow.explain(occlusion).map, equals: "occlusion")
  }

  /// The networks' noise came from PyTorch's generator and isn't stored; the toy's is.
  @Test("SmoothGrad with the stored noise", .enabled(if: Golden.isThere("toy")))
  func smoothGrad() throws {
    let subject = try ExplainedNetwork("toy")
    let explanation = try subject.explain(
      SmoothGrad(magnitude: .absolute, noise: .given(subject.golden["smoothgrad.noise"])))
    try subject.expect(explanation.map, equals: "smoothgrad")
  }
}
