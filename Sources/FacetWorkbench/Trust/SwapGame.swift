import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetTensor

/// How well one map maker finds the pixels that changed an answer, swap by swap.
package struct SwapFigures {
  /// The share of the map on the changed pixels.
  package fileprivate(set) var inside: [Double?] = []
  /// 1 where putting back the pixels the map selects restores the first answer, else 0.
  package fileprivate(set) var restored: [Double?] = []
  /// The part of the change of margin that those pixels carry, in 0...1.
  package fileprivate(set) var recovered: [Double?] = []

  /// Without those of maps that are no answer.
  func keeping(_ maps: AnsweredMaps) -> SwapFigures {
    SwapFigures(
      inside: maps.figures(inside), restored: maps.figures(restored),
      recovered: maps.figures(recovered))
  }

  mutating func append(_ other: SwapFigures) {
    inside += other.inside
    restored += other.restored
    recovered += other.recovered
  }
}

/// The game of inpainting (Williford, May and Byrne 2020) on swapped parts: from the top of a map,
/// pixels are put back to what they were, until 5 % of the pixels that the swap didn't change would be
/// among them. A map that knows why the answer changed has restored it by then.
package struct SwapGame {
  package static let falseRate = 0.05

  package let swaps: PartSwaps
  private let model: Model
  private let context: JobContext
  /// The margins of the new answer over the old one, after the swap and before it.
  private let margins: [(after: Double, before: Double)]

  package init(_ model: Model, _ swaps: PartSwaps, _ context: JobContext) throws {
    self.model = model
    self.swaps = swaps
    self.context = context
    let predictor = Predictor(model, engine: context.engine)
    let after = try predictor.answers(swaps.swaps.map(\.after.tensor)).logits
    let before = try predictor.answers(swaps.swaps.map(\.before.tensor)).logits
    margins = swaps.swaps.enumerated().map { index, swap in
      (after.margin(index, swap), before.margin(index, swap))
    }
  }

  /// - Parameter maps: `[N, H, W]` of the swapped photos.
  package func figures(_ maps: Tensor) throws -> SwapFigures {
    let mixed = swaps.swaps.enumerated().map { index, swap in
      let order = PixelOrder(maps.slice(index), ties: .shuffled(seed: context.seed))
      return swap.after.tensor.replaced(
        by: swap.before.tensor, at: order.selection(falseRate: Self.falseRate, mask: swap.changed))
    }
    let logits = try Predictor(model, engine: context.engine).answers(mixed).logits
    var figures = SwapFigures()
    for (index, swap) in swaps.swaps.enumerated() {
      figures.inside.append(MapShare.inside(maps.slice(index).scalars, mask: swap.changed))
      figures.restored.append(logits.slice(index).indexOfMaximum == swap.classBefore ? 1 : 0)
      let (after, before) = margins[index]
      let change = after - before
      // Holes made by a few pixels may push the margin anywhere: more than all counts as all.
      let part = (after - logits.margin(index, swap)) / change
      figures.recovered.append(change > 0 ? min(max(part, 0), 1) : nil)
    }
    return figures
  }
}

extension Tensor {
  /// Of logits `[N, classes]`, the new answer's minus the old one's.
  fileprivate func margin(_ row: Int, _ swap: PartSwaps.Swap) -> Double {
    Double(self[row, swap.classAfter]) - Double(self[row, swap.classBefore])
  }

  /// An image `[C, H, W]` with some pixels of another.
  fileprivate func replaced(by other: Tensor, at pixels: [Bool]) -> Tensor {
    Tensor(
      shape,
      scalars.indices.map { pixels[$0 % pixels.count] ? other.scalars[$0] : scalars[$0] })
  }
}
