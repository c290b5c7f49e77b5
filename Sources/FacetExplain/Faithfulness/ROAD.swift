import FacetEngine
import FacetGraph
import FacetTensor

/// ROAD, "remove and debias" (Rong et al. 2022): the probability of a class after a share of an image's
/// pixels was removed and filled in from those around them, so that the holes' shape tells nothing.
///
/// Pixels are removed by rank, never by a threshold: of a map that is mostly zeros, as much goes as was
/// asked for. Equals are taken in a seeded order. A smooth map removes whole areas, which can't be
/// filled in well; such maps do better here than they deserve (Rong et al., "pitfalls", 2023), so this
/// figure doesn't stand alone.
public struct ROAD: Sendable {
  /// The shares removed, each in 0..<1.
  public var shares: [Double]
  /// The standard deviation of the noise on filled-in pixels, in network space.
  public var noise: Float
  public var imputation: LinearImputation
  public var seed: UInt64

  public init(
    shares: [Double] = [0.1, 0.3, 0.5, 0.7, 0.9], noise: Float = 0.01,
    imputation: LinearImputation = LinearImputation(), seed: UInt64 = 0
  ) {
    self.shares = shares
    self.noise = noise
    self.imputation = imputation
    self.seed = seed
  }

  /// The probabilities of one image, one for each share.
  public struct Outcome: Hashable, Codable, Sendable {
    public let mostRelevantFirst: [Float]
    public let leastRelevantFirst: [Float]

    /// The mean over shares of (least first - most first) / 2, in -0.5...0.5: above 0 when removing
    /// what the map calls relevant hurts more.
    public var combined: Double {
      zip(leastRelevantFirst, mostRelevantFirst).reduce(0) { $0 + Double($1.0) - Double($1.1) }
        / Double(2 * mostRelevantFirst.count)
    }
  }

  /// One outcome for each image. Cost: two forward runs and two imputations for each share.
  ///
  /// - Parameters: as of ``DeletionInsertion/curves(_:_:_:maps:watching:on:)``.
  public func outcomes(
    _ model: Model, _ x: Tensor, maps: Tensor, watching watched: WatchedClass = .predicted,
    on engine: Engine
  ) throws(ExplainError) -> [Outcome] {
    guard !shares.isEmpty, shares.allSatisfy({ 0..<1 ~= $0 }) else {
      throw .badOption(name: "ROAD's shares", expected: "some in 0..<1", got: "\(shares)")
    }
    let grain = grain(x.shape.rank == 4 ? x.shape.dropFirst().count : 0)
    return try AlteredImages.map(model, x, maps: maps, watched.objective, on: engine) {
      (run, place, map) throws(ExplainError) in
      let clean = run.images.slice(place)
      let order = PixelOrder(map, ties: .shuffled(seed: seed)).pixels
      let count = shares.count
      // Copies of both orders stand in one list: the most relevant first, then the least.
      let scores = try run.scores(ofCopies: 2 * count, of: place) { copy, picture in
        let removed = Int(shares[copy % count] * Double(order.count))
        let gone = copy < count ? order.prefix(removed) : order.suffix(removed)
        picture.write(imputed(clean, missing: gone, grain))
      }
      return Outcome(
        mostRelevantFirst: Array(scores.prefix(count)),
        leastRelevantFirst: Array(scores.suffix(count)))
    }
  }

  /// The image with some pixels filled in and noise on them.
  private func imputed(_ image: Tensor, missing pixels: ArraySlice<Int>, _ grain: [Float]) -> Tensor
  {
    let area = image.shape[1] * image.shape[2]
    var missing = [Bool](repeating: false, count: area)
    for pixel in pixels { missing[pixel] = true }
    var filled = imputation.filled(image, missing: missing)
    filled.withUnsafeMutableBufferPointer { values in
      for i in values.indices where missing[i % area] { values[i] += grain[i] }
    }
    return filled
  }

  /// The noise of every element. It belongs to the element, so that maps are compared under the same.
  private func grain(_ count: Int) -> [Float] {
    var stream = RandomStream(seed: seed, 0x0AD)
    return (0..<count).map { _ in noise * stream.normal() }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Initialises all elements with a tensor's.
  func write(_ tensor: Tensor) {
    tensor.withUnsafeBufferPointer { _ = initialize(from: $0) }
  }
}
