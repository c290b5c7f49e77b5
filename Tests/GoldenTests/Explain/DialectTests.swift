import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// The dialects of torch-cam, xplique and tf-explain against what those packages return; see
/// Fixtures/dialects/recipe.py.
@Suite("Golden: dialects")
struct DialectTests {
  let recorded: [String: Tensor]
  let fixture: ExplainFixture

  init() throws {
    recorded =
      try SafeTensors(contentsOf: SharedData.fixture("dialects/dialects.safetensors")).tensors
    fixture = try ExplainFixture()
  }

  private func explain(_ method: Method, as dialect: Dialect) throws -> Explanation {
    var settings = MethodSettings(window: Extent(6, 7), stride: Extent(4, 5))
    settings.dialect = dialect
    return try method.explainer(settings).explain(
      fixture.model, fixture.images, LogitObjective(.perImage(fixture.targets)), on: Engine())
  }

  private func difference(_ value: Tensor, from name: String) throws -> Float {
    let reference = try #require(recorded[name], "\(name)")
    try #require(value.shape == reference.shape, "\(name)")
    return value.relativeDifference(from: reference)
  }

  private func expect(_ value: Tensor, equals name: String) throws {
    let difference = try difference(value, from: name)
    #expect(difference <= 1e-4, "\(name): \(difference)")
  }

  @Test(
    "torch-cam, normalised and not",
    arguments: [Method.gradCAM, .gradCAMPlusPlus, .xGradCAM, .layerCAM, .scoreCAM, .finerCAM])
  func torchCAM(_ method: Method) throws {
    let explanation = try explain(method, as: .torchCAM)
    try expect(explanation.map(in: .torchCAM), equals: "torch-cam." + method.name)
    try expect(explanation.rectified, equals: "torch-cam." + method.name + ".raw")
  }

  @Test("what torch-cam paints")
  func picture() throws {
    let painted = try explain(.gradCAM, as: .torchCAM)
      .overlay(in: .torchCAM, of: fixture.model.graph)
    try expect(painted, equals: "torch-cam.gradcam.picture")
  }

  @Test(
    "xplique",
    arguments: [
      Method.gradCAM, .gradCAMPlusPlus, .gradient, .inputXGradient, .guidedBackprop,
      .deconvolution, .integratedGradients, .occlusion,
    ])
  func xplique(_ method: Method) throws {
    try expect(
      explain(method, as: .xplique).map(in: .xplique), equals: "xplique." + method.name)
  }

  @Test("xplique's Saliency is saliency too")
  func saliency() throws {
    try expect(explain(.saliency, as: .xplique).map(in: .xplique), equals: "xplique.gradient")
  }

  @Test("tf-explain's Grad-CAM, before its picture and in it")
  func tfExplain() throws {
    let explanation = try explain(.gradCAM, as: .tfExplain)
    try expect(explanation.map, equals: "tf-explain.gradcam.raw")
    try expect(explanation.map(in: .tfExplain), equals: "tf-explain.gradcam")
  }

  @Test("tf-explain's gradients", arguments: [Method.gradient, .inputXGradient])
  func tfExplainPixels(_ method: Method) throws {
    try expect(
      explain(method, as: .tfExplain).map(in: .tfExplain), equals: "tf-explain." + method.name)
  }

  /// The published forms are not what these packages compute: without their own, the comparisons above
  /// would fail.
  @Test(
    "a dialect is more than what happens to the raw map",
    arguments: [
      (Method.gradCAMPlusPlus, Dialect.torchCAM), (.scoreCAM, .torchCAM), (.finerCAM, .torchCAM),
      (.gradCAMPlusPlus, .xplique), (.integratedGradients, .xplique), (.occlusion, .xplique),
      (.gradCAM, .tfExplain),
    ])
  func ownForms(_ method: Method, _ dialect: Dialect) throws {
    let published = try explain(method, as: .facet).map(in: dialect)
    #expect(try difference(published, from: dialect.rawValue + "." + method.name) > 1e-3)
  }
}
