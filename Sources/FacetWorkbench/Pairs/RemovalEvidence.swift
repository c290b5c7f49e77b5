import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetThreads

/// What blurring the pixels that a map ranks first does to one pair's cosine, beside blurring as many by
/// controls.
///
/// Blackened pixels would say less: scattered over a face they are noise that no network was trained on,
/// so that random choices of them lower the cosine further than any map's.
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
    fileprivate(set) var similarity: RemovalClaim
    fileprivate(set) var dissimilarity: RemovalClaim

    func claim(_ side: PairSide) -> RemovalClaim {
      side == .similarity ? similarity : dissimilarity
    }
  }

  /// Of the pixels.
  static let share = 0.2
  /// Of each kind of random control: so many that sixteen claims can be adjusted together.
  static let draws = 999
  /// Orders in memory at a time; no result depends on it.
  private static let block = 111

  let face: PairFace
  /// With all pixels.
  let cosine: Double
  let controls: Controls
  private(set) var methods: [Measured]

  /// - Parameters:
  ///   - maps: of all methods; what they explain is pair 0.
  ///   - random: cosines of the face without pixels at random.
  private init(
    _ face: PairFace, _ maps: [PairMaps], _ faces: RemovedFace, _ random: RandomRemovals,
    _ context: JobContext
  ) throws {
    self.face = face
    let clean = faces.cosine
    cosine = clean
    var orders = maps.flatMap { map in PairSide.allCases.map { map.order(face, $0, 0) } }
    orders.append(.centre(height: faces.height, width: faces.width))
    let found = try faces.cosines(without: orders, on: context.engine)
    let centre = found[found.count - 1]
    controls = Controls(
      randomMaps: Spread(random.maps), randomPixels: Spread(random.pixels), centre: centre)
    methods = maps.enumerated().map { index, map in
      func claim(_ side: PairSide) -> RemovalClaim {
        RemovalClaim(
          side, cosine: found[2 * index + (side == .similarity ? 0 : 1)], clean: clean,
          randomMaps: random.maps, randomPixels: random.pixels, centre: centre,
          isFlat: map.isFlat(0))
      }
      return Measured(
        method: map.method.name, similarity: claim(.similarity),
        dissimilarity: claim(.dissimilarity))
    }
  }

  /// Of both faces, their claims adjusted together.
  ///
  /// - Parameter maps: of all methods; what they explain is pair 0.
  static func ofBothFaces(
    _ maps: [PairMaps], _ pairs: FacePairs, _ model: Model, _ context: JobContext
  ) throws -> [RemovalEvidence] {
    let faces = PairFace.allCases.map { RemovedFace($0, pairs, model) }
    var random = faces.map { _ in RandomRemovals() }
    for start in stride(from: 0, to: draws, by: block) {
      context.progress.step("removing pixels", Double(start) / Double(draws))
      let range = start..<min(start + block, draws)
      let (height, width) = (faces[0].height, faces[0].width)
      let coarse = context.engine.parallel.map(range.count) {
        RemovalOrder.randomMap(
          height: height, width: width, seed: context.seed, range.lowerBound + $0)
      }
      let fine = context.engine.parallel.map(range.count) {
        RemovalOrder.randomPixels(
          height: height, width: width, seed: context.seed, range.lowerBound + $0)
      }
      for index in faces.indices {
        random[index].maps += try faces[index].cosines(without: coarse, on: context.engine)
        random[index].pixels += try faces[index].cosines(without: fine, on: context.engine)
      }
    }
    var found = try zip(PairFace.allCases, zip(faces, random)).map {
      try RemovalEvidence($0, maps, $1.0, $1.1, context)
    }
    var claims = RemovalClaim.adjusted(
      found.flatMap { $0.methods.flatMap { [$0.similarity, $0.dissimilarity] } }
    ).makeIterator()
    for face in found.indices {
      for method in found[face].methods.indices {
        if let claim = claims.next() { found[face].methods[method].similarity = claim }
        if let claim = claims.next() { found[face].methods[method].dissimilarity = claim }
      }
    }
    return found
  }
}

/// Cosines without pixels at random, one for each draw.
private struct RandomRemovals {
  var maps: [Double] = []
  var pixels: [Double] = []
}

/// One face of a pair whose pixels go, and the other's embedding.
private struct RemovedFace {
  let model: Model
  let cosine: Double
  let probe: Tensor
  let reference: Tensor

  var height: Int { probe.shape[1] }
  var width: Int { probe.shape[2] }

  init(_ face: PairFace, _ pairs: FacePairs, _ model: Model) {
    self.model = model
    cosine = pairs.cosines[0]
    probe = (face == .first ? pairs.first : pairs.second).slice(0)
    reference = (face == .first ? pairs.secondEmbeddings : pairs.firstEmbeddings).slice(0)
  }

  func cosines(without orders: [RemovalOrder], on engine: Engine) throws -> [Double] {
    try PixelRemoval(shares: [RemovalEvidence.share], fill: .blurred)
      .deletions(model, probe, to: reference, orders, on: engine).map { $0[0] }
  }
}
