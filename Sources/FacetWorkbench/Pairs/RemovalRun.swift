import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// Deletion and insertion of verification accuracy over a sample of pairs: the probe's pixels go, or
/// come back, in the order of the map that explains the decision on the pair (similarity where it is
/// accepted, dissimilarity where it is rejected), while the other face stays.
struct RemovalRun: Sendable {
  /// What orders pixels.
  enum Order: Hashable, Sendable {
    case method(PairMethod)
    case inverted(PairMethod)
    case randomMap
    case randomPixels
    case centre

    var name: String {
      switch self {
      case .method(let method): method.name
      case .inverted(let method): "inverted \(method.name)"
      case .randomMap: "random map"
      case .randomPixels: "random pixels"
      case .centre: "centre"
      }
    }
  }

  /// The clean pairs.
  let pairs: [ScoredPair]
  let methods: [PairMethod]
  /// Of each order, for each pair.
  private(set) var cosines: [Order: [RemovalCosines]] = [:]
  /// The same of deletion with pixels blurred in place of black.
  private(set) var blurred: [Order: [[Double]]] = [:]

  static let controls: [Order] = [.randomMap, .randomPixels, .centre]
  static let removal = PixelRemoval()
  /// CorrRISE is made of blackened faces, so black alone would judge it by its own means.
  static let blurring = PixelRemoval(shares: removal.shares, fill: .blurred)
  /// Pairs in memory at a time; no result depends on it.
  private static let part = 16

  /// A seeded sample: half genuine and half impostor pairs, or all there are of a kind.
  static func sample(_ pairs: [ScoredPair], count: Int, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, 0x5A3B1E)
    let kinds = [true, false].map { same in
      pairs.indices.filter { pairs[$0].same == same }.shuffled(using: &stream)
        .prefix((count + (same ? 1 : 0)) / 2)
    }
    return kinds.flatMap { $0 }.sorted()
  }

  /// - Parameters:
  ///   - pairs: scored by the model.
  ///   - threshold: a pair is accepted iff its score is at least this.
  ///   - photos: both photos of some of the pairs.
  init(
    _ pairs: [ScoredPair], threshold: Double, _ methods: [PairMethod], _ model: Model,
    _ settings: PairSettings, _ context: JobContext,
    photos: (Range<Int>) throws -> (first: [Tensor], second: [Tensor])
  ) throws {
    self.pairs = pairs
    self.methods = methods
    for start in stride(from: 0, to: pairs.count, by: Self.part) {
      let range = start..<min(start + Self.part, pairs.count)
      let (first, second) = try photos(range)
      let faces = try FacePairs(model, .stack(first), .stack(second), on: context.engine)
      let size = Extent(faces.first.shape[2], faces.first.shape[3])
      var maps: [Tensor] = []
      for method in methods {
        let explainer = method.explainer(
          settings, size: size, onStep: context.progress.listener(within: method.title))
        let found = try explainer.explain(
          model, faces.first, .cosine(to: faces.secondEmbeddings), on: context.engine)
        maps.append(found.pixelMaps(in: model.graph))
      }
      for (place, pair) in range.enumerated() {
        let sign: Float = pairs[pair].score >= threshold ? 1 : -1
        var orders = maps.map { map in
          RemovalOrder(descending: map.slice(place).map { sign * $0 })
        }
        orders += [
          .randomMap(height: size.height, width: size.width, seed: context.seed, pair),
          .randomPixels(height: size.height, width: size.width, seed: context.seed, pair),
          .centre(height: size.height, width: size.width),
        ]
        let found = try Self.removal.cosines(
          model, faces.first.slice(place), to: faces.secondEmbeddings.slice(place), orders,
          on: context.engine)
        let probe = faces.first.slice(place)
        let blurred = try Self.blurring.deletions(
          model, probe, to: faces.secondEmbeddings.slice(place), orders, on: context.engine)
        add(found, blurred)
        context.progress.step(
          "removing pixels of \(pairs.count) pairs", Double(pair + 1) / Double(pairs.count))
      }
    }
  }

  private mutating func add(_ found: [RemovalCosines], _ blurred: [[Double]]) {
    for (index, order) in (methods.map(Order.method) + Self.controls).enumerated() {
      let own = found[index]
      cosines[order, default: []].append(own)
      self.blurred[order, default: []].append(blurred[index])
      if case .method(let method) = order {
        cosines[.inverted(method), default: []].append(own.inverted)
      }
    }
  }
}
