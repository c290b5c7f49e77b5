import FacetTensor

/// A network as a value: graph, parameters and card. Nothing that runs or explains a model changes it.
public struct Model: Equatable, Sendable {
  public let graph: Graph
  public private(set) var parameters: [String: Tensor]
  public var card: ModelCard
  /// Shared by all copies whose parameters are the same.
  package private(set) var derivations = Derivations()

  /// Sides of an image in pixels that a card may give; a card read from a file is not trusted.
  private static let sides = 1...1 << 16

  /// A model whose parameters are exactly those the graph names, with their shapes.
  public init(graph: Graph, parameters: [String: Tensor], card: ModelCard) throws(GraphError) {
    var used: [String: Tensor] = [:]
    for (name, shape, layer) in graph.parameterShapes {
      guard let tensor = parameters[name] else {
        throw .missingParameter(name: name, layer: layer)
      }
      guard tensor.shape == shape else {
        throw .parameterShape(name: name, expected: shape, got: tensor.shape)
      }
      used[name] = tensor
    }
    guard Self.sides ~= card.input.height, Self.sides ~= card.input.width else {
      throw .malformed(
        reason:
          "its card gives images of \(card.input.height)x\(card.input.width) pixels; sides of "
          + "\(Self.sides.lowerBound) to \(Self.sides.upperBound) were expected")
    }
    for path in [card.embeddingLayer, card.camLayer] { _ = try graph.node(at: path) }
    self.graph = graph
    self.parameters = used
    self.card = card
  }

  /// Whether graph, parameters and card are equal.
  public static func == (a: Model, b: Model) -> Bool {
    a.graph == b.graph && a.parameters == b.parameters && a.card == b.card
  }

  /// The parameters of a node, in the order of ``Op/parameterShapes``.
  public func parameters(of node: Node) -> [Tensor] {
    node.parameters.map { name in
      guard let tensor = parameters[name] else {
        preconditionFailure("the model lost parameter \(name) of \(node.path)")
      }
      return tensor
    }
  }

  /// The number of learnt numbers; running statistics don't count, as in torchvision's tables.
  public var parameterCount: Int { graph.parameterCount }

  /// The same network with some parameters replaced; names and shapes are checked.
  public func replacing(_ changed: [String: Tensor]) throws(GraphError) -> Model {
    try Model(
      graph: graph, parameters: parameters.merging(changed) { _, new in new }, card: card)
  }
}

extension Model {
  /// Changes this value's parameters where they lie: a step of training needs no second set of weights.
  /// What other copies hold too is copied, so they keep theirs.
  ///
  /// - Parameter change: gets all parameters; it may change numbers, not names or shapes.
  package mutating func updateParameters(_ change: (inout [String: Tensor]) -> Void) {
    var taken: [String: Tensor] = [:]
    swap(&taken, &parameters)
    change(&taken)
    for (name, shape, layer) in graph.parameterShapes {
      precondition(
        taken[name]?.shape == shape, "an update of \(layer) changed the shape of \(name)")
    }
    precondition(taken.count == graph.parameterShapes.count, "an update added parameters")
    parameters = taken
    derivations = Derivations()
  }
}

extension Graph {
  /// Every parameter's name and shape, and the layer that uses it first, in graph order.
  public var parameterShapes: [(name: String, shape: Shape, layer: LayerPath)] {
    var seen: Set<String> = []
    return nodes.flatMap { node in
      Swift.zip(node.parameters, node.op.parameterShapes).compactMap { name, expected in
        seen.insert(name).inserted ? (name, expected.shape, node.path) : nil
      }
    }
  }

  /// The number of learnt numbers; running statistics don't count, as in torchvision's tables.
  public var parameterCount: Int {
    let learnable = Set(learnableParameters)
    return parameterShapes.reduce(0) { $0 + (learnable.contains($1.name) ? $1.shape.count : 0) }
  }

  /// The names of the parameters that gradients reach, in graph order.
  public var learnableParameters: [String] {
    var seen: Set<String> = []
    return nodes.flatMap { $0.parameters.prefix($0.op.learnableParameterCount) }
      .filter { seen.insert($0).inserted }
  }
}

extension Graph {
  /// The layer whose value is the scores before a softmax: the output, or what leads to its last
  /// softmax.
  public var scoreLayer: LayerPath {
    var node = self[output]
    // Behind a softmax the value may still be given another shape.
    var seen = node
    while seen.inputs.count == 1, [.flatten, .reshape, .dropout].contains(seen.op.kind) {
      seen = self[seen.inputs[0]]
    }
    if [.softmax, .axisSoftmax].contains(seen.op.kind) { node = self[seen.inputs[0]] }
    return node.path
  }

  /// The number of scores the network gives: outputs of the last layer that decides it; `nil` when
  /// that depends on the image's size.
  public var outputCount: Int? {
    var node = self[output]
    while true {
      switch node.op {
      case .linear(_, let outputs, _): return outputs
      case .convolution(let convolution): return convolution.outChannels
      default:
        guard node.inputs.count == 1 else { return nil }
        node = self[node.inputs[0]]
      }
    }
  }
}
