import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Zhou et al. 2016 and Selvaraju et al. 2017 (appendix A): where global pooling comes before the
/// classifier, the dense map of the converted network is the class activation map, and Grad-CAM is
/// that map over the number of its cells, but for the bias.
@Suite("Dense class maps")
struct DenseClassMapTests {
  static let engine = Engine()

  /// The last layer's weights and bias for a class.
  private func head(_ model: Model, _ name: String, _ target: Int) throws -> (
    row: Tensor, bias: Float
  ) {
    let weight = try #require(model.parameters[name + ".weight"])
    let bias = try #require(model.parameters[name + ".bias"])
    return (
      weight.reshaped([weight.shape[0], weight.shape.dropFirst().count]).slice(target),
      bias.scalars[target]
    )
  }

  @Test(
    "Grad-CAM times the cells is the dense map without its bias",
    arguments: [("resnet18", "fc"), ("densenet121", "classifier")])
  func pooled(_ name: String, _ classifier: String) throws {
    let model = try Architecture.named(name).model(classes: (0..<5).map { "\($0)" }, seed: 4)
    let images = Tensor.random([2, 3, 96, 128], seed: 6)
    let dense = try Self.engine.forward(try model.fullyConvolutional(), images).output
    let cells = dense.shape[2] * dense.shape[3]
    #expect(cells == 12)
    let cam = try CAM(GradCAMWeighting())
      .explain(model, images, .logit(.index(3)), on: Self.engine)
    let bias = try head(model, classifier, 3).bias
    for image in 0..<2 {
      let expected = dense.slice(image).slice(3).map { ($0 - bias) / Float(cells) }
      #expect(cam.map.slice(image).relativeDifference(from: expected) < 1e-4)
    }
  }

  /// SqueezeNet's classifier is a convolution with a ReLU behind it, then the mean: its score map is
  /// the dense map, and Grad-CAM there is that map over the number of its cells, where it is active.
  @Test("SqueezeNet's scores are the mean of its dense map, which Grad-CAM finds again")
  func squeezeNet() throws {
    let model = try Architecture.named("squeezenet1_0").model(
      classes: (0..<5).map { "\($0)" }, seed: 4)
    let images = Tensor.random([2, 3, 96, 128], seed: 6)
    let map = try #require(model.graph.nodes.last { $0.op.kind == .relu })
    let trace = try Self.engine.forward(model, images, keeping: .paths([map.path]))
    let dense = try trace.value(at: map.path)
    let cells = Float(dense.shape[2] * dense.shape[3])
    var compared = 0
    for target in 0..<5 {
      let cam = try CAM(GradCAMWeighting(), layer: map.path)
        .explain(model, images, .logit(.index(target)), on: Self.engine)
      for image in 0..<2 {
        let plane = dense.slice(image).slice(target)
        #expect(abs(cam.scores[image] - Float(plane.mean)) < 1e-5)
        let expected = plane * (1 / cells)
        #expect(cam.map.slice(image).relativeDifference(from: expected) < 1e-5)
        if plane.maximum > 0 { compared += 1 }
      }
    }
    #expect(compared > 0)
  }
}
