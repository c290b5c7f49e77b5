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

  public init(id: NodeID, path: LayerPath, op: Op, inputs: [NodeID], parameters: [String]) {
    self.id = id
    self.path = path
    self.op = op
    self.inputs = inputs
    self.parameters = parameters
  }
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

  /// The extents of the input; `nil` for the batch and for sizes that are free.
  public var inputExtents: [Int?] {
    switch nodes[0].op {
    case .input(let channels): [nil, channels, nil, nil]
    case .arrayInput(let extents): extents
    default: preconditionFailure("no input node")
    }
  }

  /// The number of channels of the images; 1 where the input has no such axis or leaves it open.
  public var inputChannels: Int { ValueShape(inputExtents).channels ?? 1 }

  /// The one batch size that a graph from elsewhere was made for; `nil` when it takes any.
  public var fixedBatch: Int? { inputExtents.first ?? nil }

  /// The input's shape for so many images of this size; extents that the graph fixes stay as they are.
  public func inputShape(images: Int, height: Int, width: Int) -> Shape {
    let free = [images, inputChannels, height, width]
    return Shape(
      inputExtents.enumerated().map { axis, extent in extent ?? (axis < 4 ? free[axis] : 1) })
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

  /// The nodes whose values are the same in all runs: those that depend on no input.
  public var constants: Set<NodeID> {
    var varying: Set<NodeID> = []
    for node in nodes where node.op.isInput || node.inputs.contains(where: varying.contains) {
      varying.insert(node.id)
    }
    return Set(nodes.map(\.id)).subtracting(varying)
  }

  /// The shape of every node's value for a batch of images `[N, C, H, W]`.
  public func shapes(input: Shape) throws(GraphError) -> [Shape] {
    let expected = ValueShape(inputExtents)
    guard expected.agrees(with: ValueShape(input)), ValueShape(input).isComputable else {
      throw .badInput(expected: Self.text(expected), got: input)
    }
    var values: [ValueShape] = []
    for node in nodes {
      values.append(
        node.op.isInput ? ValueShape(input) : try GraphValidation.shape(of: node, values))
    }
    var shapes: [Shape] = []
    for (node, value) in Swift.zip(nodes, values) {
      guard let shape = value.shape else {
        throw .shapeMismatch(
          node.path, op: node.op.kind.rawValue, reason: "its size is unknown")
      }
      shapes.append(shape)
    }
    return shapes
  }

  private static func text(_ expected: ValueShape) -> String {
    let letters = ["N", "C", "H", "W"]
    let extents = expected.extents.enumerated().map { axis, extent in
      extent.map(String.init) ?? (axis < 4 ? letters[axis] : "?")
    }
    return (expected.rank == 4 ? "images [" : "an array [") + extents.joined(separator: ", ") + "]"
  }
}

extension Graph {
  /// The shape of one node's value from full shapes of its inputs, batch first.
  public func shape(of node: Node, inputs: [Shape]) throws(GraphError) -> Shape {
    do {
      if let shape = try node.op.valueShape(of: inputs.map { ValueShape($0) }).shape {
        return shape
      }
    } catch {
      throw .shapeMismatch(node.path, op: node.op.kind.rawValue, reason: error.reason)
    }
    throw .shapeMismatch(node.path, op: node.op.kind.rawValue, reason: "its size is unknown")
  }

  /// What is known of every node's value before an image is given.
  public var openShapes: [ValueShape] {
    get throws(GraphError) {
      var values: [ValueShape] = []
      for node in nodes { values.append(try GraphValidation.shape(of: node, values)) }
      return values
    }
  }
}

extension Graph {
  /// The shapes of a run that starts at the value of a layer, for that layer and for all whose values
  /// depend on nothing but it and constants; `nil` for the others.
  ///
  /// - Parameter value: `[N, C, H, W]` or `[N, F]`, as the layer has it.
  public func shapes(resumingFrom start: NodeID, value: Shape) throws(GraphError) -> [Shape?] {
    try check(value, at: start)
    var shapes = [Shape?](repeating: nil, count: nodes.count)
    for node in nodes {
      if node.id == start {
        shapes[start.index] = value
      } else if case .constant(let extents) = node.op {
        shapes[node.id.index] = Shape(extents)
      } else {
        // Before the layer, only what depends on constants alone has its inputs' shapes.
        let inputs = node.inputs.compactMap { shapes[$0.index] }
        if !inputs.isEmpty, inputs.count == node.inputs.count {
          shapes[node.id.index] = try shape(of: node, inputs: inputs)
        }
      }
    }
    return shapes
  }

  /// Checks what a value's shape shares with all values of a layer: channels or features.
  private func check(_ value: Shape, at start: NodeID) throws(GraphError) {
    let expected = try openShapes[start.index]
    guard expected.agrees(with: ValueShape(value)), ValueShape(value).isComputable else {
      let letters = expected.rank == 2 ? ["N", "F"] : ["N", "C", "H", "W"]
      let extents = expected.extents.enumerated().map { axis, extent in
        // A size that the graph leaves open is written as its letter.
        axis < letters.count && (axis == 0 || axis > 1 || extent == nil)
          ? letters[axis] : extent.map(String.init) ?? "?"
      }
      throw .badInput(
        expected: "values [\(extents.joined(separator: ", "))] after '\(nodes[start.index].path)'",
        got: value)
    }
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
