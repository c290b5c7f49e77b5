import FacetEngine
import FacetGraph
import FacetTensor

/// Infidelity (Yeh et al. 2019, equation 2), as captum 0.9 defines it: how badly the map, read as a
/// linear model of the score, tells what a perturbation I of the image does,
/// `mean_n (sum a I - (s(x) - s(x - I)))^2`.
public struct Infidelity: Sendable {
  public enum Perturbation: Sendable {
    /// Independent normal numbers of this deviation, in network space; the same for all images.
    case gaussian(deviation: Float)
    /// A square of so many pixels at a random place goes to 0: I is the image inside of it, 0 outside.
    case square(side: Int)
    /// Given perturbations `[samples, N, C, H, W]`; the number of samples doesn't count.
    case given(Tensor)
  }

  public var perturbation: Perturbation
  public var samples: Int
  /// Whether the map is first scaled by the factor that suits it best,
  /// `sum (a I)(s(x) - s(x - I)) / sum (a I)^2`: maps have no common unit, and without this a map is
  /// punished for its scale.
  public var isNormalised: Bool
  public var seed: UInt64

  public init(
    _ perturbation: Perturbation = .square(side: 16), samples: Int = 50, isNormalised: Bool = true,
    seed: UInt64 = 0
  ) {
    self.perturbation = perturbation
    self.samples = samples
    self.isNormalised = isNormalised
    self.seed = seed
  }

  /// One number for each image.
  public struct Outcome: Hashable, Codable, Sendable {
    /// captum's number, in squared units of the score; 0 is best.
    public let value: Double
    /// The mean square of the score's changes: what a map of zeros gets.
    public let ofNothing: Double

    /// The part of the changes that the map doesn't explain; 1 is no better than a map of zeros. `nil`
    /// when no perturbation changed the score.
    public var unexplained: Double? { ofNothing > 0 ? value / ofNothing : nil }
  }

  /// - Parameters:
  ///   - maps: raw, `[N, C, H, W]`, or `[N, H, W]` for maps that all channels share.
  ///   - objective: the score the maps explain.
  public func outcomes(
    _ model: Model, _ x: Tensor, maps: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> [Outcome] {
    try outcomes(model, x, maps: [maps], objective, on: engine)[0]
  }

  /// The same of several methods' maps under the same perturbations, for the runs of one.
  ///
  /// - Returns: for each method, one outcome for each image.
  public func outcomes(
    _ model: Model, _ x: Tensor, maps: [Tensor], _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> [[Outcome]] {
    guard x.shape.rank == 4 else {
      throw .graph(.badInput(expected: "images [N, C, H, W]", got: x.shape))
    }
    var count = samples
    if case .given(let tensor) = perturbation {
      guard tensor.shape.rank == 5, tensor.shape.dropFirst() == x.shape else {
        throw .badOption(
          name: "perturbations", expected: "[samples, \(x.shape)]", got: "\(tensor.shape)")
      }
      count = tensor.shape[0]
    }
    guard count > 0 else {
      throw .badOption(name: "samples", expected: "at least 1", got: "\(count)")
    }
    let plane: Shape = [x.shape[0], x.shape[2], x.shape[3]]
    for map in maps where map.shape != x.shape && map.shape != plane {
      throw .badOption(name: "maps", expected: "\(x.shape)", got: "\(map.shape)")
    }
    let found = try AlteredImages.map(model, x, maps: .zeros(plane), objective, on: engine) {
      (run, place, _) throws(ExplainError) in
      let clean = run.images.slice(place)
      let image = run.places.lowerBound + place
      let perturbations = (0..<count).map { perturbed(clean, sample: $0, image: image) }
      let scores = try run.scores(ofCopies: count, of: place) { sample, picture in
        picture.write(clean - perturbations[sample])
      }
      let changes = scores.map { Double(run.scores[place]) - Double($0) }
      return maps.map { map in
        let map = map.slice(image)
        return outcome(predicted: perturbations.map { map.sharedDot($0) }, changes)
      }
    }
    return maps.indices.map { method in found.map { $0[method] } }
  }

  private func outcome(predicted: [Double], _ changes: [Double]) -> Outcome {
    let products = zip(predicted, changes).reduce(0) { $0 + $1.0 * $1.1 }
    let squares = predicted.reduce(0) { $0 + $1 * $1 }
    let factor = isNormalised ? (squares > 0 ? products / squares : 1) : 1
    let errors = zip(predicted, changes).reduce(0) {
      $0 + (factor * $1.0 - $1.1) * (factor * $1.0 - $1.1)
    }
    let count = Double(changes.count)
    return Outcome(value: errors / count, ofNothing: changes.reduce(0) { $0 + $1 * $1 } / count)
  }

  private func perturbed(_ image: Tensor, sample: Int, image place: Int) -> Tensor {
    var stream = RandomStream(seed: seed, 0x1F1D, sample)
    switch perturbation {
    case .given(let tensor): return tensor.slice(sample).slice(place)
    case .gaussian(let deviation): return image.map { _ in deviation * stream.normal() }
    case .square(let side):
      let (height, width) = (image.shape[1], image.shape[2])
      let top = Int.random(in: 0...max(0, height - side), using: &stream)
      let left = Int.random(in: 0...max(0, width - side), using: &stream)
      return Tensor(
        image.shape,
        image.scalars.indices.map { i in
          let inside =
            top..<top + side ~= i / width % height && left..<left + side ~= i % width
          return inside ? image.scalars[i] : 0
        })
    }
  }
}

extension Tensor {
  /// The inner product of a map with an image `[C, H, W]`, in double precision; a map `[H, W]` counts
  /// for every channel.
  fileprivate func sharedDot(_ image: Tensor) -> Double {
    withUnsafeBufferPointer { map in
      image.withUnsafeBufferPointer { image in
        var sum = 0.0
        for i in 0..<image.count { sum += Double(map[i % map.count]) * Double(image[i]) }
        return sum
      }
    }
  }
}
