import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// What is made of a method's maps: several layers in one, flips averaged, budgets, findings.
@Suite("Fused, flipped and limited maps")
struct FusionTests {
  let engine = Engine()

  @Test("several layers: each placed on the image, divided by its largest, then mean or maximum")
  func layers() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let paths: [LayerPath] = ["relu1", "cat"]
    let parts = try paths.map { path in
      try CAM(GradCAMWeighting(), layer: path).explain(model, images, .logit(), on: engine)
        .upsampled(in: model.graph)
    }
    for fusion in FusedLayers.Fusion.allCases {
      var settings = MethodSettings()
      settings.layers = paths
      settings.fusion = fusion
      let fused = try Method.gradCAM.explainer(settings)
        .explain(model, images, .logit(), on: engine)
      #expect(fused.map.shape == [2, 16, 18] && fused.layer == nil && fused.space == .layer)
      #expect(fused.options["layers"] == "relu1,cat" && fused.options["fusion"] == fusion.rawValue)
      for image in 0..<2 {
        let (a, b) = (parts[0].slice(image), parts[1].slice(image))
        let tops = [a, b].map { max($0.maximum, -$0.minimum) }
        for i in 0..<a.count {
          let (x, y) = (a.scalars[i] / tops[0], b.scalars[i] / tops[1])
          let expected = fusion == .mean ? (x + y) / 2 : max(x, y)
          #expect(abs(fused.map.slice(image).scalars[i] - expected) < 1e-6)
        }
      }
      #expect(fused.upsampled(in: model.graph) == fused.map)
    }
    let raw = FusedLayers(paths, equalises: false) { CAM(GradCAMWeighting(), layer: $0) }
    let sum = (parts[0] + parts[1]) * 0.5
    #expect(try raw.explain(model, images, .logit(), on: engine).map == sum)
    let pixels = FusedLayers(paths) { _ in InputGradient(.gradient) }
    #expect(refusal { _ = try pixels.explain(model, images, .logit(), on: engine) } != nil)
    let none = FusedLayers([]) { CAM(GradCAMWeighting(), layer: $0) }
    #expect(refusal { _ = try none.explain(model, images, .logit(), on: engine) } != nil)
  }

  private func mirrored(_ tensor: Tensor) -> Tensor {
    var out = tensor
    let width = tensor.shape[tensor.shape.rank - 1]
    out.withUnsafeMutableBufferPointer { pixels in
      for start in stride(from: 0, to: pixels.count, by: width) {
        for x in 0..<width / 2 { pixels.swapAt(start + x, start + width - 1 - x) }
      }
    }
    return out
  }

  @Test("flips: the mean of the map and the flipped-back map, for the class of the image as it is")
  func flips() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(3)
    var settings = MethodSettings()
    settings.flips = true
    for method in [Method.gradCAM, .gradient] {
      let flipped = try method.explainer(settings).explain(model, images, .logit(), on: engine)
      let straight = try method.explainer().explain(model, images, .logit(), on: engine)
      let classes = straight.targets.compactMap { $0 }
      let other = try method.explainer()
        .explain(model, mirrored(images), .logit(.perImage(classes)), on: engine)
      let back = mirrored(other.upsampled(in: model.graph))
      let expected = (straight.upsampled(in: model.graph) + back) * 0.5
      #expect(flipped.map.relativeDifference(from: expected) < 1e-6)
      #expect(flipped.scores == straight.scores && flipped.targets == straight.targets)
      #expect(flipped.options["flips"] == "horizontal")
      // A mirrored image has the mirrored map.
      let turned = try method.explainer(settings)
        .explain(model, mirrored(images), .logit(.perImage(classes)), on: engine)
      #expect(turned.map.relativeDifference(from: mirrored(flipped.map)) < 1e-5)
    }
    let unit = FlipAveraged(ZeilerFergus())
    #expect(refusal { _ = try unit.explain(model, images, .logit(), on: engine) } != nil)
  }

  @Test("completeness survives flips")
  func flippedGaps() throws {
    let model = try SmallNets.varied()
    let found = try FlipAveraged(IntegratedGradients(steps: 30))
      .explain(model, SmallNets.images(1), .logit(), on: engine)
    #expect(found.completenessGaps.count == 1)
    #expect(abs(found.completenessGaps[0]) < 0.1)
  }

  @Test("saliency is the gradient's magnitude, of each channel or the strongest")
  func saliency() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let gradient = try InputGradient(.gradient).explain(model, images, .logit(), on: engine).map
    let each = try InputGradient(.saliency(strongest: false))
      .explain(model, images, .logit(), on: engine)
    #expect(each.map == gradient.map(abs) && each.method == "saliency")
    let strongest = try InputGradient(.saliency(strongest: true))
      .explain(model, images, .logit(), on: engine).map
    for (n, y, x) in [(0, 0, 0), (1, 7, 9), (1, 15, 17)] {
      let largest = (0..<3).map { abs(gradient[n, $0, y, x]) }.max()
      for c in 0..<3 { #expect(strongest[n, c, y, x] == largest) }
    }
  }

  @Test("a map says what is odd about it")
  func findings() throws {
    func findings(_ map: Tensor, _ space: Explanation.Space = .layer) -> [Finding?] {
      Explanation(
        map: map, space: space, method: "gradcam", layer: nil, scores: [0], targets: [nil],
        imageSize: Extent(1, 2), options: [:]
      ).findings
    }
    #expect(findings(Tensor([3, 1, 2], [-1, -2, 0, 0, 1, -1])) == [.nowherePositive, .zero, nil])
    #expect(findings(Tensor([1, 1, 2], [.nan, 1])) == [.notFinite])
    #expect(findings(Tensor([1, 1, 2], [-.infinity, -1])) == [.notFinite])
    #expect(findings(Tensor([1, 1, 1, 2], [-1, -2]), .input) == [nil])
    #expect(Set(Finding.allCases.map(\.explanation)).count == Finding.allCases.count)

    // Every weight of the class is negative, so its map is: no NaN and no silent empty picture.
    let pooled = try SmallNets.pooled()
    let weights = Tensor([4, 5], repeating: -1)
    let model = try pooled.replacing(["fc.weight": weights])
    let cam = try CAM(GradCAMWeighting())
      .explain(model, SmallNets.images(1), .logit(.index(1)), on: engine)
    #expect(cam.findings == [.nowherePositive])
    for dialect in Dialect.allCases {
      #expect(cam.map(in: dialect).isFinite, "\(dialect)")
      #expect(cam.overlay(in: dialect, of: model.graph).isFinite, "\(dialect)")
    }
  }

  @Test("a budget ends sampling after one round at least, and the map says how many it took")
  func budgets() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let none = TimeBudget(seconds: 0)
    let long = TimeBudget(seconds: 3600)
    func explain(_ explainer: some Explainer) throws -> Explanation {
      try explainer.explain(model, images, .logit(.index(1)), on: engine)
    }
    let rise = try explain(RISE(masks: 80, budget: none))
    #expect(rise.samples == [32, 32])
    let same = try explain(RISE(masks: 32)).map
    #expect(rise.map.relativeDifference(from: same) < 1e-6)
    #expect(try explain(RISE(masks: 80, budget: long)) == explain(RISE(masks: 80)))

    let smooth = try explain(SmoothGrad(samples: 80, budget: none))
    #expect(smooth.samples == [32, 32])
    #expect(smooth.map.relativeDifference(from: try explain(SmoothGrad(samples: 32)).map) < 1e-6)

    let score = try explain(CAM(ScoreCAMWeighting(budget: long)))
    let whole = try explain(CAM(ScoreCAMWeighting()))
    #expect(score.samples == [8, 8] && whole.samples == [8, 8])
    #expect(score.map.relativeDifference(from: whole.map) < 1e-5)
    #expect(try explain(CAM(GradCAMWeighting())).samples == [])
  }

  @Test("Score-CAM out of time weighs the channels of the largest sums, the rest not at all")
  func limitedScoreCAM() throws {
    // 40 channels, each the first plane times its number: the last 32 are the largest.
    let factors = (0..<40).map { Float($0) }
    let model = try SmallNets.model(
      channels: 1, embedding: "conv", cam: "conv",
      parameters: ["conv.weight": Tensor([40, 1, 1, 1], factors)]
    ) { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 40, kernel: 1, bias: false)
    }
    let image = Tensor.random([1, 1, 4, 5], seed: 3).map(abs)
    let limited = try CAM(ScoreCAMWeighting(budget: TimeBudget(seconds: 0)))
      .explain(model, image, .logit(.index(0)), on: engine)
    #expect(limited.samples == [32])
    // The score of class 0 is 0 whatever is masked, so all that were tried weigh the same.
    let mean = (8..<40).reduce(Float(0)) { $0 + Float($1) } / 32
    let expected = image.reshaped([1, 4, 5]) * mean
    #expect(limited.map.relativeDifference(from: expected) < 1e-5)
  }
}
