import FacetTensor

/// One line of what `facet inspect` prints.
public struct LayerSummary: Hashable, Codable, Sendable {
  public let path: LayerPath
  public let kind: OpKind
  /// Extents of the value for one image, without the batch.
  public let outputShape: [Int]
  /// Learnt numbers.
  public let parameters: Int
  /// Multiply-accumulate operations for one image; padded taps are counted, biases aren't.
  public let multiplyAccumulates: Int
}

extension Model {
  /// Every layer with its shape and cost for one image of the given size in pixels.
  public func summary(height: Int, width: Int) throws(GraphError) -> [LayerSummary] {
    let shapes = try graph.shapes(input: [1, graph.inputChannels, height, width])
    return graph.nodes.map { node in
      let shape = shapes[node.id.index]
      return LayerSummary(
        path: node.path, kind: node.op.kind, outputShape: shape.dropFirst().extents,
        parameters: node.parameters.prefix(node.op.learnableParameterCount)
          .reduce(0) { $0 + (parameters[$1]?.count ?? 0) },
        multiplyAccumulates: node.op.multiplyAccumulates(output: shape))
    }
  }
}

extension Op {
  fileprivate func multiplyAccumulates(output: Shape) -> Int {
    switch self {
    case .convolution(let c):
      output.count * (c.inChannels / c.groups) * c.kernel.height * c.kernel.width
    case .linear(let inFeatures, let outFeatures, _): inFeatures * outFeatures
    default: 0
    }
  }
}
