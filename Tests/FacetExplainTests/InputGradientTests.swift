import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Methods on gradients")
struct InputGradientTests {
  let engine = Engine()

  @Test("the gradient by central differences along random directions")
  func gradient() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(1)
    let objective = ProbabilityObjective(.index(2))
    let found = try InputGradient(.gradient).explain(model, images, objective, on: engine)
    func score(_ x: Tensor) throws -> Double {
      Double(try InputGradient(.gradient).explain(model, x, objective, on: engine).scores[0])
    }
    for seed in 0..<4 as Range<UInt64> {
      let direction = Tensor.random(images.shape, seed: 100 + seed)
      let step: Float = 2e-3
      let slope =
        try (score(images + direction * step) - score(images - direction * step))
        / Double(2 * step)
      #expect(abs(slope - found.map.dot(direction)) < 2e-2 * max(abs(slope), 1e-2))
    }
    let product = try InputGradient(.inputXGradient).explain(model, images, objective, on: engine)
    #expect(product.map == found.map * images)
    #expect(found.map(in: .captum) == found.map.map(abs))
  }

  @Test("guided backpropagation by hand")
  func guided() throws {
    // y = 2 relu(x0) - relu(-x0) - relu(x1): at x = (1, 3) only the first term's signal is positive.
    let model = try SmallNets.model(
      channels: 2, embedding: "relu", cam: "relu",
      parameters: [
        "conv.weight": Tensor([3, 2, 1, 1], [1, 0, -1, 0, 0, 1]),
        "out.weight": Tensor([1, 3, 1, 1], [2, -1, -1]),
      ]
    ) { (scope, x) throws(GraphError) in
      let h = try scope.convolution("conv", x, 3, kernel: 1, bias: false)
      return try scope.convolution("out", try scope.relu("relu", h), 1, kernel: 1, bias: false)
    }
    let x = Tensor([1, 2, 1, 1], [1, 3])
    func map(_ rule: InputGradient.Rule, _ x: Tensor) throws -> [Float] {
      try InputGradient(rule).explain(model, x, .logit(), on: engine).map.scalars
    }
    #expect(try map(.gradient, x) == [2, -1])
    #expect(try map(.guidedBackprop, x) == [2, 0])
    // Deconvolution doesn't ask whether a unit was active.
    let dark = Tensor([1, 2, 1, 1], [-1, 3])
    #expect(try map(.guidedBackprop, dark) == [0, 0])
    #expect(try map(.deconvolution(.sum), dark) == [2, 0])
  }

  @Test("integrated gradients add up; on a linear network they are exact with one step")
  func integrated() throws {
    let model = try SmallNets.varied()
    let explanation = try IntegratedGradients(steps: 200)
      .explain(model, SmallNets.images(2), .logit(.index(3)), on: engine)
    let zero = try InputGradient(.gradient).explain(
      model, .zeros([1, 3, 16, 18]), .logit(.index(3)), on: engine)
    for image in 0..<2 {
      let change = Double(explanation.scores[image] - zero.scores[0])
      let sum = explanation.map.slice(image).sum
      #expect(abs(sum - change) < 0.01 * max(abs(change), 0.1))
      #expect(abs(sum - change - Double(explanation.completenessGaps[image])) < 1e-5)
    }
    let linear = try SmallNets.model(embedding: "conv", cam: "conv") {
      (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 2, kernel: 3)
    }
    let images = SmallNets.images(1)
    let gradient = try InputGradient(.gradient)
      .explain(linear, images, .logit(.index(0)), on: engine)
    let exact = try IntegratedGradients(steps: 1, baseline: 0.25)
      .explain(linear, images, .logit(.index(0)), on: engine)
    let expected = gradient.map * images.map { $0 - 0.25 }
    #expect(exact.map.relativeDifference(from: expected) < 1e-5)
    #expect(abs(exact.completenessGaps[0]) < 1e-5)
  }

  /// The score of a 1x1 image under squaring-like curvature: softmax. More points, smaller gap.
  @Test("quadrature converges")
  func convergence() throws {
    let model = try SmallNets.pooled()
    let image = SmallNets.images(1) * 4
    let gaps = try [2, 64].map { steps in
      try abs(
        IntegratedGradients(steps: steps)
          .explain(model, image, .probability(.index(1)), on: engine).completenessGaps[0])
    }
    #expect(gaps[1] < 0.1 * gaps[0])
  }

  /// Two points are the ends, where a linear network's gradient is what it is between them; with
  /// three the middle counts as much as both ends.
  @Test("the trapezoid rule by hand")
  func trapezoid() throws {
    let model = try SmallNets.varied()
    let image = SmallNets.images(1)
    func gradient(_ part: Float) throws -> Tensor {
      try InputGradient(.gradient).explain(model, image * part, .logit(.index(3)), on: engine).map
    }
    let (start, middle, end) = (try gradient(0), try gradient(0.5), try gradient(1))
    for (steps, mean) in [
      (2, (start + end) * 0.5), (3, (start + end) * 0.25 + middle * 0.5),
    ] {
      let found = try IntegratedGradients(steps: steps, quadrature: .trapezoid)
        .explain(model, image, .logit(.index(3)), on: engine)
      #expect(found.map.relativeDifference(from: mean * image) < 1e-5)
      #expect(found.options["quadrature"] == "trapezoid")
    }
    let error = refusal {
      _ = try IntegratedGradients(steps: 1, quadrature: .trapezoid)
        .explain(model, image, .logit(.index(3)), on: engine)
    }
    #expect(
      error == .badOption(name: "integrated-gradients's steps", expected: "2 to 10000", got: "1"))
  }

  @Test("SmoothGrad: no noise is the gradient, the seed decides, relative is absolute times range")
  func smooth() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    func map(_ explainer: some Explainer) throws -> Tensor {
      try explainer.explain(model, images, .logit(.index(1)), on: engine).map
    }
    let plain = try map(InputGradient(.gradient))
    let still = try map(SmoothGrad(samples: 3, deviation: .absolute(0)))
    #expect(still.relativeDifference(from: plain) < 1e-6)
    let absolute = try map(
      SmoothGrad(samples: 3, deviation: .absolute(0), magnitude: .absolute))
    #expect(absolute.relativeDifference(from: plain.map(abs)) < 1e-6)
    let squared = try map(SmoothGrad(samples: 2, deviation: .absolute(0), magnitude: .squared))
    #expect(squared.relativeDifference(from: plain * plain) < 1e-6)
    let noisy = SmoothGrad(samples: 4, deviation: .absolute(0.5), noise: .seeded(3))
    #expect(try map(noisy) == map(noisy))
    var reseeded = noisy
    reseeded.noise = .seeded(4)
    #expect(try map(noisy) != map(reseeded))

    let one = images.slices(0..<1)
    let range = one.maximum - one.minimum
    let relative = try SmoothGrad(samples: 4, deviation: .relative(0.1))
      .explain(model, one, .logit(.index(1)), on: engine).map
    let equal = try SmoothGrad(samples: 4, deviation: .absolute(0.1 * range))
      .explain(model, one, .logit(.index(1)), on: engine).map
    #expect(relative.relativeDifference(from: equal) < 1e-5)
  }

  @Test("Guided Grad-CAM is the product of its two parts")
  func guidedGradCAM() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let placed = try GuidedGradCAM().explain(model, images, .logit(), on: engine).map
    let product = try GuidedGradCAM(stretching: .bilinear)
      .explain(model, images, .logit(), on: engine).map
    let guided = try InputGradient(.guidedBackprop).explain(model, images, .logit(), on: engine).map
    let coarse = try CAM(GradCAMWeighting()).explain(model, images, .logit(), on: engine)
    let cam = coarse.rectified.resampled(height: 16, width: 18)
    let field = try ReceptiveField.of(#require(coarse.layer), in: model.graph)
    let onFields = coarse.rectified.upsampled(height: 16, width: 18, by: .receptiveField(field))
    #expect(placed != product)
    for (n, c, y, x) in [(0, 0, 0, 0), (0, 2, 7, 9), (1, 1, 15, 17), (1, 0, 8, 3)] {
      #expect(product[n, c, y, x] == guided[n, c, y, x] * cam[n, y, x])
      #expect(placed[n, c, y, x] == guided[n, c, y, x] * onFields[n, y, x])
    }
  }

  @Test("settings that make no sense are refused")
  func refused() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(1)
    let explainers: [any Explainer] = [
      IntegratedGradients(steps: 0), SmoothGrad(samples: 0),
      SmoothGrad(noise: .given(.zeros([2, 1, 3, 4, 4]))), Occlusion(window: Extent(0)),
      Occlusion(window: Extent(4), stride: Extent(5)), Occlusion(stride: Extent(0)),
      RISE(masks: 0), RISE(grid: 0), RISE(probability: 0),
    ]
    for explainer in explainers {
      let error = refusal { _ = try explainer.explain(model, images, .logit(), on: engine) }
      guard case .badOption(let name, _, _) = error else {
        Issue.record("\(explainer) was not refused")
        continue
      }
      #expect(name.hasPrefix(explainer.name))
    }
  }
}
