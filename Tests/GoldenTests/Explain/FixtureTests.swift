import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Every method against captum and pytorch-grad-cam on the project's own small network; see
/// Fixtures/explain/recipe.py.
@Suite("Golden: the project's own fixture")
struct FixtureTests {
  let tensors: [String: Tensor]
  let model: Model
  let images: Tensor
  let objective: LogitObjective
  let engine = Engine()

  init() throws {
    let fixture = try ExplainFixture()
    (tensors, model, images) = (fixture.tensors, fixture.model, fixture.images)
    objective = LogitObjective(.perImage(fixture.targets))
  }

  private func expect(_ value: Tensor, equals name: String) throws {
    let reference = try #require(tensors[name])
    try #require(value.shape == reference.shape, "\(name)")
    let difference = value.relativeDifference(from: reference)
    #expect(difference <= 1e-4, "\(name): \(difference)")
  }

  private func explain(_ explainer: some Explainer) throws -> Explanation {
    try explainer.explain(model, images, objective, on: engine)
  }

  @Test("logits and the layer's value")
  func forward() throws {
    let trace = try engine.forward(model, images, keeping: .paths(["cat"]))
    try expect(trace.output, equals: "logits")
    try expect(trace.value(at: "cat"), equals: "act")
  }

  @Test(
    "class activation maps, raw and as pytorch-grad-cam returns them",
    arguments: [
      Method.gradCAM, .gradCAMPlusPlus, .xGradCAM, .layerCAM, .hiResCAM, .scoreCAM, .ablationCAM,
    ])
  func classActivationMap(_ method: Method) throws {
    let explanation = try explain(method.explainer())
    try expect(explanation.map, equals: method.name)
    try expect(explanation.map(in: .pytorchGradCAM), equals: method.name + ".final")
  }

  @Test("Grad-CAM as captum returns it")
  func captum() throws {
    try expect(explain(CAM(GradCAMWeighting())).map(in: .captum), equals: "gradcam.captum")
  }

  @Test("EigenCAM up to its sign")
  func eigenCAM() throws {
    let map = try explain(CAM(EigenCAMWeighting())).map
    let reference = try #require(tensors["eigencam"])
    let aligned = Tensor.stack(
      (0..<2).map { image in
        map.slice(image).dot(reference.slice(image)) < 0
          ? map.slice(image) * -1 : map.slice(image)
      })
    try expect(aligned, equals: "eigencam")
  }

  @Test("Finer-CAM with pytorch-grad-cam's averaging")
  func finerCAM() throws {
    var settings = MethodSettings()
    settings.dialect = .pytorchGradCAM
    try expect(explain(Method.finerCAM.explainer(settings)).map, equals: "finercam")
  }

  @Test("methods on pixels")
  func pixels() throws {
    let cases: [(String, any Explainer)] = [
      ("gradient", InputGradient(.gradient)),
      ("input_x_gradient", InputGradient(.inputXGradient)),
      ("guided", InputGradient(.guidedBackprop)),
      ("deconv", InputGradient(.deconvolution(.sum))),
      ("guided_gradcam", GuidedGradCAM(interpolation: .nearest)),
      ("occlusion", Occlusion(window: Extent(6, 7), stride: Extent(4, 5))),
    ]
    for (name, explainer) in cases { try expect(explain(explainer).map, equals: name) }
  }

  @Test("integrated gradients and their gap")
  func integratedGradients() throws {
    let explanation = try explain(IntegratedGradients(steps: 20))
    try expect(explanation.map, equals: "ig")
    // The gap is a small difference of large numbers, so it is compared on their scale.
    let delta = try #require(tensors["ig.delta"])
    for (gap, expected) in zip(explanation.completenessGaps, delta.scalars) {
      #expect(abs(gap - expected) < 1e-5)
    }
  }

  @Test("SmoothGrad with the stored noise")
  func smoothGrad() throws {
    let noise = try #require(tensors["smoothgrad.noise"])
    try expect(
      explain(SmoothGrad(magnitude: .absolute, noise: .given(noise))).map, equals: "smoothgrad")
  }
}
