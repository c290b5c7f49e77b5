import FacetEngine
import FacetGraph
import FacetTensor

/// A map from which a network's embedding is an affine function: every layer between them adds,
/// averages or multiplies by constants, so the embedding is a sum over the map's cells and a constant.
///
/// A global average is the usual case. MobileFaceNet's global depthwise convolution, batch norm and
/// fully connected layer are another: each cell has weights of its own, and the biases are the constant.
struct AffineHead: Equatable {
  /// The layer whose cells are added up.
  let map: LayerPath
  /// What is an affine function of it: the card's embedding layer, or what a last L2 norm is taken of,
  /// which changes no cosine.
  let embedding: LayerPath

  /// - Parameters:
  ///   - layer: the map; `nil` is the last value before the embedding that has several places.
  ///   - input: the images' shape, which decides how many places a layer has.
  /// - Throws: `notAdditive` where a layer between the two is not affine, or the embedding depends on
  ///   more than the map.
  init(of model: Model, layer: LayerPath?, input: Shape) throws(ExplainError) {
    let graph = model.graph
    let (shapes, wanted, card) = try ExplainError.wrappingGraph {
      () throws(GraphError) -> ([Shape], Node?, Node) in
      let wanted: Node? = if let layer { try graph.node(at: layer) } else { nil }
      return (
        try graph.shapes(input: input), wanted, try graph.node(at: model.card.embeddingLayer)
      )
    }
    var end = card
    while case .l2Normalize = end.op { end = graph[end.inputs[0]] }
    let walk = Walk(graph: graph, constants: graph.constants, shapes: shapes)
    let map: Node
    if let wanted { map = wanted } else { map = try walk.lastMap(before: end) }
    guard walk.hasPlaces(map) else { throw .notAMap(map.path, got: shapes[map.id.index]) }
    try walk.check(from: map, to: end)
    self.map = map.path
    embedding = end.path
  }
}

/// Steps through a graph with what is known of it.
private struct Walk {
  let graph: Graph
  let constants: Set<NodeID>
  let shapes: [Shape]

  /// Whether a value is a map of more than one cell.
  func hasPlaces(_ node: Node) -> Bool {
    let shape = shapes[node.id.index]
    return shape.rank == 4 && shape[2] * shape[3] > 1
  }

  private func varying(_ node: Node) -> [NodeID] {
    node.inputs.filter { !constants.contains($0) }
  }

  /// The nearest map that `end` is made of.
  func lastMap(before end: Node) throws(ExplainError) -> Node {
    var node = end
    while !hasPlaces(node) {
      let inputs = Set(varying(node))
      guard let only = inputs.first, inputs.count == 1, isAffine(node) else {
        throw refusal(end, node)
      }
      node = graph[only]
    }
    return node
  }

  /// Refuses layers between the two that aren't affine, and other sources than `map`.
  func check(from map: Node, to end: Node) throws(ExplainError) {
    let between = graph.descendants(of: map.id).intersection(graph.ancestors(of: end.id))
    guard between.contains(end.id) else {
      throw .engine(.notReached(map.path, from: end.path))
    }
    for id in between.sorted(by: { $0.index < $1.index }) where id != map.id {
      let node = graph[id]
      guard isAffine(node), varying(node).allSatisfy(between.contains) else {
        throw refusal(end, node)
      }
    }
  }

  private func refusal(_ end: Node, _ node: Node) -> ExplainError {
    .notAdditive(embedding: end.path, because: node.path, op: node.op.label)
  }

  /// Whether a node's value is an affine function of its inputs that aren't constants, in inference.
  private func isAffine(_ node: Node) -> Bool {
    switch node.op {
    case .convolution, .transposedConvolution, .linear, .batchNorm, .averagePool,
      .adaptiveAveragePool, .add, .concat, .join, .flatten, .dropout, .reshape, .transpose, .slice,
      .pad, .resize, .gather, .expand:
      true
    case .arithmetic(.add), .arithmetic(.subtract), .activation(.negative): true
    case .arithmetic(.multiply), .matrixProduct: varying(node).count == 1
    case .arithmetic(.divide): node.inputs.count == 2 && constants.contains(node.inputs[1])
    case .reduction(let reduction): reduction.kind == .sum || reduction.kind == .mean
    default: false
    }
  }
}
