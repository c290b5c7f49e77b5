import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Every method against captum and pytorch-grad-cam on three networks.
@Suite("Golden: explanations")
struct MethodTests {
  static let networks = ["toy", "squeezenet1_0", "resnet18"].filter(Golden.isThere)

  struct Subject {
    let golden: Golden
    let model: Model
    let images: Tensor
    let objective: LogitObjective
    let layer: LayerPath
    let engine = Engine()

    init(_ name: String) throws {
      golden = try Golden(name)
      model = name == "toy" ? try ToyNet.model(golden) : try golden.model(name)
      images = try golden["input"]
      objective = LogitObjective(.perImage(try golden.integers("target")))
      layer = LayerPath(try #require(golden.information["target_layer"] as? String))
    }

    func explain(_ explainer: some Explainer) throws -> Explanation {
      try explainer.explain(model, images, objective, on: engine)
    }
  }

  @Test("class activation maps, raw and as pytorch-grad-cam returns them", arguments: networks)
  func classActivationMaps(_ name: String) throws {
    let subject = try Subject(name)
    let methods: [(String, Method)] = [
      ("gradcam", .gradCAM), ("gradcampp", .gradCAMPlusPlus), ("xgradcam", .xGradCAM),
      ("layercam", .layerCAM), ("hirescam", .hiResCAM), ("scorecam", .scoreCAM),
      ("ablationcam", .ablationCAM),
    ]
    var compared = 0
    for (key, method) in methods where subject.golden.tensors[key + ".pgc"] != nil {
      let explanation = try subject.explain(
        method.explainer(MethodSettings(layer: subject.layer)))
      try subject.golden.expect(explanation.map, equals: key + ".pgc")
      try subject.golden.expect(
        explanation.map(in: .pytorchGradCAM), equals: key + ".pgc_final")
      if method == .gradCAM {
        try subject.golden.expect(explanation.map(in: .captum), equals: "gradcam.captum")
      }
      compared += 1
    }
    // Score-CAM and Ablation-CAM were not recorded for SqueezeNet.
    #expect(compared == (name == "squeezenet1_0" ? 5 : 7))
  }

  @Test("EigenCAM up to its sign", arguments: networks)
  func eigenCAM(_ name: String) throws {
    let subject = try Subject(name)
    let map = try subject.explain(CAM(EigenCAMWeighting(), layer: subject.layer)).map
    let reference = try subject.golden["eigencam.pgc"]
    let aligned = Tensor.stack(
      (0..<map.shape[0]).map { image in
        map.slice(image).dot(reference.slice(image)) < 0
          ? map.slice(image) * -1 : map.slice(image)
      })
    try subject.golden.expect(aligned, equals: "eigencam.pgc")
  }

  @Test("methods on pixels", arguments: networks)
  func pixels(_ name: String) throws {
    let subject = try Subject(name)
    let cases: [(String, any Explainer)] = [
      ("input_grad", InputGradient(.gradient)), ("guided", InputGradient(.guidedBackprop)),
      ("deconv", InputGradient(.deconvolution(.sum))), ("ig", IntegratedGradients(steps: 20)),
      (
        "occlusion",
        name == "toy"
          ? Occlusion(window: Extent(8), stride: Extent(5))
          : Occlusion(window: Extent(32), stride: Extent(16))
      ),
    ]
    for (key, explainer) in cases {
      try subject.golden.expect(subject.explain(explainer).map, equals: key)
    }
  }

  /// The networks' noise came from PyTorch's generator and isn't stored; the toy's is.
  @Test("SmoothGrad with the stored noise", .enabled(if: Golden.isThere("toy")))
  func smoothGrad() throws {
    let subject = try Subject("toy")
    let explanation = try subject.explain(
      SmoothGrad(magnitude: .absolute, noise: .given(subject.golden["smoothgrad.noise"])))
    try subject.golden.expect(explanation.map, equals: "smoothgrad")
  }
}
