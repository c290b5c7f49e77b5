import FacetGraph
import FacetTensor

/// The gradients of a batch norm of maps, found together: parameters and signal need the same sums.
///
/// A ReLU right behind the norm is passed on the way, which saves its own trip through memory.
struct NormGradients {
  private(set) var weight: [Float] = []
  private(set) var bias: [Float] = []
  private(set) var signal: Value?

  /// - Parameters:
  ///   - upstream: the signal at the norm's output or, with `gate`, at the ReLU's.
  ///   - gate: the output of the ReLU that the signal has still to pass.
  ///   - parameters: whether the gradients of weight and bias are wanted.
  init(_ context: RuleContext, _ upstream: Value, gate: Value? = nil, parameters: Bool)
    throws(EngineError)
  {
    guard case .batchNorm(_, let epsilon, _) = context.node.op else { return }
    let machine = context.machine
    let kernels = BlockedNormalisation(machine: machine)
    let upstream = upstream.blocked(machine)
    let gate = gate?.blocked(machine)
    let trace = context.trace
    guard trace.mode.usesBatchStatistics else {
      if parameters {
        let values = context.parameters
        let fixed = ChannelStatistics(mean: values[2].scalars, variance: values[3].scalars)
        (weight, bias) = kernels.parameterGradients(
          try context.inputValue(0).blocked(machine), upstream, gate: gate, fixed, epsilon: epsilon)
      }
      guard context.wants[0] else { return }
      let gx = Value(context.inputShape(0), .blocked)
      kernels.backwardFixed(upstream, gate: gate, scale: context.fixedAffine(epsilon), into: gx)
      signal = gx
      return
    }
    guard let statistics = trace.statistics[context.node.id] else {
      throw .valueNotKept(context.node.path)
    }
    let x = try context.inputValue(0).blocked(machine)
    (weight, bias) = kernels.parameterGradients(
      x, upstream, gate: gate, statistics, epsilon: epsilon)
    guard context.wants[0] else { return }
    let gx = Value(context.inputShape(0), .blocked)
    kernels.backwardBatch(
      x, upstream, gate: gate, statistics, epsilon: epsilon, weight: context.parameters[0],
      gradients: (weight, bias), into: gx)
    signal = gx
  }
}

/// ReLUs that a backward run leaves to the batch norm below.
struct GatedNorms {
  private let model: Model
  private let rules: RuleSet
  private let kept: Set<NodeID>
  /// How many visited nodes read each value.
  private var uses: [NodeID: Int] = [:]
  /// The output of the ReLU that the signal of a norm has still to pass.
  private var gates: [NodeID: Value] = [:]

  /// - Parameter kept: nodes whose own signal is asked for.
  init(_ model: Model, _ rules: RuleSet, visited: Set<NodeID>, kept: Set<NodeID>) {
    self.model = model
    self.rules = rules
    self.kept = kept
    for id in visited {
      for input in model.graph[id].inputs { uses[input, default: 0] += 1 }
    }
  }

  /// The norm that takes over a ReLU's gate: nobody else may send it a signal or ask for it.
  mutating func leave(_ node: Node, _ upstream: Value, _ trace: Trace) throws(EngineError)
    -> NodeID?
  {
    guard case .relu = node.op, upstream.layout == .blocked, rules.rule(for: node) is GradientRule
    else { return nil }
    let norm = model.graph[node.inputs[0]]
    guard case .batchNorm = norm.op, uses[norm.id] == 1, !kept.contains(norm.id),
      rules.rule(for: norm) is GradientRule
    else { return nil }
    gates[norm.id] = try trace.value(of: node)
    return norm.id
  }

  mutating func gate(of node: Node) -> Value? { gates.removeValue(forKey: node.id) }
}
