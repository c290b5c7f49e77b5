import FacetGraph
import FacetTensor

/// Where a backward run starts and with what.
public struct Seed: Sendable {
  /// The layer; `nil` is the graph's output.
  public let path: LayerPath?
  /// Shaped as that layer's value.
  public let signal: Tensor

  public init(at path: LayerPath? = nil, _ signal: Tensor) {
    self.path = path
    self.signal = signal
  }
}

/// Which parameters' gradients a backward run computes.
public enum ParameterSelection: Sendable {
  case none
  case all
  /// These names only; layers below the lowest of them are not visited.
  case named(Set<String>)

  func contains(_ name: String) -> Bool {
    switch self {
    case .none: false
    case .all: true
    case .named(let names): names.contains(name)
    }
  }
}

/// What a backward run computed.
public struct Gradients: Sendable {
  let graph: Graph
  let machine: Machine
  var signals: [NodeID: Value] = [:]
  /// By parameter name, shaped as the parameter.
  public internal(set) var parameters: [String: Tensor] = [:]

  /// The signal that arrived at a layer that was asked for, shaped as its value.
  public func signal(at path: LayerPath) throws(EngineError) -> Tensor {
    let node = try EngineError.wrapping { () throws(GraphError) in try graph.node(at: path) }
    guard let signal = signals[node.id] else { throw .valueNotKept(node.path) }
    return signal.tensor(machine)
  }
}

extension Engine {
  /// Sends a signal from the seed's layer back to `paths`, by the gradient or by other rules.
  ///
  /// Only layers between the seed and the lowest layer asked for are visited; no parameter gradient
  /// is computed that wasn't asked for. Cost: at most about one forward run for the signals and one
  /// more for the parameters.
  public func backward(
    _ model: Model, _ trace: Trace, from seed: Seed, rules: RuleSet = .gradient,
    to paths: [LayerPath] = [], parameters: ParameterSelection = .none
  ) throws(EngineError) -> Gradients {
    let graph = model.graph
    let (start, targets) = try EngineError.wrapping { () throws(GraphError) in
      let start = try seed.path.map { (path) throws(GraphError) in try graph.node(at: path) }
      var targets: Set<NodeID> = []
      for path in paths { targets.insert(try graph.node(at: path).id) }
      return (start ?? graph[graph.output], targets)
    }
    guard seed.signal.shape == trace.shapes[start.id.index] else {
      throw .seedShape(
        layer: start.path, expected: trace.shapes[start.id.index], got: seed.signal.shape)
    }
    let visited = try visited(graph, start, targets, parameters)
    var gradients = Gradients(graph: graph, machine: machine)
    let layout: Layout = seed.signal.shape.rank == 4 ? .blocked : .planar
    var signals: [NodeID: Value] = [start.id: Value(seed.signal, layout, machine)]
    var norms = GatedNorms(model, rules, visited: visited, kept: targets)
    for node in graph.nodes[...start.id.index].reversed() {
      guard visited.contains(node.id), let upstream = signals.removeValue(forKey: node.id) else {
        continue
      }
      if targets.contains(node.id) { gradients.signals[node.id] = upstream }
      if node.op.isSource { continue }
      if let norm = try norms.leave(node, upstream, trace) {
        signals[norm] = upstream
        continue
      }
      let context = RuleContext(
        node: node, wants: node.inputs.map(visited.contains), model: model, trace: trace,
        machine: machine)
      let learnable = node.parameters.prefix(node.op.learnableParameterCount)
      let asked = learnable.contains(where: parameters.contains)
      let rule = rules.rule(for: node)
      let (ofParameters, pulled) = try step(
        context, rule, upstream, gate: norms.gate(of: node), parameters: asked)
      for (name, gradient) in Swift.zip(learnable, ofParameters) {
        gradients.parameters[name] = gradients.parameters[name].map { $0 + gradient } ?? gradient
      }
      for (input, signal) in Swift.zip(node.inputs, pulled) {
        guard let signal else { continue }
        signals[input] = signals[input].map { $0.adding(signal, machine) } ?? signal
      }
    }
    return gradients
  }

  /// One node: the gradients of its parameters if `parameters` says so, and its inputs' signals.
  private func step(
    _ context: RuleContext, _ rule: any BackwardRule, _ upstream: Value, gate: Value?,
    parameters: Bool
  ) throws(EngineError) -> (parameters: [Tensor], signals: [Value?]) {
    if case .batchNorm = context.node.op, upstream.layout == .blocked, rule is GradientRule {
      let norm = try NormGradients(context, upstream, gate: gate, parameters: parameters)
      let gradients = parameters ? [norm.weight, norm.bias] : []
      return (gradients.map { Tensor([$0.count], $0) }, [norm.signal])
    }
    let gradients = parameters ? try context.parameterGradients(upstream) : []
    guard context.wants.contains(true) else { return (gradients, []) }
    return (gradients, try rule.pull(upstream, context))
  }

  /// The nodes a signal must pass: those the seed depends on and that lead to a target or to a
  /// parameter that is asked for.
  private func visited(
    _ graph: Graph, _ start: Node, _ targets: Set<NodeID>, _ parameters: ParameterSelection
  ) throws(EngineError) -> Set<NodeID> {
    let ancestors = graph.ancestors(of: start.id)
    if let stray = targets.first(where: { !ancestors.contains($0) }) {
      throw .notReached(graph[stray].path, from: start.path)
    }
    var leading: Set<NodeID> = []
    for node in graph.nodes {
      let asked = node.parameters.prefix(node.op.learnableParameterCount)
        .contains(where: parameters.contains)
      if asked || targets.contains(node.id) || node.inputs.contains(where: leading.contains) {
        leading.insert(node.id)
      }
    }
    return leading.intersection(ancestors)
  }
}
