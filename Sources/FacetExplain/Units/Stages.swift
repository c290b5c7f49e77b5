import FacetGraph
import FacetTensor

extension Model {
  /// The network up to the last of some layers, which becomes its output.
  func upTo(_ paths: [LayerPath]) throws(GraphError) -> Model {
    var last = graph.input
    for path in paths {
      let id = try graph.node(at: path).id
      if id.index > last.index { last = id }
    }
    let cut = try Graph(
      nodes: Array(graph.nodes[...last.index]), output: last,
      modules: graph.modules.filter { $0.value.index <= last.index })
    var card = card
    card.embeddingLayer = graph[last].path
    card.camLayer = graph[last].path
    return try Model(graph: cut, parameters: parameters, card: card)
  }
}

extension Graph {
  /// The last rectified maps of every size, in order: where a network's stages end, for a
  /// layer-by-layer view. Sizes are for an image of `height` x `width` pixels.
  public func stages(height: Int, width: Int) throws(GraphError) -> [LayerPath] {
    let shapes = try shapes(input: inputShape(images: 1, height: height, width: width))
    var stages: [(size: [Int], path: LayerPath)] = []
    for node in nodes where node.op.isRectifier || node.op.kind == .concat {
      let shape = shapes[node.id.index]
      guard shape.rank == 4, shape[2] * shape[3] > 1 else { continue }
      let size = [shape[2], shape[3]]
      stages.removeAll { $0.size == size }
      stages.append((size, node.path))
    }
    return stages.map(\.path)
  }
}
