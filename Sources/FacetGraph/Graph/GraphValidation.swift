import FacetTensor

/// The checks behind ``Graph/init(nodes:output:modules:)``; a graph read from a file is not trusted.
enum GraphValidation {
  /// Settings beyond these are refused: they stand for no image network, and products of them must
  /// not overflow.
  static let largestChannels = 1 << 24
  private static let largestWindow = 1 << 12

  static func check(nodes: [Node], output: NodeID, modules: [LayerPath: NodeID])
    throws(GraphError)
  {
    guard let first = nodes.first, case .input = first.op, first.inputs.isEmpty else {
      throw .malformed(reason: "its first node must be the input")
    }
    guard nodes.indices.contains(output.index) else {
      throw .malformed(reason: "its output is node \(output.index) of \(nodes.count)")
    }
    if let (path, id) = modules.first(where: { !nodes.indices.contains($1.index) }) {
      throw .malformed(reason: "module '\(path)' ends at node \(id.index) of \(nodes.count)")
    }
    var paths: Set<LayerPath> = []
    var values: [ValueShape] = []
    for (index, node) in nodes.enumerated() {
      guard node.id.index == index else {
        throw .malformed(reason: "node \(index) says it is node \(node.id.index)")
      }
      guard paths.insert(node.path).inserted else { throw .duplicatePath(node.path) }
      guard node.inputs.allSatisfy({ 0..<index ~= $0.index }) else {
        throw .malformed(reason: "layer '\(node.path)' takes a value that isn't computed before it")
      }
      try checkSettings(node.op, node.path)
      guard node.parameters.count == node.op.parameterShapes.count else {
        throw .malformed(
          reason: "layer '\(node.path)' names \(node.parameters.count) parameters; "
            + "\(node.op.parameterShapes.count) were expected")
      }
      if index > 0, case .input = node.op {
        throw .malformed(reason: "it has a second input, '\(node.path)'")
      }
      values.append(try shape(of: node, values))
    }
  }

  /// An operator's settings must be checked before its parameters' shapes are asked for.
  static func checkSettings(_ op: Op, _ path: LayerPath) throws(GraphError) {
    if let reason = op.badSetting {
      throw .shapeMismatch(path, op: op.kind.rawValue, reason: reason)
    }
  }

  static func shape(of node: Node, _ values: [ValueShape]) throws(GraphError) -> ValueShape {
    do {
      return try node.op.valueShape(of: node.inputs.map { values[$0.index] })
    } catch {
      throw .shapeMismatch(node.path, op: node.op.kind.rawValue, reason: error.reason)
    }
  }

  fileprivate static func bad(channels: Int...) -> String? {
    channels.allSatisfy { 1...largestChannels ~= $0 }
      ? nil : "channels must be 1 to \(largestChannels), not \(channels)"
  }

  fileprivate static func bad(windows: Extent...) -> String? {
    windows.allSatisfy { 1...largestWindow ~= $0.height && 1...largestWindow ~= $0.width }
      ? nil : "kernel, stride and dilation must be 1 to \(largestWindow)"
  }

  fileprivate static func bad(padding: Extent, below limit: Extent) -> String? {
    0...limit.height ~= padding.height && 0...limit.width ~= padding.width
      ? nil : "a padding of \(padding) doesn't go with a kernel of \(limit)"
  }
}

extension Op {
  /// What is wrong with the operator's settings; `nil` when nothing is.
  fileprivate var badSetting: String? {
    switch self {
    case .input(let channels), .prelu(let channels):
      return GraphValidation.bad(channels: channels)
    case .convolution(let c):
      if let bad = GraphValidation.bad(channels: c.inChannels, c.outChannels) { return bad }
      if let bad = GraphValidation.bad(windows: c.kernel, c.stride, c.dilation) { return bad }
      guard c.groups > 0, c.inChannels % c.groups == 0, c.outChannels % c.groups == 0 else {
        return "\(c.inChannels) and \(c.outChannels) channels don't split into \(c.groups) groups"
      }
      return c.padding.height >= 0 && c.padding.width >= 0 && c.padding.height < 4096
        && c.padding.width < 4096 ? nil : "a padding of \(c.padding)"
    case .linear(let inFeatures, let outFeatures, _):
      return inFeatures > 0 && inFeatures < 1 << 32
        ? GraphValidation.bad(channels: outFeatures) : "\(inFeatures) features"
    case .batchNorm(let channels, let epsilon, let momentum):
      guard epsilon >= 0, 0...1 ~= momentum else {
        return "epsilon \(epsilon), momentum \(momentum)"
      }
      return GraphValidation.bad(channels: channels)
    case .maxPool(let pool), .averagePool(let pool, _):
      return GraphValidation.bad(windows: pool.kernel, pool.stride)
        ?? GraphValidation.bad(
          padding: pool.padding, below: Extent(pool.kernel.height / 2, pool.kernel.width / 2))
    case .adaptiveAveragePool(let height, let width):
      return GraphValidation.bad(windows: Extent(height, width))
    case .localResponseNorm(let size, _, _, _):
      return 1...(1 << 12) ~= size ? nil : "a window of \(size) channels"
    case .dropout(let probability):
      return 0..<1 ~= probability ? nil : "a dropout probability of \(probability)"
    case .relu, .add, .concat, .flatten, .softmax, .l2Normalize:
      return nil
    }
  }
}
