import FacetGraph
import FacetTensor

/// Cascading randomisation (Adebayo et al. 2018, section 3.1): the learnt weights are drawn anew from
/// the top of the network downwards, layer by layer, each layer staying as it was drawn. A map that
/// tells something of the network must change on the way.
///
/// What is drawn are weights, biases, and the scales and shifts of batch norms; their running statistics
/// stay. Every layer is drawn from a stream of its own, so a stage holds the layers of the one before.
public struct CascadingRandomisation: Sendable {
  /// How layers are drawn: the network's own way of starting.
  public var scheme: Initialisation
  public var seed: UInt64

  public init(scheme: Initialisation = .heUniform, seed: UInt64 = 0) {
    self.scheme = scheme
    self.seed = seed
  }

  /// A network whose upper layers are random.
  public struct Stage: Sendable {
    /// How many layers with learnt weights are random.
    public let layers: Int
    /// The lowest of them.
    public let lowest: LayerPath
    public let model: Model
  }

  /// The layers with learnt weights, from the top.
  public static func layers(of graph: Graph) -> [Node] {
    graph.nodes.reversed().filter { $0.op.learnableParameterCount > 0 && !$0.parameters.isEmpty }
  }

  /// The stages after so many layers, evenly spaced: the first has the top layer or layers, the last
  /// all. Empty for a network without weights.
  ///
  /// - Parameter count: at most this many stages.
  public func counts(of graph: Graph, stages count: Int) -> [Int] {
    let layers = Self.layers(of: graph).count
    let stages = min(count, layers)
    return (0..<max(stages, 0)).map { ($0 + 1) * layers / stages }
  }

  /// Whether the values of some layers can change when the `count` upper layers are random: whether one
  /// of those is among the layers or comes before one of them. Where none is, likeness is certain and
  /// says nothing.
  public func reaches(_ paths: [LayerPath], count: Int, of graph: Graph) throws(GraphError) -> Bool
  {
    var isBefore = [Bool](repeating: false, count: graph.nodes.count)
    for path in paths { isBefore[try graph.node(at: path).id.index] = true }
    // Every node comes after its inputs.
    for node in graph.nodes.reversed() where isBefore[node.id.index] {
      for input in node.inputs { isBefore[input.index] = true }
    }
    return Self.layers(of: graph).prefix(count).contains { isBefore[$0.id.index] }
  }

  /// The network with its `count` upper layers random.
  public func stage(_ count: Int, of model: Model) throws(ExplainError) -> Stage {
    let layers = Self.layers(of: model.graph)
    guard 1...max(1, layers.count) ~= count, let lowest = layers.prefix(count).last else {
      throw .badOption(
        name: "random layers", expected: "1 to \(layers.count)", got: "\(count)")
    }
    let names = Set(
      layers.prefix(count).flatMap { $0.parameters.prefix($0.op.learnableParameterCount) })
    let drawn = model.graph.initialParameters(scheme, seed: seed, only: names)
    let changed = try ExplainError.wrappingGraph({ () throws(GraphError) in
      try model.replacing(drawn)
    })
    return Stage(layers: count, lowest: lowest.path, model: changed)
  }
}
