import FacetTensor

/// The checks behind ``Graph/init(nodes:output:modules:)``; a graph read from a file is not trusted.
enum GraphValidation {
  /// Settings beyond these are refused: they stand for no image network, and products of them must
  /// not overflow.
  static let largestChannels = 1 << 24
  static let largestExtent = 1 << 32
  static let largestCount = 1 << 48

  static func check(nodes: [Node], output: NodeID, modules: [LayerPath: NodeID])
    throws(GraphError)
  {
    guard let first = nodes.first, first.op.isInput, first.inputs.isEmpty else {
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
      if index > 0, node.op.isInput {
        throw .malformed(reason: "it has a second input, '\(node.path)'")
      }
      if node.op.isSource, !node.inputs.isEmpty {
        throw .malformed(reason: "'\(node.path)' takes no values, but names some")
      }
      values.append(try shape(of: node, values))
    }
  }

  /// An operator's settings must be checked before its parameters' shapes are asked for.
  static func checkSettings(_ op: Op, _ path: LayerPath) throws(GraphError) {
    if let reason = op.badSetting {
      throw .shapeMismatch(path, op: op.kind.rawValue, reason: reason)
    }
    for (role, shape) in op.parameterShapes where !ValueShape(shape).isComputable {
      throw .shapeMismatch(
        path, op: op.kind.rawValue,
        reason: "its \(role) would have the extents \(ValueShape(shape).list)")
    }
  }

  static func shape(of node: Node, _ values: [ValueShape]) throws(GraphError) -> ValueShape {
    do {
      return try node.op.valueShape(of: node.inputs.map { values[$0.index] })
    } catch {
      throw .shapeMismatch(node.path, op: node.op.kind.rawValue, reason: error.reason)
    }
  }
}
