import FacetTensor

/// A part of a network that adds its nodes to a graph, written like a forward pass.
public protocol Module: Sendable {
  /// Adds the module's nodes after the value `x` and returns its output.
  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID
}

/// A graph under construction, seen from inside one module.
///
/// Every call adds a node named below the module's path and checks shapes at once, so an error names
/// the line of the network that is wrong.
public struct Scope {
  private var nodes: [Node] = []
  private var values: [ValueShape] = []
  private var modules: [LayerPath: NodeID] = [:]
  private var path = LayerPath("")

  private init() {}

  /// The graph of `module` for images with the given number of channels.
  public static func graph(channels: Int = 3, _ module: some Module) throws(GraphError) -> Graph {
    try graph(channels: channels) { (scope, x) throws(GraphError) in
      try module.emit(x, into: &scope)
    }
  }

  /// The graph that `body` builds from its input.
  public static func graph(
    channels: Int = 3, _ body: (inout Scope, NodeID) throws(GraphError) -> NodeID
  ) throws(GraphError) -> Graph {
    var scope = Scope()
    let input = try scope.add("input", .input(channels: channels), [])
    let output = try body(&scope, input)
    return try Graph(nodes: scope.nodes, output: output, modules: scope.modules)
  }

  /// Adds a module under `name`; its path then stands for its last node.
  public mutating func module(_ name: String, _ x: NodeID, _ module: some Module)
    throws(GraphError) -> NodeID
  {
    try self.module(name) { (scope) throws(GraphError) in try module.emit(x, into: &scope) }
  }

  /// Adds the nodes of `body` under `name`; the path then stands for the last node.
  public mutating func module(
    _ name: String, _ body: (inout Scope) throws(GraphError) -> NodeID
  ) throws(GraphError) -> NodeID {
    let outer = path
    path = outer.appending(name)
    let output = try body(&self)
    modules[path] = output
    path = outer
    return output
  }

  /// The number of channels or features of a value; `nil` for a vector whose size isn't known yet.
  public func channels(_ x: NodeID) -> Int? {
    values[x.index].channels
  }

  /// Adds one node. The other calls are this one with the operator's settings filled in.
  public mutating func add(_ name: String, _ op: Op, _ inputs: [NodeID]) throws(GraphError)
    -> NodeID
  {
    let full = path.appending(name)
    try GraphValidation.checkSettings(op, full)
    let node = Node(
      id: NodeID(nodes.count), path: full, op: op, inputs: inputs,
      parameters: op.parameterShapes.map { full.appending($0.role).name })
    values.append(try GraphValidation.shape(of: node, values))
    nodes.append(node)
    return node.id
  }
}

extension Scope {
  public mutating func convolution(
    _ name: String, _ x: NodeID, _ outChannels: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true
  ) throws(GraphError) -> NodeID {
    let convolution = Convolution(
      channels(x) ?? 0, outChannels, kernel: Extent(kernel), stride: Extent(stride),
      padding: Extent(padding), dilation: Extent(dilation), groups: groups, bias: bias)
    return try add(name, .convolution(convolution), [x])
  }

  /// `inFeatures` may be left out where the input's size is known.
  public mutating func linear(
    _ name: String, _ x: NodeID, inFeatures: Int? = nil, _ outFeatures: Int, bias: Bool = true
  ) throws(GraphError) -> NodeID {
    guard let features = inFeatures ?? channels(x) else {
      throw .shapeMismatch(
        path.appending(name), op: "linear", reason: "inFeatures must be given: they aren't known")
    }
    return try add(
      name, .linear(inFeatures: features, outFeatures: outFeatures, bias: bias), [x])
  }

  public mutating func batchNorm(_ name: String, _ x: NodeID) throws(GraphError) -> NodeID {
    try add(name, .batchNorm(channels: channels(x) ?? 0, epsilon: 1e-5, momentum: 0.1), [x])
  }

  public mutating func relu(_ name: String, _ x: NodeID) throws(GraphError) -> NodeID {
    try add(name, .relu, [x])
  }

  public mutating func maxPool(
    _ name: String, _ x: NodeID, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false
  ) throws(GraphError) -> NodeID {
    let pool = Pooling(
      kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding), ceilMode: ceilMode)
    return try add(name, .maxPool(pool), [x])
  }

  public mutating func averagePool(
    _ name: String, _ x: NodeID, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false,
    countsPadding: Bool = true
  ) throws(GraphError) -> NodeID {
    let pool = Pooling(
      kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding), ceilMode: ceilMode)
    return try add(name, .averagePool(pool, countsPadding: countsPadding), [x])
  }

  public mutating func adaptiveAveragePool(_ name: String, _ x: NodeID, _ size: Int)
    throws(GraphError) -> NodeID
  {
    try add(name, .adaptiveAveragePool(height: size, width: size), [x])
  }

  public mutating func flatten(_ name: String, _ x: NodeID) throws(GraphError) -> NodeID {
    try add(name, .flatten, [x])
  }

  public mutating func dropout(_ name: String, _ x: NodeID, _ probability: Float)
    throws(GraphError) -> NodeID
  {
    try add(name, .dropout(probability: probability), [x])
  }
}
