import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor

/// What removing the pixels that a map ranks first does to one pair's cosine, beside removing as many by
/// controls.
struct RemovalEvidence: Codable, Sendable {
  /// The mean and the range over random controls.
  struct Spread: Codable, Sendable {
    let mean: Double
    let low: Double
    let high: Double

    init(_ values: [Double]) {
      mean = values.reduce(0, +) / Double(max(values.count, 1))
      low = values.min() ?? 0
      high = values.max() ?? 0
    }
  }

  /// Cosines without the pixels that controls rank first.
  struct Controls: Codable, Sendable {
    /// Random maps as coarse as a network's last layers.
    let randomMaps: Spread
    /// Single pixels.
    let randomPixels: Spread
    /// The pixels nearest to the centre.
    let centre: Double
  }

  /// Of one method, on one face.
  struct Measured: Codable, Sendable {
    let method: String
    /// The cosine without the pixels that speak most for a match.
    let withoutSimilarity: Double
    /// The cosine without the pixels that speak most against it.
    let withoutDissimilarity: Double
    let similarity: Reading
    let dissimilarity: Reading
  }

  /// How a removal compares with the controls'.
  enum Reading: String, Codable, Sendable {
    /// Further than every random map and the centre.
    case beatsControls
    /// Further than every random map, but no further than the centre's.
    case beatsChance
    case noBetterThanChance
    /// The map is constant, or rounding: it chooses nothing.
    case nothingToShow
  }

  /// Of the pixels.
  static let share = 0.2
  /// Of each random control: if a map is no better than chance, all of these stay behind it once in 21
  /// times.
  static let draws = 20

  let face: PairFace
  /// With all pixels.
  let cosine: Double
  let controls: Controls
  let methods: [Measured]

  /// - Parameter maps: of all methods; what they explain is pair 0.
  init(
    _ face: PairFace, _ maps: [PairMaps], _ pairs: FacePairs, _ model: Model,
    _ context: JobContext
  ) throws {
    self.face = face
    cosine = pairs.cosines[0]
    let isFirst = face == .first
    let probe = (isFirst ? pairs.first : pairs.second).slice(0)
    let reference = (isFirst ? pairs.secondEmbeddings : pairs.firstEmbeddings).slice(0)
    let (height, width) = (probe.shape[1], probe.shape[2])
    var orders = maps.flatMap { map in PairSide.allCases.map { map.order(face, $0, 0) } }
    orders += (0..<Self.draws).map {
      .randomMap(height: height, width: width, seed: context.seed, $0)
    }
    orders += (0..<Self.draws).map {
      .randomPixels(height: height, width: width, seed: context.seed, $0)
    }
    orders.append(.centre(height: height, width: width))
    let found = try PixelRemoval(shares: [Self.share])
      .cosines(model, probe, to: reference, orders, on: context.engine).map { $0.deletion[0] }
    let random = found[(2 * maps.count)...]
    let coarse = Spread(Array(random.prefix(Self.draws)))
    let centre = found[found.count - 1]
    controls = Controls(
      randomMaps: coarse,
      randomPixels: Spread(Array(random.dropFirst(Self.draws).prefix(Self.draws))), centre: centre)
    methods = maps.enumerated().map { index, map in
      let (without, raised) = (found[2 * index], found[2 * index + 1])
      return Measured(
        method: map.method.name, withoutSimilarity: without, withoutDissimilarity: raised,
        similarity: map.isFlat(0)
          ? .nothingToShow : Self.reading(-without, chance: -coarse.low, centre: -centre),
        dissimilarity: map.isFlat(0)
          ? .nothingToShow : Self.reading(raised, chance: coarse.high, centre: centre))
    }
  }

  /// - Parameter value: the larger, the further in the direction the map claims.
  private static func reading(_ value: Double, chance: Double, centre: Double) -> Reading {
    value <= chance ? .noBetterThanChance : value <= centre ? .beatsChance : .beatsControls
  }
}
