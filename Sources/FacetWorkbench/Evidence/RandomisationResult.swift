import FacetEvaluation

/// What random weights do to a method's maps.
public struct RandomisationResult: Codable, Sendable {
  public struct Stage: Codable, Sendable {
    /// How many layers are random, from the top.
    public let layers: Int
    /// The lowest of them.
    public let lowest: String
    /// The rank correlation of the map with the network's own; `nil` when there is none on any photo.
    public let correlation: MapScore?
    /// Its magnitude.
    public let magnitude: MapScore?
  }

  /// From the top layer to all layers. The untouched network is not among them, and no stage whose
  /// random layers the method doesn't look at.
  public let stages: [Stage]
  /// Each photo's mean over stages, averaged over photos. Likeness on some photos and unlikeness on
  /// others cancel in it.
  public let mean: MapScore?
  /// The same of the magnitudes, by which a method is judged: an inverted map tells the same.
  public let magnitude: MapScore?
  /// The magnitude of the rank correlation of the maps of two networks of which nothing is learnt: what
  /// the method's own looks and the photo alone bring about.
  public let floor: MapScore?
  /// Photos on which a map wasn't finite at some stage, whose correlation is left out.
  public let unanswered: Int

  package init(
    stages: [Stage], mean: MapScore?, magnitude: MapScore?, floor: MapScore?, unanswered: Int
  ) {
    self.stages = stages
    self.mean = mean
    self.magnitude = magnitude
    self.floor = floor
    self.unanswered = unanswered
  }

  /// From here on a map is called the same with and without the weights.
  package static let limit = 0.5

  package enum Reading { case dependsOnWeights, ignoresWeights, undecided }

  /// By the whole interval of the magnitude: one that holds the limit decides nothing, and neither do too
  /// few people. `nil` without a correlation.
  package var reading: Reading? {
    guard let magnitude else { return nil }
    guard let range = magnitude.range else { return .undecided }
    if range.upperBound < Self.limit { return .dependsOnWeights }
    return range.lowerBound >= Self.limit ? .ignoresWeights : .undecided
  }

  static let definition =
    "The network's learnt layers are drawn anew from the top downwards, each by the design's own "
    + "initialiser, batch norm's running statistics left alone (Adebayo et al. 2018, cascading), in at "
    + "most \(RandomisationCheck.stages) stages from few layers to all; at each, the map of the same "
    + "class is computed again. The magnitude of Spearman's rank correlation of the two maps, averaged "
    + "over stages (the untouched network is none of them, nor is one whose random layers the method "
    + "doesn't look at) and photos, those with a constant map left out. Photos take turns among "
    + "\(RandomisationCheck.draws) independent draws of the weights, so the interval over people is over "
    + "draws too. The magnitude, since likeness on one photo and unlikeness on the next would cancel. 0 "
    + "is no likeness; at 0.5, which is called a large correlation (Cohen 1988), a quarter of the "
    + "variance of the ranks is that of a map which knows nothing, and a method whose interval lies "
    + "there or above ignores the weights."

  static let floorDefinition =
    "The magnitude of the rank correlation of the maps of two networks all of whose layers are random, on "
    + "the same photos. Coarse maps agree by chance, and maps of the photo's edges agree because the "
    + "photo is the same: likeness to the true map that isn't above this owes nothing to what was learnt."
}
