import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor
import FacetWorkbench
import FacetZoo
import Testing

/// A map by hand instead of a method.
struct GivenMaps: Explainer {
  let name = "given"
  /// `[H, W]` for an image `[C, H, W]`.
  let map: @Sendable (_ image: Tensor, _ model: Model) -> Tensor

  func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    let planes = (0..<x.shape[0]).map { index -> Tensor in
      let map = map(x.slice(index), model)
      return .stack([map, map, map])
    }
    return Explanation(
      map: .stack(planes), space: .input, method: name, layer: nil,
      scores: planes.map { _ in 0 }, targets: planes.map { _ in nil },
      imageSize: Extent(x.shape[2], x.shape[3]), options: ["by": "hand"])
  }

  static func method(
    _ name: String, _ map: @escaping @Sendable (_ image: Tensor, _ model: Model) -> Tensor
  ) -> MapMethod {
    MapMethod(name: name, title: name, explainer: GivenMaps(map: map), pixelReading: .equal)
  }

  /// A number of the weights.
  static func fingerprint(_ model: Model) -> UInt64 {
    let mixed = model.parameters.keys.sorted().reduce(7 as UInt64) { sum, name in
      sum &* 31 &+ UInt64(model.parameters[name]?.scalars[0].bitPattern ?? 0)
    }
    return mixed ^ mixed >> 29
  }
}

@Suite("Random weights")
struct RandomisationTests {
  let context = JobContext(seed: 3)
  let model: Model
  let faces: WatchedFaces

  init() throws {
    model = try Architecture.named("small").model(classes: ["x", "y"], seed: 4)
    faces = try DrawnFaces(model, count: 10, context).watched
  }

  private func score(_ values: [Double?]) -> MapScore? {
    MapScore(
      values, identities: Array(values.indices), IdentityBootstrap(resamples: 200, seed: 1))
  }

  private func reading(_ values: [Double?]) -> RandomisationResult.Reading? {
    RandomisationResult(
      stages: [], mean: score(values), magnitude: score(values), floor: nil, unanswered: 0
    ).reading
  }

  @Test("by the whole interval of the magnitude; without one nothing is decided")
  func readings() {
    let spread = (0..<10).map { 0.02 * Double($0 % 5) }
    #expect(reading(spread.map { 0.1 + $0 }) == .dependsOnWeights)
    #expect(reading(spread.map { 0.6 + $0 }) == .ignoresWeights)
    #expect(reading(spread.map { 0.46 + $0 }) == .undecided)
    #expect(reading([0.1, 0.12, 0.11]) == .undecided)
    #expect(reading([0.9]) == .undecided)
    #expect(reading([nil, nil]) == nil)
    // All alike: no interval, and nothing is in doubt.
    #expect(reading(Array(repeating: 1, count: 9)) == .ignoresWeights)
    #expect(reading(Array(repeating: 0.5, count: 9)) == .ignoresWeights)
    #expect(reading(Array(repeating: 0, count: 9)) == .dependsOnWeights)
  }

  @Test(
    "a map of the photo ignores the weights, opposite ones don't cancel, a map of weights depends")
  func check() throws {
    let photo = GivenMaps.method("photo") { image, _ in image.slice(0) }
    // Upside down with some weights: the mean of the signs says little, the magnitude all.
    let turned = GivenMaps.method("turned") { image, model in
      image.slice(0) * (GivenMaps.fingerprint(model) % 2 == 0 ? 1 : -1)
    }
    let weights = GivenMaps.method("weights") { _, model in
      var stream = RandomStream(seed: GivenMaps.fingerprint(model))
      return Tensor([96, 96], (0..<96 * 96).map { _ in stream.uniform() })
    }
    let (found, photos) = try RandomisationCheck(model, faces, context).results(
      [photo, turned, weights], within: .never, context)
    #expect(photos == 10 && found.allSatisfy { $0.stages.count == 5 && $0.unanswered == 0 })
    #expect(found[0].magnitude?.value == 1 && found[0].mean?.value == 1)
    #expect(found[0].floor?.value == 1 && found[0].reading == .ignoresWeights)
    #expect(abs((found[1].magnitude?.value ?? 0) - 1) < 1e-9)
    #expect(abs(found[1].mean?.value ?? 1) < 1 && found[1].reading == .ignoresWeights)
    #expect((found[2].magnitude?.value ?? 1) < 0.05 && found[2].reading == .dependsOnWeights)
    #expect((found[2].floor?.value ?? 1) < 0.05)
  }

