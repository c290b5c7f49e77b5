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

  /// The mean over stages.
  public var mean: Double? {
    let values = stages.compactMap { $0.correlation?.value }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// With every layer random.
  public var full: MapScore? { stages.last?.correlation }

  /// From here on a map is called the same with and without the weights.
  static let limit = 0.5

  package enum Reading { case dependsOnWeights, ignoresWeights, undecided }

  /// By the whole interval with every layer random: one that holds the limit decides nothing. `nil`
  /// without a correlation.
  var reading: Reading? {
    guard let full else { return nil }
    if (full.interval?.high ?? full.value) < Self.limit { return .dependsOnWeights }
    return (full.interval?.low ?? full.value) >= Self.limit ? .ignoresWeights : .undecided
  }

  static let definition =
    "The network's learnt layers are drawn anew from the top downwards, each by the design's own "
    + "initialiser, batch norm's running statistics left alone (Adebayo et al. 2018, cascading), and "
    + "the map of the same class is computed again; Spearman's rank correlation of the two maps, "
    + "averaged over photos, those with a constant map left out. A map that tells something of the "
    + "network must change: near 0 is good; at 0.5 or more with every layer random, the map is of the "
    + "photo rather than of the network. Means over stages leave the untouched network out."
}

/// Do the maps change when weights are drawn anew?
struct RandomisationCheck {
  private let model: Model
  private let faces: WatchedFaces
  private let stages: [CascadingRandomisation.Stage]

  /// - Parameter stages: from the top to all layers; 1 is all at once.
  init(_ model: Model, _ faces: WatchedFaces, stages: Int, _ context: JobContext) throws {
    self.model = model
    self.faces = faces
    // A graph from elsewhere doesn't say how it was started.
    let design = try? Architecture.named(model.card.architecture)
    let cascade = CascadingRandomisation(
      scheme: design?.initialisation ?? .heUniform, seed: context.seed ^ 0x5EED)
    self.stages = try cascade.counts(of: model.graph, stages: stages).map {
      try cascade.stage($0, of: model)
    }
  }

  /// A method's stages.
  func result(_ method: MapMethod, _ context: JobContext) throws -> RandomisationResult {
    let x = faces.batch
    let objective = LogitObjective(.perImage(faces.targets))
    let own = try FaceMaps(method, model, x, objective, on: context.engine)
    let bootstrap = IdentityBootstrap(seed: context.seed)
    return RandomisationResult(
      stages: try stages.map { stage in
        let other = try FaceMaps(method, stage.model, x, objective, on: context.engine)
        return RandomisationResult.Stage(
          layers: stage.layers, lowest: stage.lowest.name,
          correlation: MapScore(
            own.correlations(with: other), identities: faces.people, bootstrap))
      })
  }
}
