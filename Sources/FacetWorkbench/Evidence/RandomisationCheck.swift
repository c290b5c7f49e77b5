import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor
import FacetZoo

/// What random weights do to a method's maps.
public struct RandomisationResult: Codable, Sendable {
  public struct Stage: Codable, Sendable {
    /// How many layers are random, from the top.
    public let layers: Int
    /// The lowest of them.
    public let lowest: String
    /// The rank correlation of the map with the network's own; `nil` when every map was constant.
    public let correlation: MapScore?
  }

  /// From the top layer to all layers; the untouched network is not among them.
  public let stages: [Stage]
  /// Each photo's mean over stages, averaged over photos.
  public let mean: MapScore?

  /// With every layer random.
  public var full: MapScore? { stages.last?.correlation }

  /// From here on a map is called the same with and without the weights.
  static let limit = 0.5

  package enum Reading { case dependsOnWeights, ignoresWeights, undecided }

  /// By the whole interval of the mean: one that holds the limit decides nothing. `nil` without a
  /// correlation.
  var reading: Reading? {
    guard let mean else { return nil }
    if (mean.interval?.high ?? mean.value) < Self.limit { return .dependsOnWeights }
    return (mean.interval?.low ?? mean.value) >= Self.limit ? .ignoresWeights : .undecided
  }

  static let definition =
    "The network's learnt layers are drawn anew from the top downwards, each by the design's own "
    + "initialiser, batch norm's running statistics left alone (Adebayo et al. 2018, cascading), in at "
    + "most \(RandomisationCheck.stages) stages from few layers to all; at each, the map of the same "
    + "class is computed again. Spearman's rank correlation of the two maps, averaged over stages (the "
    + "untouched network is none of them) and photos, those with a constant map left out. A map that "
    + "tells something of the network must change: near 0 is good; at 0.5 or more, it is of the photo "
    + "rather than of the network."
}

/// Do the maps change when weights are drawn anew?
package struct RandomisationCheck {
  /// Stages at most.
  static let stages = 5

  private let model: Model
  private let faces: WatchedFaces
  private let stages: [CascadingRandomisation.Stage]

  package init(_ model: Model, _ faces: WatchedFaces, _ context: JobContext) throws {
    self.model = model
    self.faces = faces
    // A graph from elsewhere doesn't say how it was started.
    let design = try? Architecture.named(model.card.architecture)
    let cascade = CascadingRandomisation(
      scheme: design?.initialisation ?? .heUniform, seed: context.seed ^ 0x5EED)
    self.stages = try cascade.counts(of: model.graph, stages: Self.stages).map {
      try cascade.stage($0, of: model)
    }
  }

  /// Photos between two looks at the clock, where there is an end.
  private static let block = 2

  /// The stages of all methods on the same photos.
  ///
  /// - Parameter deadline: no photos are begun that would go beyond it; the first ones are always
  ///   measured.
  /// - Returns: one result for each method, and how many photos they are of: the first ones.
  package func results(
    _ methods: [MapMethod], within deadline: Deadline, _ context: JobContext
  ) throws -> (methods: [RandomisationResult], photos: Int) {
    var found = [[[Double?]]](
      repeating: [[Double?]](repeating: [], count: stages.count), count: methods.count)
    var count = 0
    for block in deadline.blocks(of: faces.count, byIfLimited: Self.block) {
      let part = faces.subset(block)
      let x = part.batch
      for (index, method) in methods.enumerated() {
        let done = Double(count) + Double(part.count * index) / Double(methods.count)
        context.progress.step("random weights", done / Double(faces.count))
        let likeness = try likeness(method, x, part.targets, context)
        for stage in stages.indices { found[index][stage] += likeness[stage] }
      }
      count = block.upperBound
    }
    let people = Array(faces.people.prefix(count))
    let bootstrap = IdentityBootstrap(seed: context.seed)
    return (found.map { result($0, people: people, bootstrap) }, count)
  }

  /// For each stage, the rank correlation of each photo's map with the network's own.
  private func likeness(
    _ method: MapMethod, _ x: Tensor, _ targets: [Int], _ context: JobContext
  ) throws -> [[Double?]] {
    let objective = LogitObjective(.perImage(targets))
    let own = try FaceMaps(method, model, x, objective, on: context.engine)
    return try stages.map { stage in
      try own.correlations(
        with: FaceMaps(method, stage.model, x, objective, on: context.engine))
    }
  }

  private func result(
    _ likeness: [[Double?]], people: [Int], _ bootstrap: IdentityBootstrap
  ) -> RandomisationResult {
    let means = people.indices.map { photo -> Double? in
      let present = likeness.compactMap { $0[photo] }
      return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
    return RandomisationResult(
      stages: zip(stages, likeness).map { stage, values in
        RandomisationResult.Stage(
          layers: stage.layers, lowest: stage.lowest.name,
          correlation: MapScore(values, identities: people, bootstrap))
      }, mean: MapScore(means, identities: people, bootstrap))
  }
}
