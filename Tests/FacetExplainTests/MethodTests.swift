import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("All methods")
struct MethodTests {
  /// Cheap settings, the same for every use below.
  static let settings = MethodSettings(samples: 6, window: Extent(5), stride: Extent(4), seed: 2)
  static let explainers: [any Explainer] =
    Method.all.map { $0.explainer(settings) } + [
      Method.deconvolution.explainer(MethodSettings(deconvolution: .zeilerFergus))
    ]

  @Test("names are the field's, and a wrong one gets the nearest")
  func names() throws {
    #expect(
      Method.all.map(\.name) == [
        "gradcam", "gradcam++", "xgradcam", "layercam", "hirescam", "eigencam", "scorecam",
        "ablationcam", "finercam", "gradient", "saliency", "input-x-gradient",
        "guided-backprop", "guided-gradcam", "lrp", "deconvolution", "integrated-gradients",
        "smoothgrad", "occlusion",
        "rise",
      ])
    for method in Method.all {
      #expect(try Method.named(method.name) == method)
      #expect(method.explainer().name == method.name)
    }
    #expect(Set(Method.all.map(\.title)).count == Method.all.count)
    let error = refusal { _ = try Method.named("grad-cam") }
    guard case .unknownMethod("grad-cam", "gradcam", let known) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(known.count == 20)
  }

  @Test("settings reach the methods")
  func settings() {
    let explainer = Method.deconvolution.explainer(
      MethodSettings(layer: "relu1", deconvolution: .zeilerFergus, unpooling: .lastWriter))
    let projection = explainer as? ZeilerFergus
    #expect(projection?.layer == "relu1" && projection?.unpooling == .lastWriter)
    #expect((Method.rise.explainer(Self.settings) as? RISE)?.masks == 6)
    #expect((Method.occlusion.explainer(Self.settings) as? Occlusion)?.window == Extent(5))
    let cam = Method.gradCAM.explainer(MethodSettings(layer: "b")) as? CAM<GradCAMWeighting>
    #expect(cam?.layer == "b")
  }

  @Test("no method changes the model, the batch doesn't change a map, nor do threads")
  func independence() throws {
    let model = try SmallNets.varied()
    let before = model
    let images = SmallNets.images(3)
    for explainer in Self.explainers {
      let batch = try explainer.explain(model, images, .logit(), on: Engine(threads: 1))
      #expect(model == before)
      #expect(
        try explainer.explain(model, images, .logit(), on: Engine(threads: 2)) == batch,
        "\(explainer.name)")
      #expect(batch.map.isFinite && batch.map.maximum != 0, "\(explainer.name)")
      let method = try Method.named(explainer.name)
      #expect(batch.space == method.space && batch.method == method.name)
      #expect(batch.scores.count == 3 && batch.targets.count == 3)
      #expect(
        batch.map.shape == (method.space == .layer ? [3, 7, 8] : images.shape), "\(method.name)")
      for image in 0..<3 {
        let alone = try explainer.explain(
          model, images.slices(image..<image + 1), .logit(), on: Engine())
        let difference = alone.map.slice(0).relativeDifference(from: batch.map.slice(image))
        #expect(difference < 1e-6, "\(explainer.name)")
        #expect(alone.scores[0] == batch.scores[image])
        #expect(alone.targets[0] == batch.targets[image])
      }
    }
  }

  @Test("a batch too large for one run is run in parts")
  func parts() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(70)
    let classes = (0..<70).map { $0 % 5 }
    for explainer in [
      CAM(GradCAMWeighting()) as any Explainer, InputGradient(.gradient), ZeilerFergus(),
      SmoothGrad(samples: 2),
    ] {
      let all = try explainer.explain(model, images, .logit(.perImage(classes)), on: Engine())
      for image in [0, 31, 32, 69] {
        let alone = try explainer.explain(
          model, images.slices(image..<image + 1), .logit(.index(classes[image])), on: Engine())
        #expect(alone.map.slice(0).relativeDifference(from: all.map.slice(image)) < 1e-6)
      }
    }
  }

  @Test("images of the wrong shape are refused")
  func wrongImages() throws {
    let model = try SmallNets.varied()
    for shape in [[2, 4, 16, 18], [3, 16, 18], [0, 3, 16, 18]] as [Shape] {
      for explainer in Self.explainers {
        #expect(
          refusal { _ = try explainer.explain(model, .zeros(shape), .logit(), on: Engine()) } != nil
        )
      }
    }
  }
}
