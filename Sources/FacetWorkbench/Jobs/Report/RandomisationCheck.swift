import FacetEvaluation
import FacetGraph
import FacetTensor

/// What speaks for or against a method on this model.
public struct MethodEvidence: Codable, Sendable {
  public let method: String
  /// Rank correlation of each photo's map with the same method's map on the same network with random
  /// weights, averaged; `nil` when every map was constant.
  public let randomisedCorrelation: Double?
  /// Its interval over identities; `nil` with fewer than two of them.
  public let interval: ConfidenceInterval?
  /// Photos behind it.
  public let photos: Int
  /// Shown photos on which the method found nothing.
  public let emptyMaps: Int

  /// From here on a map is called the same with and without the weights.
  static let limit = 0.5

  enum Reading { case dependsOnWeights, ignoresWeights, undecided }

  /// By the whole interval: one that holds the limit decides nothing. `nil` without a correlation.
  var reading: Reading? {
    guard let value = randomisedCorrelation else { return nil }
    if (interval?.high ?? value) < Self.limit { return .dependsOnWeights }
    return (interval?.low ?? value) >= Self.limit ? .ignoresWeights : .undecided
  }
}

/// Do the maps change when every weight is drawn anew? (Adebayo et al. 2018, all layers at once.)
///
/// Checked on a seeded sample of all test photos: the gallery, which shows mistakes first, is no fair
/// sample of them.
struct RandomisationCheck {
  /// Photos of the sample at most.
  static let sampleSize = 24

  private let model: Model
  private let random: Model
  private let photos: FaceImages
  private let targets: [Int]

  init(_ bench: TestBench, _ context: JobContext) throws {
    model = bench.model
    random = try model.replacing(
      model.graph.initialParameters(.heUniform, seed: context.seed ^ 0x5EED))
    var stream = RandomStream(seed: context.seed, 0x5A4E)
    let places = Array(0..<bench.test.count).shuffled(using: &stream)
      .prefix(Self.sampleSize).sorted()
    photos = bench.test.subset(places)
    let predictions = bench.answers.predictions
    targets = places.map { predictions[$0] }
  }

  /// A method's evidence.
  ///
  /// - Parameter emptyMaps: how many of the shown photos it found nothing on.
  func evidence(_ method: MapMethod, emptyMaps: Int, _ context: JobContext) throws
    -> MethodEvidence
  {
    let own = try FaceMaps(method, model, photos, targets: targets, on: context.engine)
    let other = try FaceMaps(method, random, photos, targets: targets, on: context.engine)
    let people = Dictionary(
      Set(photos.identities).sorted().enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a }
    )
    let correlations = zip(photos.entries, own.correlations(with: other)).compactMap {
      entry, value in value.map { (identity: people[entry.identity] ?? 0, value: $0) }
    }
    let values = correlations.map(\.value)
    return MethodEvidence(
      method: method.name,
      randomisedCorrelation: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count),
      interval: try? IdentityBootstrap(seed: context.seed)
        .mean(values, identities: correlations.map(\.identity)),
      photos: values.count, emptyMaps: emptyMaps)
  }
}