  @Test("photos take turns among draws of the weights")
  func draws() throws {
    // Tells which network it saw by the place of its bright row.
    let probe = GivenMaps.method("probe") { image, model in
      var map = image.slice(0)
      let row = Int(GivenMaps.fingerprint(model) % 96)
      for x in 0..<96 { map[row, x] = 1e6 }
      return map
    }
    let (found, _) = try RandomisationCheck(model, faces, context).results(
      [probe], within: .never, context)
    let once = try RandomisationCheck(model, faces, JobContext(seed: 4)).results(
      [probe], within: .never, JobContext(seed: 4))
    // Another seed, other draws; the same seed, the same bits.
    let again = try RandomisationCheck(model, faces, context).results(
      [probe], within: .never, context)
    #expect(found[0].magnitude == again.methods[0].magnitude)
    #expect(found[0].magnitude != once.methods[0].magnitude)
    // The floor's two networks differ although each is wholly random.
    #expect((found[0].floor?.value ?? 1) < 1)
  }

  @Test("stages that a method doesn't look at are none")
  func stages() throws {
    let methods = try MapMethod.named(["gradcam", "eigencam", "deconvolution"], MethodSettings())
    let (found, _) = try RandomisationCheck(model, faces, context).results(
      methods, within: .never, context)
    let counts = found.map { $0.stages.map(\.layers) }
    #expect(methods.map(\.name).last == "deconvolution-zeiler-fergus")
    #expect(counts[0].count == 5 && counts[2] == counts[0])
    // The classifier is above the layer, so randomising it alone changes no projection of a unit.
    #expect(counts[1] == counts[3] && counts[1] == Array(counts[0].suffix(counts[1].count)))
    #expect(counts[1].count < 5)
    for index in [1, 3] {
      for stage in found[index].stages { #expect((stage.magnitude?.value ?? 1) < 0.999) }
    }
  }

  @Test("a map that isn't finite is no answer, and is counted")
  func notFinite() throws {
    let own = model.parameters
    let broken = GivenMaps.method("broken") { [third = faces.tensors[2]] image, changed in
      let isRandom = own.keys.contains { own[$0] != changed.parameters[$0] }
      var map = image.slice(0)
      if isRandom, image == third { map[3, 3] = .nan }
      return map
    }
    let (found, _) = try RandomisationCheck(model, faces, context).results(
      [broken], within: .never, context)
    #expect(found[0].unanswered == 1)
    #expect(found[0].magnitude?.images == 9 && found[0].floor?.images == 9)
    #expect(found[0].magnitude?.value == 1)
  }

  @Test("guided backprop of an untrained network is of the photo, Grad-CAM isn't said to be")
  func guided() throws {
    let methods = try MapMethod.named(["guided-backprop", "gradcam"], MethodSettings())
    let (found, _) = try RandomisationCheck(model, faces, context).results(
      methods, within: .never, context)
    #expect(found[0].reading == .ignoresWeights)
    #expect(MapLabel.labels(found[0].reading, nil) == [.ignoresWeights])
    #expect(found[1].reading != .ignoresWeights)
  }
}

@Suite("Faithfulness of maps")
struct FaithfulnessCheckTests {
  let context = JobContext(seed: 3)
  let model: Model
  let faces: WatchedFaces

  init() throws {
    model = try Architecture.named("small").model(classes: ["x", "y"], seed: 4)
    faces = try DrawnFaces(model, count: 6, context).watched
  }

  @Test("a map that isn't finite is left out and counted; the others are as without it")
  func notFinite() throws {
    let whole = GivenMaps.method("whole") { image, _ in image.slice(0) }
    let broken = GivenMaps.method("broken") { [first = faces.tensors[1]] image, _ in
      var map = image.slice(0)
      if image == first { map[5, 5] = .infinity }
      return map
    }
    for extent in [FaithfulnessCheck.Extent.brief, .full] {
      let check = try FaithfulnessCheck(
        model, faces, [whole, broken], extent, phase: "x", context)
      #expect(check.count == 6 && check.unanswered == [0, 1])
      let (own, other) = (check.ofMethods[0], check.ofMethods[1])
      #expect(own.deletion.allSatisfy { $0 != nil } && own.insertion.allSatisfy { $0 != nil })
      for photo in 0..<6 {
        #expect(other.deletion[photo] == (photo == 1 ? nil : own.deletion[photo]))
        #expect(other.insertion[photo] == (photo == 1 ? nil : own.insertion[photo]))
      }
    }
  }

  @Test("a map upside down is the map with its signs turned; controls are beside it")
  func inverted() throws {
    let up = GivenMaps.method("up") { image, _ in image.slice(0) }
    let down = GivenMaps.method("down") { image, _ in image.slice(0) * -1 }
    let check = try FaithfulnessCheck(model, faces, [up, down], .full, phase: "x", context)
    #expect(check.ofControls.count == ControlMap.ordering.count)
    let (own, other) = (check.ofMethods[0], check.ofMethods[1])
    #expect(own.inverted == other.combined && other.inverted == own.combined)
    #expect(own.combined != other.combined)
  }
}
