import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetReport
import FacetTensor
import FacetZoo

/// What random weights do to the maps of pairs: cascading randomisation, as ``RandomisationCheck`` does
/// it for classes, with the cosine to the other face's embedding by the same random network.
struct PairRandomisation: Encodable, Sendable {
  /// Of one method.
  struct Likeness: Encodable, Sendable {
    let method: String
    /// The magnitude of the rank correlation with the network's own map, from few random layers to all,
    /// averaged over faces; `nil` where every map was constant.
    let stages: [Double?]
    /// The mean over stages and faces, by which a method is judged.
    let magnitude: MapScore?

    /// `nil` without an answer.
    var reading: RandomisationResult.Reading? {
      RandomisationResult(
        stages: [], mean: nil, magnitude: magnitude, floor: nil, unanswered: 0
      ).reading
    }
  }

  /// Pairs of a list whose maps are computed again.
  static let pairs = 10
  /// Stages at most: methods that look at a face hundreds of times are slow.
  static let stages = 3

  /// Faces that maps were computed of.
  let faces: Int
  /// How many layers are random at each stage.
  let layers: [Int]
  private(set) var methods: [Likeness] = []

  /// One face and the other one it is compared with, `[C, H, W]` each, preprocessed.
  struct Face {
    let probe: Tensor
    let reference: Tensor
    /// Any number for who is on the probe.
    let person: Int
  }

  init(
    _ faces: [Face], _ methods: [PairMethod], _ model: Model, _ settings: PairSettings,
    _ context: JobContext
  ) throws {
    self.faces = faces.count
    // A graph from elsewhere doesn't say how it was started.
    let design = try? Architecture.named(model.card.architecture)
    let cascades = (0..<RandomisationCheck.draws).map { draw in
      CascadingRandomisation(
        scheme: design?.initialisation ?? .heUniform,
        seed: (context.seed ^ 0x5EED) &+ UInt64(draw) &* 0x9E37_79B9_7F4A_7C15)
    }
    layers = cascades[0].counts(of: model.graph, stages: Self.stages)
    var found = methods.map { _ in
      layers.map { _ in [Double?](repeating: nil, count: faces.count) }
    }
    // Faces take turns among the draws: one draw for all would be a sample of one.
    for (draw, cascade) in cascades.enumerated() {
      let places = faces.indices.filter { $0 % cascades.count == draw }
      if places.isEmpty { continue }
      let part = places.map { faces[$0] }
      func tell(_ stage: Int) {
        let done = Double(draw) + Double(stage) / Double(layers.count + 1)
        context.progress.step("random weights", done / Double(cascades.count))
      }
      tell(0)
      let own = try Self.maps(part, methods, model, settings, context)
      for (stage, count) in layers.enumerated() {
        tell(stage + 1)
        let changed = try Self.maps(
          part, methods, cascade.stage(count, of: model).model, settings, context)
        for method in methods.indices {
          for (row, place) in places.enumerated() {
            found[method][stage][place] = Self.likeness(own[method], changed[method], row)
          }
        }
      }
    }
    self.methods = zip(methods, found).map { method, stages in
      Self.likeness(method, stages, faces.map(\.person), context)
    }
  }

  private static func likeness(
    _ method: PairMethod, _ stages: [[Double?]], _ people: [Int], _ context: JobContext
  ) -> Likeness {
    func mean(_ values: [Double?]) -> Double? {
      let present = values.compactMap { $0 }
      return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
    let each = people.indices.map { face in mean(stages.map { $0[face] }) }
    return Likeness(
      method: method.name, stages: stages.map(mean),
      magnitude: MapScore(
        each, identities: people, IdentityBootstrap(seed: context.seed)))
  }

  /// Signed maps of the probes, `[N, H, W]` for each method; `nil` where the network has no cosine.
  private static func maps(
    _ faces: [Face], _ methods: [PairMethod], _ model: Model, _ settings: PairSettings,
    _ context: JobContext
  ) throws -> [Tensor?] {
    let pairs: FacePairs
    do {
      pairs = try FacePairs(
        model, .stack(faces.map(\.probe)), .stack(faces.map(\.reference)), on: context.engine)
    } catch {
      // A random network may answer zero.
      guard case .noCosine = error else { throw error }
      return methods.map { _ in nil }
    }
    let size = Extent(pairs.first.shape[2], pairs.first.shape[3])
    return try methods.map { method in
      let explainer = method.explainer(
        settings, size: size, onStep: context.progress.listener(within: method.title))
      return try explainer.explain(
        model, pairs.first, .cosine(to: pairs.secondEmbeddings), on: context.engine
      ).pixelMaps(in: model.graph)
    }
  }

  private static func likeness(_ own: Tensor?, _ changed: Tensor?, _ row: Int) -> Double? {
    guard let a = own?.slice(row).scalars, let b = changed?.slice(row).scalars,
      a.allSatisfy(\.isFinite), b.allSatisfy(\.isFinite)
    else { return nil }
    return Correlation.spearman(a.map(Double.init), b.map(Double.init)).map { abs($0) }
  }

  /// Of a method that was measured.
  subscript(method: PairMethod) -> Likeness? { methods.first { $0.method == method.name } }
}

extension PairRandomisation {
  /// What is written into pictures of a method that draws the same with random weights.
  func label(_ method: PairMethod) -> String? {
    self[method]?.reading == .ignoresWeights ? MapLabel.ignoresWeights.text : nil
  }

  static let definition =
    "The network's learnt layers are drawn anew from the top downwards (Adebayo et al. 2018, cascading), "
    + "in at most \(stages) stages, the last with all of them; at each, the cosine's map is computed "
    + "again, with the other face's embedding by the same random network. The magnitude of Spearman's "
    + "rank correlation with the network's own map, averaged over stages and faces, which take turns "
    + "among \(RandomisationCheck.draws) draws of the weights. Near 0 is good; a map that is at "
    + "\(NumberFormat.decimals(1).string(RandomisationResult.limit)) or above, interval and all, is of "
    + "the photo rather than of the network."
}
