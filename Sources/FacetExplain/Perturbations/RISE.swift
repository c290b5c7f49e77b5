import FacetEngine
import FacetGraph
import FacetTensor
import FacetThreads

/// RISE (Petsiuk et al. 2018, equation 6): random masks, each weighted by the score of the image seen
/// through it, `sum_i s(x * M_i) M_i / (count p)`.
///
/// Of finitely many masks some places are seen more often than others, and a score far from 0 makes that
/// the map: two photos by the same masks are then more alike than one photo by two sets of masks. So the
/// mean score over all masks is taken off each score first. Where every place is seen equally often,
/// that takes the same number off the whole map and changes nothing else.
///
/// A mask is a coarse grid of zeros and ones, stretched bilinearly to one cell more than the image and
/// cut at a random offset (section 3.2). Masks are a function of seed and number alone, so an image's
/// map doesn't depend on its batch. The paper's score is the probability of a class.
public struct RISE: Explainer {
  public var masks: Int
  /// Cells along each side of the grid.
  public var grid: Int
  /// The probability that a cell is seen.
  public var probability: Float
  public var seed: UInt64
  /// Whether the mean score is taken off; the paper's map has it.
  public var isCentred: Bool
  /// After which no more masks are tried; `nil` for all of them.
  public var budget: TimeBudget?
  /// Hears of the masks tried.
  public var onStep: StepListener?

  public init(
    masks: Int = 4000, grid: Int = 7, probability: Float = 0.5, seed: UInt64 = 0,
    isCentred: Bool = true, budget: TimeBudget? = nil, onStep: StepListener? = nil
  ) {
    self.masks = masks
    self.grid = grid
    self.probability = probability
    self.seed = seed
    self.isCentred = isCentred
    self.budget = budget
    self.onStep = onStep
  }

  public var name: String { "rise" }

  /// The map is `[N, C, H, W]`, equal in all channels. Cost: one forward run for each mask.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    try require(masks > 0, "masks", "at least 1", got: masks)
    try require(1...256 ~= grid, "grid", "1 to 256", got: grid)
    try require(probability > 0 && probability <= 1, "probability", "in 0...1", got: probability)
    var used: [Int] = []
    var explanation = try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: [
        "masks": "\(masks)", "grid": "\(grid)", "probability": "\(probability)", "seed": "\(seed)",
        "mean score": isCentred ? "taken off" : "left in",
      ], onStep: onStep
    ) { (run) throws(ExplainError) in
      let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
      let none = [Double](repeating: 0, count: height * width)
      // For each image the sum of masks by their scores, and of the scores; the sum of the masks.
      var sums = [[Double]](repeating: none, count: run.places.count)
      var scoreSums = [Double](repeating: 0, count: run.places.count)
      var maskSum = none
      var tried = 0
      for range in Chunks.ranges(masks, by: run.chunks.forward) {
        if tried > 0, run.isOver(budget, image: run.places.count - 1) { break }
        tried = range.upperBound
        let seen = run.engine.parallel.map(range.count) {
          mask(range.lowerBound + $0, height: height, width: width)
        }
        for image in 0..<run.places.count {
          let clean = run.images.slice(image)
          let pictures = run.stack(clean.shape, range) { index, picture in
            clean.write(maskedBy: seen[index - range.lowerBound], into: picture)
          }
          for (score, mask) in Swift.zip(try run.scores(ofImages: pictures, as: image), seen) {
            sums[image].add(mask, times: Double(score))
            scoreSums[image] += Double(score)
          }
        }
        for mask in seen { maskSum.add(mask, times: 1) }
        run.tell(tried * run.places.count, of: masks)
      }
      used += run.places.map { _ in tried }
      let scale = 1 / (Double(tried) * Double(probability))
      return .stack(
        Swift.zip(sums, scoreSums).map { sum, scores in
          let base = isCentred ? scores / Double(tried) : 0
          let map = Swift.zip(sum, maskSum).map { Float(($0 - base * $1) * scale) }
          return Tensor([height, width], map).repeated(channels: channels)
        })
    }
    explanation.samples = used
    return explanation
  }

  /// Mask `index` for images of a size, `[height, width]`, with values in 0...1.
  package func mask(_ index: Int, height: Int, width: Int) -> Tensor {
    var stream = RandomStream(seed: seed, 0x0215E, index)
    let cells = Tensor(
      [grid, grid], (0..<grid * grid).map { _ in stream.happens(probability) ? 1 : 0 })
    let (cellHeight, cellWidth) = ((height + grid - 1) / grid, (width + grid - 1) / grid)
    let large = cells.resampled(
      height: (grid + 1) * cellHeight, width: (grid + 1) * cellWidth, by: .bilinear)
    let top = Int.random(in: 0..<cellHeight, using: &stream)
    let left = Int.random(in: 0..<cellWidth, using: &stream)
    return Tensor([height, width]) { out in
      for y in 0..<height {
        for x in 0..<width {
          out.initializeElement(
            at: y * width + x,
            to: large.scalars[(top + y) * (grid + 1) * cellWidth + left + x])
        }
      }
    }
  }
}

extension [Double] {
  /// Adds a plane times a factor.
  fileprivate mutating func add(_ plane: Tensor, times factor: Double) {
    plane.withUnsafeBufferPointer { plane in
      for i in indices { self[i] += factor * Double(plane[i]) }
    }
  }
}
