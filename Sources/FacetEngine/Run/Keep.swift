import FacetGraph
import FacetTensor

/// Which values a forward run hands out. A kept value is neither fused over nor overwritten; all
/// others may be. The output is always kept.
public struct Keep: Sendable {
  var paths: [LayerPath] = []
  var everything = false
  var backwardTargets: [LayerPath] = []
  var backwardParameters = false

  /// Nothing but the output.
  public static let output = Keep()

  /// Every layer's value.
  public static var all: Keep {
    var keep = Keep()
    keep.everything = true
    return keep
  }

  /// The values of these layers.
  public static func paths(_ paths: [LayerPath]) -> Keep {
    var keep = Keep()
    keep.paths = paths
    return keep
  }

  /// What a backward run down to these layers needs, and these layers' values themselves.
  ///
  /// - Parameter parameters: whether gradients of the parameters will be asked for, of any layer.
  public static func forBackward(to paths: [LayerPath], parameters: Bool = false) -> Keep {
    var keep = Keep()
    keep.paths = paths
    keep.backwardTargets = paths
    keep.backwardParameters = parameters
    return keep
  }

  /// The same and these layers' values too.
  public func and(_ more: [LayerPath]) -> Keep {
    var keep = self
    keep.paths += more
    return keep
  }

  /// Whether a backward run through rectified maps will follow, where rounding opens and shuts gates.
  func passesGates(of graph: Graph, _ shapes: [Shape]) throws(GraphError) -> Bool {
    if backwardParameters { return true }
    var gates = 0
    for path in backwardTargets {
      let target = try graph.node(at: path).id
      for id in graph.descendants(of: target)
      where id != target && graph[id].op.isRectifier && shapes[id.index].rank == 4 { gates += 1 }
    }
    return gates >= Self.someGates
  }

  /// A gate or two above a class activation map's layer weigh little in its channels' means.
  private static let someGates = 3

  /// The nodes to keep, of those that will run.
  func nodes(in graph: Graph, mode: RunMode) throws(GraphError) -> Set<NodeID> {
    if everything { return Set(graph.nodes.map(\.id)) }
    var kept: Set<NodeID> = [graph.output]
    for path in paths { kept.insert(try graph.node(at: path).id) }
    var passed: Set<NodeID> = []
    for path in backwardTargets {
      passed.formUnion(graph.descendants(of: try graph.node(at: path).id))
    }
    for node in graph.nodes where backwardParameters || passed.contains(node.id) {
      let needs = node.op.backwardNeeds(mode: mode, parameters: backwardParameters)
      if needs.inputs { kept.formUnion(node.inputs) }
      if needs.output { kept.insert(node.id) }
    }
    return kept
  }
}

extension Op {
  /// Which values an operator's gradients are computed from.
  func backwardNeeds(mode: RunMode, parameters: Bool) -> (inputs: Bool, output: Bool) {
    switch self {
    case .convolution, .transposedConvolution, .linear: (parameters, false)
    case .batchNorm: (parameters || mode.usesBatchStatistics, false)
    case .prelu, .localResponseNorm, .l2Normalize, .activation, .matrixProduct: (true, false)
    case .maxPool: (true, true)
    case .relu, .softmax, .axisSoftmax: (false, true)
    case .reduction(let reduction):
      [.sum, .mean].contains(reduction.kind) ? (false, false) : (true, true)
    case .arithmetic(let function):
      [.add, .subtract].contains(function) ? (false, false) : (true, false)
    case .input, .arrayInput, .constant, .averagePool, .adaptiveAveragePool, .add, .concat,
      .flatten, .dropout, .reshape, .transpose, .slice, .pad, .resize, .gather, .expand, .join:
      (false, false)
    }
  }
}
