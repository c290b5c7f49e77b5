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
struct RandomisationCheck {
  /// Stages at most.
  static let stages = 5

  private let model: Model
  private let faces: WatchedFaces
  private let stages: [CascadingRandomisation.Stage]

  init(_ model: Model, _ faces: WatchedFaces, _ context: JobContext) throws {
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

  /// A method's stages.
  func result(_ method: MapMethod, _ context: JobContext) throws -> RandomisationResult {
    let x = faces.batch
    let objective = LogitObjective(.perImage(faces.targets))
    let own = try FaceMaps(method, model, x, objective, on: context.engine)
    let bootstrap = IdentityBootstrap(seed: context.seed)
    let likeness = try stages.map { stage in
      try own.correlations(
        with: FaceMaps(method, stage.model, x, objective, on: context.engine))
    }
    let means = (0..<faces.count).map { photo -> Double? in
      let present = likeness.compactMap { $0[photo] }
      return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
    return RandomisationResult(
      stages: zip(stages, likeness).map { stage, values in
        RandomisationResult.Stage(
          layers: stage.layers, lowest: stage.lowest.name,
          correlation: MapScore(values, identities: faces.people, bootstrap))
      }, mean: MapScore(means, identities: faces.people, bootstrap))
  }
}
