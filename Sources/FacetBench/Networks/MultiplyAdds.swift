import FacetGraph
import FacetTensor

/// Multiply-adds of a network's convolutions and fully connected layers, counted from its graph. Taps
/// that fall on padding count; everything else (norms, pools, biases) doesn't.
public struct MultiplyAdds: Equatable, Sendable {
  private let graph: Graph
  private let counts: [Int]

  /// The counts for a batch of images `[N, C, H, W]`.
  public init(_ graph: Graph, input: Shape) throws(GraphError) {
    let shapes = try graph.shapes(input: input)
    self.graph = graph
    counts = graph.nodes.map { node in
      let value = shapes[node.id.index].count
      switch node.op {
      case .convolution(let c):
        return value * (c.inChannels / c.groups) * c.kernel.height * c.kernel.width
      case .transposedConvolution(let c):
        let taken = shapes[node.inputs[0].index].count
        return taken * (c.outChannels / c.groups) * c.kernel.height * c.kernel.width
      case .linear(let inFeatures, _, _): return value * inFeatures
      default: return 0
      }
    }
  }

  /// Of a forward run.
  public var forward: Int { counts.reduce(0, +) }

  /// Of a forward run and the gradient at a layer: every layer above it once more.
  public func explaining(_ layer: LayerPath) throws(GraphError) -> Int {
    let start = try graph.node(at: layer).id
    let above = graph.descendants(of: start).subtracting([start])
    return forward + above.reduce(0) { $0 + counts[$1.index] }
  }

  /// Of a step of training: forward, the gradient of all weights, and the gradient of every layer's
  /// input that leads to weights.
  public var training: Int {
    var learnt: Set<NodeID> = []
    var signals = 0
    for node in graph.nodes {
      if node.inputs.contains(where: learnt.contains) {
        learnt.insert(node.id)
        signals += counts[node.id.index]
      }
      if node.op.learnableParameterCount > 0 { learnt.insert(node.id) }
    }
    return 2 * forward + signals
  }
}
