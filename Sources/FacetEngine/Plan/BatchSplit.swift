import FacetGraph
import FacetTensor

/// Where a network is cut so that a batch runs through its first part a few images at a time.
///
/// The first layers' maps are large and their weights small: a whole batch of maps would go to memory
/// and back at every layer, while a few images' stay in the cache. Later layers have small maps and
/// large weights, which are read once for the whole batch.
struct BatchSplit: Hashable, Sendable {
  /// The layer whose value is handed over; all that follows depends on it alone.
  let cut: NodeID
  /// Images that go through the first part together.
  let images: Int

  /// Floats of maps that the cache holds beside weights.
  private static let cachedMap = 1 << 20
  /// Floats of parameters that the cache holds while images go by; Winograd's are four times as many.
  private static let cachedWeights = 1 << 19

  /// - Parameters:
  ///   - shapes: of the whole batch.
  ///   - kept: values that are handed out: none of them before the cut.
  /// - Returns: `nil` where cutting gains nothing.
  init?(_ graph: Graph, _ shapes: [Shape], kept: Set<NodeID>) {
    let batch = shapes[0].rank == 4 ? shapes[0][0] : 1
    guard batch > 1, graph.fixedBatch == nil else { return nil }
    var lastUse = [Int](repeating: 0, count: graph.nodes.count)
    for node in graph.nodes {
      for input in node.inputs { lastUse[input.index] = node.id.index }
    }
    let constants = graph.constants
    var (open, weights, largest) = (0, 0, 0)
    var best: (cut: NodeID, largest: Int)?
    for node in graph.nodes {
      let shape = shapes[node.id.index]
      if node.op.isSource && !node.op.isInput { continue }
      weights += node.op.parameterShapes.reduce(0) { $0 + $1.shape.count }
      if weights > Self.cachedWeights { break }
      guard shape.rank == 4, shape[0] == batch else { break }
      if !node.op.isInput { largest = max(largest, Value.imageCount(shape, .blocked)) }
      if open <= node.id.index, !node.op.isInput, node.op.worksOnBlocks {
        best = (node.id, largest)
      }
      if !constants.contains(node.id) { open = max(open, lastUse[node.id.index]) }
      if kept.contains(node.id) && !node.op.isInput { break }
    }
    guard let best, best.largest * 2 > Self.cachedMap / 2 else { return nil }
    // An unfused end would be computed and then read again.
    let images = max(1, Self.cachedMap / best.largest)
    guard batch > images else { return nil }
    cut = best.cut
    self.images = images
  }
}
