import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Class activation maps")
struct ClassActivationTests {
  let engine = Engine()

  /// Zhou et al. 2016: where a network averages its last maps, the class activation map is those maps
  /// weighted by the class's weights.
  @Test("Grad-CAM of a pooled network is its class activation map over the number of cells")
  func pooled() throws {
    let model = try SmallNets.pooled()
    let images = SmallNets.images(3)
    let explanation = try CAM(GradCAMWeighting())
      .explain(model, images, .logit(.index(2)), on: engine)
    let maps = try engine.forward(model, images, keeping: .paths(["relu"])).value(at: "relu")
    let weight = try #require(model.parameters["fc.weight"])
    let cells = Float(maps.shape[2] * maps.shape[3])
    for image in 0..<3 {
      for y in 0..<maps.shape[2] {
        for x in 0..<maps.shape[3] {
          let expected = (0..<5).reduce(Float(0)) { $0 + weight[2, $1] * maps[image, $1, y, x] }
          #expect(abs(explanation.map[image, y, x] * cells - expected) < 1e-5)
        }
      }
    }
  }

  /// Without a bias the score is the sum of gradient times activation.
  @Test("HiResCAM and Grad-CAM add up to the score; Ablation-CAM weighs what a channel adds")
  func completeness() throws {
    let model = try SmallNets.pooled()
    let images = SmallNets.images(2)
    for explainer in [CAM(HiResCAMWeighting()) as any Explainer, CAM(GradCAMWeighting())] {
      let explanation = try explainer.explain(model, images, .logit(.index(1)), on: engine)
      for image in 0..<2 {
        #expect(abs(explanation.map.slice(image).sum - Double(explanation.scores[image])) < 1e-5)
      }
    }
    // A channel's drop is what it adds to the score: w_k = v_k mean(A_k) / s.
    let ablation = try CAM(AblationCAMWeighting()).explain(
      model, images, .logit(.index(1)), on: engine)
    let maps = try engine.forward(model, images, keeping: .paths(["relu"])).value(at: "relu")
    let head = try #require(model.parameters["fc.weight"])
    for image in 0..<2 {
      var expected = Tensor.zeros(maps.shape.dropFirst(2))
      for k in 0..<5 {
        let plane = maps.slice(image).slice(k)
        let drop = head[1, k] * Float(plane.mean) / ablation.scores[image]
        expected = expected + plane * drop
      }
      #expect(ablation.map.slice(image).relativeDifference(from: expected) < 1e-4)
    }
  }

  @Test("EigenCAM finds the axis of maps that lie on one, and fixes its sign")
  func eigen() throws {
    // Channels are multiples of one plane, so the axis is the multiples: the map is their norm times
    // the centred plane, whose one peak is positive. Once there are more cells than channels, once
    // fewer.
    let multiples: [Float] = [2, -1, 0.5, 0, 3]
    let model = try SmallNets.model(
      channels: 1, embedding: "conv", cam: "conv",
      parameters: ["conv.weight": Tensor([5, 1, 1, 1], multiples)]
    ) { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 5, kernel: 1, bias: false)
    }
    for (height, width) in [(2, 3), (2, 2)] {
      var plane = [Float](repeating: 0, count: height * width)
      plane[1] = 3
      let mean = 3 / Float(height * width)
      let explanation = try CAM(EigenCAMWeighting()).explain(
        model, Tensor([1, 1, height, width], plane), .logit(.index(0)), on: engine)
      let norm = multiples.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (i, value) in plane.enumerated() {
        #expect(abs(explanation.map.scalars[i] - norm * (value - mean)) < 1e-4)
      }
    }
    let flat = try CAM(EigenCAMWeighting())
      .explain(model, Tensor([1, 1, 2, 2], repeating: 1), .logit(.index(0)), on: engine)
    #expect(flat.map == .zeros([1, 2, 2]))
  }

  @Test("maps are raw: signs stay, the rectified map is a step of its own")
  func raw() throws {
    let model = try SmallNets.pooled()
    let explanation = try CAM(GradCAMWeighting())
      .explain(model, SmallNets.images(4), .logit(.index(0)), on: engine)
    #expect(explanation.map.minimum < 0)
    #expect(explanation.map(in: .facet) == explanation.map)
    #expect(explanation.map(in: .captum).shape == [4, 1, 8, 9])
    #expect(explanation.rectified.minimum == 0)
    let final = explanation.map(in: .pytorchGradCAM)
    #expect(final.shape == [4, 16, 18] && final.minimum >= 0 && final.maximum <= 1)
    #expect(explanation.layer == "relu" && explanation.space == .layer)
    #expect(explanation.targets == [0, 0, 0, 0])
  }

  @Test("Finer-CAM is Grad-CAM of the comparison, and needs a class")
  func finer() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let finer = try FinerCAM().explain(model, images, .logit(.predicted), on: engine)
    let direct = try CAM(GradCAMWeighting()).explain(model, images, .finer(), on: engine)
    #expect(finer.map == direct.map && finer.scores == direct.scores)
    let cosine = CosineObjective(to: Tensor.random([7], seed: 2))
    let error = refusal { _ = try FinerCAM().explain(model, images, cosine, on: engine) }
    #expect(error == .needsClass(method: "finercam", objective: "cosine"))
  }

  @Test("similarity Grad-CAM: the cosine's sign flips the map")
  func cosine() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let reference = try engine.forward(
      model, SmallNets.images(2, seed: 9), keeping: .paths(["fc1"])
    )
    .value(at: "fc1")
    let same = try CAM(GradCAMWeighting()).explain(
      model, images, .cosine(to: reference), on: engine)
    let other = try CAM(GradCAMWeighting()).explain(
      model, images, .cosine(to: reference, negated: true), on: engine)
    #expect(same.map.maximum != 0)
    #expect(same.map == other.map * -1)
    #expect(same.targets == [nil, nil])
  }

  @Test("layers that have no map or don't exist are refused")
  func refused() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(1)
    func error(_ explainer: some Explainer) -> ExplainError? {
      refusal { _ = try explainer.explain(model, images, .logit(), on: engine) }
    }
    #expect(error(CAM(GradCAMWeighting(), layer: "fc1")) == .notAMap("fc1", got: [1, 7]))
    #expect(
      error(CAM(LayerCAMWeighting(), layer: "conv9"))
        == .graph(.unknownLayer("conv9", suggestion: "conv1")))
    #expect(
      error(CAM(AblationCAMWeighting(), layer: "a"))
        == .engine(.notACut("a", dependsAlsoOn: "input")))
    let flat = refusal {
      _ = try CAM(GradCAMWeighting()).explain(model, .zeros([3, 16, 18]), .logit(), on: engine)
    }
    #expect(flat != nil)
  }
}
