import FacetTensor

/// One line of what `facet inspect` prints.
public struct LayerSummary: Hashable, Codable, Sendable {
  public let path: LayerPath
  /// What it computes: `convolution`, `relu`, `sigmoid`.
  public let kind: String
  /// Extents of the value for one image, without the batch.
  public let outputShape: [Int]
  /// Learnt numbers.
  public let parameters: Int
  /// Multiply-accumulate operations for one image; padded taps are counted, biases aren't.
  public let multiplyAccumulates: Int
}

extension Graph {
  /// Every layer with its shape and cost for one image of the given size in pixels.
  public func summary(height: Int, width: Int) throws(GraphError) -> [LayerSummary] {
    let shapes = try shapes(input: inputShape(images: 1, height: height, width: width))
    return nodes.map { node in
      let shape = shapes[node.id.index]
      return LayerSummary(
        path: node.path, kind: node.op.label, outputShape: shape.dropFirst().extents,
        parameters: node.op.parameterShapes.prefix(node.op.learnableParameterCount)
          .reduce(0) { $0 + $1.shape.count },
        multiplyAccumulates: node.op.multiplyAccumulates(
          output: shape, inputs: node.inputs.map { shapes[$0.index] }))
    }
  }
}

extension Model {
  /// See ``Graph/summary(height:width:)``.
  public func summary(height: Int, width: Int) throws(GraphError) -> [LayerSummary] {
    try graph.summary(height: height, width: width)
  }
}

extension [LayerSummary] {
  /// The cost of all layers; a graph that was made to do harm costs the most that can be told.
  public var multiplyAccumulates: Int {
    reduce(0) { sum, layer in
      let (next, overflow) = sum.addingReportingOverflow(layer.multiplyAccumulates)
      return overflow ? .max : next
    }
  }
}

extension Op {
  fileprivate func multiplyAccumulates(output: Shape, inputs: [Shape]) -> Int {
    let factors: [Int] =
      switch self {
      case .convolution(let c):
        [output.count, c.inChannels / c.groups, c.kernel.height, c.kernel.width]
      case .transposedConvolution(let c):
        [inputs[0].count, c.outChannels / c.groups, c.kernel.height, c.kernel.width]
      case .linear(let inFeatures, let outFeatures, _): [inFeatures, outFeatures]
      case .matrixProduct: [output.count, inputs[0].extents.last ?? 1]
      default: [0]
      }
    // A graph that was made to do harm costs the most that can be told.
    return factors.reduce(1) { product, factor in
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : next
    }
  }
}
