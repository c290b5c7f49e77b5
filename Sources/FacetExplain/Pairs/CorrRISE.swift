import FacetEngine
import FacetGraph
import FacetTensor

/// CorrRISE (Lu, Xu and Ebrahimi 2024, "Towards visual saliency explanations of face verification"): for
/// each pixel, the correlation over many random masks of "the pixel is seen" and the score of the image
/// seen through the mask. Positive where seeing the pixel raises the score, negative where it lowers it.
///
/// A mask blackens a few squares. Masks are a function of seed and number alone, so a map doesn't depend
/// on its batch. With scores `Z [F, N]`, centred and for Spearman replaced by their ranks, and masks
/// `M [N, P]` of zeros and ones, all of it is the product `Z M`, divided by the deviations: ranks of a
/// mask are the mask itself up to scale, so the product gives Spearman's rho exactly.
public struct CorrRISE: Explainer {
  public enum Statistic: String, CaseIterable, Hashable, Codable, Sendable {
    /// Of the scores' ranks, ties averaged.
    case spearman
    case pearson
  }

  public var masks: Int
  /// Squares a mask.
  public var patches: Int
  /// A square's side as a share of the image's shorter side; the authors' is 30 of 112 pixels.
  public var side: Double
  public var statistic: Statistic
  public var seed: UInt64
  /// After which no more masks are tried; `nil` for all of them.
  public var budget: TimeBudget?
  /// Hears of the masks tried.
  public var onStep: StepListener?

  public init(
    masks: Int = 500, patches: Int = 3, side: Double = 30.0 / 112, statistic: Statistic = .spearman,
    seed: UInt64 = 0, budget: TimeBudget? = nil, onStep: StepListener? = nil
  ) {
    self.masks = masks
    self.patches = patches
    self.side = side
    self.statistic = statistic
    self.seed = seed
    self.budget = budget
    self.onStep = onStep
  }

  public var name: String { "corrrise" }

  /// The map is `[N, C, H, W]`, equal in all channels, in -1...1; a pixel that is covered by every mask
  /// or by none, and a score that never changes, give 0. Cost: one forward run for each mask.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    try require(masks > 1, "masks", "at least 2", got: masks)
    try require(1...64 ~= patches, "patches", "1 to 64", got: patches)
    try require(side > 0 && side < 1, "side", "between 0 and 1", got: side)
    var used: [Int] = []
    var explanation = try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: [
        "masks": "\(masks)", "patches": "\(patches)", "side": "\(side)",
        "statistic": statistic.rawValue, "seed": "\(seed)",
      ], onStep: onStep
    ) { (run) throws(ExplainError) in
      let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
      let covers = PatchMasks(self, height: height, width: width)
      let black = model.card.input.black(channels: channels)
      var scores = [[Double]](repeating: [], count: run.places.count)
      var tried = 0
      for range in Chunks.ranges(masks, by: run.chunks.forward) {
        // There is no correlation over a single mask.
        if tried > 1, run.isOver(budget, image: run.places.count - 1) { break }
        tried = range.upperBound
        for image in 0..<run.places.count {
          let clean = run.images.slice(image)
          let pictures = run.stack(clean.shape, range) { index, picture in
            covers.write(clean, through: index, black, into: picture)
          }
          scores[image] += try run.scores(ofImages: pictures, as: image).map(Double.init)
        }
        run.tell(tried * run.places.count, of: masks)
      }
      used += run.places.map { _ in tried }
      let planes = covers.prefix(tried)
        .correlations(scores.map(statistic.centred), engine.parallel)
      return .stack(planes.map { $0.repeated(channels: channels) })
    }
    explanation.samples = used
    return explanation
  }

  /// Mask `index` for images of a size, `[height, width]`: 1 where a pixel is seen, else 0.
  public func mask(_ index: Int, height: Int, width: Int) -> Tensor {
    var mask = Tensor([height, width], repeating: 1)
    for square in PatchMasks.squares(self, index, height: height, width: width) {
      for y in square.rows {
        for x in square.columns { mask[y, x] = 0 }
      }
    }
    return mask
  }
}

extension CorrRISE.Statistic {
  /// The numbers that are correlated, with mean 0.
  fileprivate func centred(_ scores: [Double]) -> [Double] {
    let values = self == .spearman ? Self.ranks(scores) : scores
    // Constant scores must have no variance at all, not one of rounding errors.
    guard let first = values.first, values.contains(where: { $0 != first }) else {
      return [Double](repeating: 0, count: values.count)
    }
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  /// Ranks from 1, ascending; equal values take the mean of the ranks they cover.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
