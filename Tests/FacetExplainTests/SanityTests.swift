import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Infidelity and sensitivity")
struct InfidelityTests {
  let engine = Engine()

  @Test(
    "a linear network's weights are faithful in any scale; zeros explain nothing",
    arguments: [
      Infidelity.Perturbation.gaussian(deviation: 0.5), .square(side: 3),
    ])
  func linearNetwork(perturbation: Infidelity.Perturbation) throws {
    let weights = Tensor.random([3, 9, 10], seed: 4)
    let model = try SmallNets.linear(weights)
    let x = Tensor.random([2, 3, 9, 10], seed: 5)
    let maps = Tensor.stack([weights, weights])
    func outcomes(_ maps: Tensor, _ isNormalised: Bool) throws -> [Infidelity.Outcome] {
      try Infidelity(perturbation, samples: 8, isNormalised: isNormalised)
        .outcomes(model, x, maps: maps, .logit(), on: engine)
    }
    for outcome in try outcomes(maps, false) { #expect(outcome.value < 1e-8 * outcome.ofNothing) }
    for outcome in try outcomes(maps * 7, true) {
      #expect(outcome.value < 1e-8 * outcome.ofNothing)
    }
    for outcome in try outcomes(.zeros(maps.shape), true) {
      #expect(outcome.unexplained == 1 && outcome.ofNothing > 0)
    }
    // Another map explains less, but never less than nothing when its scale is free.
    for outcome in try outcomes(.random(maps.shape, seed: 1), true) {
      let part = try #require(outcome.unexplained)
      #expect(0.05...1 ~= part)
    }
  }

  @Test("a map of one plane counts for every channel")
  func shared() throws {
    let plane = Tensor.random([1, 9, 10], seed: 4)
    let model = try SmallNets.linear(.stack([plane.slice(0), plane.slice(0), plane.slice(0)]))
    let x = Tensor.random([1, 3, 9, 10], seed: 5)
    let outcome = try Infidelity(.gaussian(deviation: 1), samples: 4, isNormalised: false)
      .outcomes(model, x, maps: plane, .logit(), on: engine)[0]
    #expect(outcome.value < 1e-8 * outcome.ofNothing)
  }

  @Test("a map that doesn't change has no sensitivity; one that does has")
  func sensitivity() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(3)
    let metric = MaxSensitivity(radius: 0.02, samples: 3)
    let objective = LogitObjective(.perImage([0, 1, 2]))
    let still = try metric.values(
      InputGradient(.gradient), SmallNets.linear(.random([3, 16, 18], seed: 1)), x,
      .logit(.index(0)),
      on: engine)
    #expect(still == [0, 0, 0])
    let values = try metric.values(InputGradient(.inputXGradient), model, x, objective, on: engine)
    for value in values { #expect(value > 0) }
    let alone = try metric.values(
      InputGradient(.inputXGradient), model, x.slices(1..<2), .logit(.index(1)), on: engine)
    #expect(abs(alone[0] - values[1]) < 1e-4)
    let more = try MaxSensitivity(radius: 0.02, samples: 6)
      .values(InputGradient(.inputXGradient), model, x, objective, on: engine)
    for (a, b) in zip(more, values) { #expect(a >= b) }
  }

  @Test("several maps at once are each the same as alone")
  func together() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(3)
    let gradient = try InputGradient(.gradient).explain(model, x, .logit(.index(1)), on: engine)
    let maps = [gradient.map, ControlMap.centre.maps(of: x), ControlMap.edges.maps(of: x)]
    let metric = Infidelity(.square(side: 4), samples: 5, seed: 3)
    let together = try metric.outcomes(model, x, maps: maps, .logit(.index(1)), on: engine)
    for (map, outcomes) in zip(maps, together) {
      #expect(
        try metric.outcomes(model, x, maps: map, .logit(.index(1)), on: engine) == outcomes)
      // The sign is the scale's to choose, so the inverted map is no control.
      let inverted = try metric.outcomes(model, x, maps: map * -1, .logit(.index(1)), on: engine)
      for (a, b) in zip(outcomes, inverted) {
        #expect(abs(a.value - b.value) <= 1e-9 * b.ofNothing)
      }
    }
    #expect(try metric.outcomes(model, x, maps: [Tensor](), .logit(.index(1)), on: engine) == [])
  }

  @Test("controls: the blob is steady by construction, edges as much as they change")
  func steadyControls() throws {
    let x = SmallNets.images(2)
    let change = Tensor.random([3, 2, 3, 16, 18], seed: 6) * 0.02
    let metric = MaxSensitivity(noise: .given(change))
    #expect(try metric.values(.centre, x) == [0, 0])
    func norm(_ map: Tensor) -> Double { map.dot(map).squareRoot() }
    let clean = ControlMap.edges.maps(of: x)
    let changed = (0..<3).map { ControlMap.edges.maps(of: x + change.slice($0)) }
    for (image, value) in try metric.values(.edges, x).enumerated() {
      let expected = changed.map {
        norm(clean.slice(image) - $0.slice(image)) / norm(clean.slice(image))
      }.max()
      #expect(abs(value - (try #require(expected))) < 1e-9 && value > 0)
    }
    #expect(try metric.values(.randomPixels, x, seed: 4).allSatisfy { $0 > 0.5 })
    #expect(refusal { _ = try MaxSensitivity(samples: 0).values(.edges, x) } != nil)
  }

