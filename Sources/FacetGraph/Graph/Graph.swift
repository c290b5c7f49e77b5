import FacetTensor

/// The place of a node in its graph's ``Graph/nodes``.
public struct NodeID: Hashable, Codable, Sendable {
  public let index: Int

  public init(_ index: Int) { self.index = index }
}

/// One operation of a graph.
public struct Node: Hashable, Codable, Sendable {
  public let id: NodeID
  public let path: LayerPath
  public let op: Op
  public let inputs: [NodeID]
  /// Names of the parameters, in the order of ``Op/parameterShapes``.
  public let parameters: [String]
}

/// A network as a value: its operations in an order in which they can be run.
///
/// A graph has one input and one output. It holds no image size, no weights and no state; a trained
/// network is a ``Model``.
public struct Graph: Hashable, Sendable {
  /// Every node comes after its inputs; `nodes[i].id.index == i`.
  public let nodes: [Node]
  public let output: NodeID
  /// Paths of whole modules (`layer4.1`, `features`), each standing for its last node.
  public let modules: [LayerPath: NodeID]

  /// A graph from its nodes, checked: order, unique paths, operator settings and channels.
  public init(nodes: [Node], output: NodeID, modules: [LayerPath: NodeID] = [:])
    throws(GraphError)
  {
    try GraphValidation.check(nodes: nodes, output: output, modules: modules)
    self.nodes = nodes
    self.output = output
    self.modules = modules
  }

  public subscript(id: NodeID) -> Node { nodes[id.index] }

  /// The node that takes the images.
  public var input: NodeID { NodeID(0) }

  /// The number of channels of the images.
  public var inputChannels: Int {
    guard case .input(let channels) = nodes[0].op else { preconditionFailure("no input node") }
    return channels
  }

  /// The node a path names: a layer itself, or a module's last layer.
  public func node(at path: LayerPath) throws(GraphError) -> Node {
    if let node = nodes.first(where: { $0.path == path }) { return node }
    if let id = modules[path] { return self[id] }
    let names = nodes.map(\.path.name) + modules.keys.map(\.name).sorted()
    throw .unknownLayer(path, suggestion: Suggestion.nearest(to: path.name, among: names))
  }

  /// For each node, the nodes that take its value.
  public var consumers: [[NodeID]] {
    var consumers = [[NodeID]](repeating: [], count: nodes.count)
    for node in nodes {
      for input in Set(node.inputs) { consumers[input.index].append(node.id) }
    }
    return consumers
  }

  /// The nodes whose values `id` depends on, itself included.
  public func ancestors(of id: NodeID) -> Set<NodeID> {
    var found: Set<NodeID> = [id]
    for node in nodes[...id.index].reversed() where found.contains(node.id) {
      found.formUnion(node.inputs)
    }
    return found
  }

  /// The nodes whose values depend on `id`, itself included.
  public func descendants(of id: NodeID) -> Set<NodeID> {
    var found: Set<NodeID> = [id]
    for node in nodes[id.index...] where node.inputs.contains(where: found.contains) {
      found.insert(node.id)
    }
    return found
  }

  /// The shape of every node's value for a batch of images `[N, C, H, W]`.
  public func shapes(input: Shape) throws(GraphError) -> [Shape] {
    guard input.rank == 4, input[1] == inputChannels, input.extents.allSatisfy({ $0 > 0 }) else {
      throw .badInput(expected: "images [N, \(inputChannels), H, W]", got: input)
    }
    var values: [ValueShape] = []
    for node in nodes {
      if case .input = node.op {
        values.append(.map(channels: input[1], height: input[2], width: input[3]))
      } else {
        values.append(try GraphValidation.shape(of: node, values))
      }
    }
    var shapes: [Shape] = []
    for (node, value) in Swift.zip(nodes, values) {
      guard let shape = value.shape(batch: input[0]) else {
        throw .shapeMismatch(
          node.path, op: node.op.kind.rawValue, reason: "its size is unknown")
      }
      shapes.append(shape)
    }
    return shapes
  }
}

extension Graph {
  /// The shape of one node's value from full shapes of its inputs, batch first.
  public func shape(of node: Node, inputs: [Shape]) throws(GraphError) -> Shape {
    let batch = inputs.first?[0] ?? 1
    let values = inputs.map { shape in
      shape.rank == 4
        ? ValueShape.map(channels: shape[1], height: shape[2], width: shape[3])
        : ValueShape.vector(features: shape.dropFirst().count)
    }
    do {
      if let shape = try node.op.valueShape(of: values).shape(batch: batch) { return shape }
    } catch {
      throw .shapeMismatch(node.path, op: node.op.kind.rawValue, reason: error.reason)
    }
    throw .shapeMismatch(node.path, op: node.op.kind.rawValue, reason: "its size is unknown")
  }
}

extension Graph {
  /// The shapes of a run that starts at the value of a layer, for that layer and for all whose values
  /// depend on nothing else; `nil` for the others.
  ///
  /// - Parameter value: `[N, C, H, W]` or `[N, F]`, as the layer has it.
  public func shapes(resumingFrom start: NodeID, value: Shape) throws(GraphError) -> [Shape?] {
    try check(value, at: start)
    var shapes = [Shape?](repeating: nil, count: nodes.count)
    shapes[start.index] = value
    for node in nodes[(start.index + 1)...] {
      let inputs = node.inputs.compactMap { shapes[$0.index] }
      if !inputs.isEmpty, inputs.count == node.inputs.count {
        shapes[node.id.index] = try shape(of: node, inputs: inputs)
      }
    }
    return shapes
  }

  /// Checks what a value's shape shares with all values of a layer: channels or features.
  private func check(_ value: Shape, at start: NodeID) throws(GraphError) {
    var values: [ValueShape] = []
    for node in nodes[...start.index] { values.append(try GraphValidation.shape(of: node, values)) }
    let expected: String
    switch values[start.index] {
    case .map(let channels, let h, let w):
      if value.rank == 4, value.count > 0, value[1] == channels, h ?? value[2] == value[2],
        w ?? value[3] == value[3]
      {
        return
      }
      expected = "[N, \(channels), H, W]"
    case .vector(let features):
      if value.rank == 2, value.count > 0, features ?? value[1] == value[1] { return }
      expected = "[N, \(features.map(String.init) ?? "F")]"
    }
    throw .badInput(expected: "values \(expected) after '\(nodes[start.index].path)'", got: value)
  }
}

extension Graph: Codable {
  private enum CodingKeys: String, CodingKey {
    case nodes
    case output
    case modules
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let modules = try container.decode([String: NodeID].self, forKey: .modules)
    try self.init(
      nodes: container.decode([Node].self, forKey: .nodes),
      output: container.decode(NodeID.self, forKey: .output),
      modules: Dictionary(uniqueKeysWithValues: modules.map { (LayerPath($0), $1) }))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(output, forKey: .output)
    try container.encode(
      Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $1) }), forKey: .modules)
  }
}
