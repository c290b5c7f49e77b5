import FacetGraph
import FacetTensor

/// How many images are run at once: as many as fit in a fixed amount of memory, at most 32.
///
/// It depends on the network and the images' size alone, and no result depends on it.
struct Chunks {
  /// For runs that are followed by a backward run: every value is kept, and as many signals.
  let backward: Int
  /// For runs of which only the output is looked at.
  let forward: Int

  /// Floats that a run may take: 256 MB.
  private static let budget = 1 << 26
  private static let most = 32

  init(_ model: Model, height: Int, width: Int) throws(ExplainError) {
    let shapes = try ExplainError.wrappingGraph({ () throws(GraphError) in
      try model.graph.shapes(
        input: model.graph.inputShape(images: 1, height: height, width: width))
    })
    let counts = shapes.map(\.count)
    if let fixed = model.graph.fixedBatch {
      (backward, forward) = (fixed, fixed)
    } else {
      backward = Self.images(counts.reduce(0, +) * 2)
      forward = Self.images((counts.max() ?? 1) * 4)
    }
  }

  private static func images(_ floats: Int) -> Int { min(most, max(1, budget / max(floats, 1))) }

  /// For runs that resume from a layer of so many floats: its values are most of what there is.
  func resumed(_ floats: Int) -> Int {
    max(forward, min(8 * Self.most, Self.budget / 16 / max(floats, 1)))
  }

  /// `0..<count` in ranges of at most `size`.
  static func ranges(_ count: Int, by size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }
}