  @Test("what doesn't fit is refused")
  func refusals() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(1)
    let wrong = Tensor.zeros([2, 1, 3, 4, 4])
    for attempt: () throws -> Void in [
      {
        _ = try Infidelity(samples: 0).outcomes(model, x, maps: x, .logit(), on: engine)
      },
      { _ = try Infidelity().outcomes(model, x, maps: x.slice(0), .logit(), on: engine) },
      {
        _ = try Infidelity(.given(wrong)).outcomes(model, x, maps: x, .logit(), on: engine)
      },
      {
        _ = try MaxSensitivity(noise: .given(wrong))
          .values(InputGradient(.gradient), model, x, .logit(), on: engine)
      },
      {
        _ = try MaxSensitivity(samples: 0)
          .values(InputGradient(.gradient), model, x, .logit(), on: engine)
      },
    ] { #expect(refusal(attempt) != nil) }
  }
}

@Suite("Control maps")
struct ControlMapTests {
  @Test("an image's map depends on nothing but the image and the seed")
  func independence() {
    let x = SmallNets.images(3)
    for control in ControlMap.allCases {
      let all = control.maps(of: x)
      #expect(all.shape == [3, 16, 18] && all.isFinite)
      #expect(control.maps(of: x.slices(2..<3)).slice(0) == all.slice(2))
    }
    for random in [ControlMap.randomPixels, .randomMap] {
      #expect(random.maps(of: x, seed: 1) != random.maps(of: x, seed: 2))
      let maps = random.maps(of: x)
      #expect(maps.slice(0) != maps.slice(1))
    }
  }

  @Test("random pixels are fine, a random map is coarse, a uniform one orders nothing")
  func grain() {
    let x = Tensor.random([1, 3, 56, 56], seed: 2)
    /// The mean step between neighbours over the spread of the values.
    func roughness(_ control: ControlMap) -> Float {
      let map = control.maps(of: x).slice(0)
      let steps = (0..<56).flatMap { y in (0..<55).map { abs(map[y, $0 + 1] - map[y, $0]) } }
      return steps.reduce(0, +) / Float(steps.count) / (map.maximum - map.minimum)
    }
    #expect(roughness(.randomPixels) > 0.25 && roughness(.randomMap) < 0.08)
    let uniform = ControlMap.uniform.maps(of: x)
    #expect(uniform.minimum == 1 && uniform.maximum == 1)
    #expect(!ControlMap.ordering.contains(.uniform))
    #expect(ControlMap.ordering.count == ControlMap.allCases.count - 1)
  }

  @Test("pairs are held against the same controls")
  func orders() {
    let centre = ControlMap.centre.maps(of: .zeros([1, 3, 7, 9])).slice(0)
    #expect(RemovalOrder.centre(height: 7, width: 9) == RemovalOrder(descending: centre))
  }

  @Test("the centre is in the middle, edges are where the picture changes")
  func places() {
    let centre = ControlMap.centre.maps(of: .zeros([1, 3, 5, 7])).slice(0)
    #expect(centre.indexOfMaximum == 2 * 7 + 3 && centre[2, 3] == 1)
    #expect(centre[0, 0] == centre[4, 6] && centre[0, 0] < centre[2, 0])
    var step = Tensor.zeros([1, 1, 4, 6])
    for y in 0..<4 { for x in 3..<6 { step[0, 0, y, x] = 1 } }
    let edges = ControlMap.edges.maps(of: step).slice(0)
    for y in 0..<4 { #expect((0..<6).map { edges[y, $0] } == [0, 0, 4, 4, 0, 0]) }
  }
}

@Suite("Faults of others")
struct KnownFaultTests {
  @Test("a frozen backbone still has gradients at its layers: what is explained is never trained")
  func frozen() throws {
    // What is trained and what is explained are two arguments of a run. So a layer's gradient is the
    // same whether all parameters, the head's alone or none are trained, and it is what Grad-CAM takes.
    let (engine, model, x) = (Engine(), try SmallNets.varied(), SmallNets.images(1))
    let layer: LayerPath = "relu1"
    func gradient(_ trained: ParameterSelection) throws -> Tensor {
      let trace = try engine.forward(
        model, x, keeping: .forBackward(to: [layer], parameters: true))
      var seed = Tensor.zeros([1, 5])
      seed[0, 2] = 1
      return try engine.backward(
        model, trace, from: Seed(seed), to: [layer], parameters: trained
      ).signal(at: layer)
    }
    let frozen = try gradient(.none)
    #expect(frozen.maximum > 0)
    #expect(try gradient(.all) == frozen)
    #expect(try gradient(.named(["fc2.weight", "fc2.bias"])) == frozen)
    let activation = try engine.forward(model, x, keeping: .paths([layer])).value(at: layer).slice(
      0)
    let map = try CAM(GradCAMWeighting(), layer: layer)
      .explain(model, x, .logit(.index(2)), on: engine).map.slice(0)
    let weights = (0..<6).map { Float(frozen.slice(0).slice($0).mean) }
    let expected = (1..<6).reduce(activation.slice(0) * weights[0]) {
      $0 + activation.slice($1) * weights[$1]
    }
    #expect(map.relativeDifference(from: expected) < 1e-5)
  }

  @Test("a map that is nowhere positive stays finite in every dialect", arguments: Dialect.allCases)
  func negative(dialect: Dialect) {
    let explanation = Explanation(
      map: Tensor([1, 2, 2], [-3, -1, -2, -0.5]), space: .layer, method: "gradcam", layer: "x",
      scores: [1], targets: [0], imageSize: Extent(4, 4), options: [:])
    #expect(explanation.map(in: dialect).isFinite)
    #expect(explanation.rectified.maximum == 0)
  }
}
