import FacetGraph
import FacetTensor

/// How one operator passes a signal from its output back to its inputs.
///
/// The gradient is one rule among others: guided backpropagation and deconvolution are the same walk
/// with another rule at the ReLUs. A rule sees values and never changes the model or the trace.
public protocol BackwardRule: Sendable {
  /// The signals of the inputs, `nil` where `context.wants` says nobody asks, each shaped as the
  /// input.
  ///
  /// - Parameter upstream: the signal that arrived at the output, shaped as the output.
  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?]
}

/// A rule that works on values as the engine keeps them, without copies in between.
protocol ValueRule: BackwardRule {
  func pullback(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> [Value?]
}

extension ValueRule {
  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    let layout: Layout = upstream.shape.rank == 4 ? .blocked : .planar
    return try pullback(Value(upstream, layout, context.machine), context)
      .map { $0?.tensor(context.machine) }
  }
}

extension BackwardRule {
  /// The rule applied to a value, whichever kind of rule it is.
  func pull(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> [Value?] {
    if let rule = self as? any ValueRule { return try rule.pullback(upstream, context) }
    return try pullback(upstream.tensor(context.machine), context).map { tensor in
      tensor.map { Value($0, $0.shape.rank == 4 ? .blocked : .planar, context.machine) }
    }
  }
}

extension Value {
  /// The sum of two signals.
  func adding(_ other: Value, _ machine: Machine) -> Value {
    let sum = Value(shape, layout)
    let other = layout == .blocked ? other.blocked(machine) : other.planar(machine)
    BlockedSums(machine: machine).sum([self, other], into: sum)
    return sum
  }
}

/// What a rule knows of the place where it is applied.
public struct RuleContext: Sendable {
  public let node: Node
  /// For each input, whether its signal is needed.
  public let wants: [Bool]
  let model: Model
  let trace: Trace
  let machine: Machine

  /// The operator's parameters, in the order of ``FacetGraph/Op/parameterShapes``.
  public var parameters: [Tensor] { model.parameters(of: node) }

  /// The shape of input `index`.
  public func inputShape(_ index: Int) -> Shape { trace.shapes[node.inputs[index].index] }

  /// The value of input `index` in the forward run.
  public func input(_ index: Int) throws(EngineError) -> Tensor {
    try inputValue(index).tensor(machine)
  }

  func inputValue(_ index: Int) throws(EngineError) -> Value {
    try trace.value(of: trace.graph[node.inputs[index]])
  }

  func outputValue() throws(EngineError) -> Value { try trace.value(of: node) }

  /// The operator's value in the forward run.
  public func output() throws(EngineError) -> Tensor { try outputValue().tensor(machine) }

  /// The ordinary gradient of the operator, for rules that only bend it.
  public func gradient(_ upstream: Tensor) throws(EngineError) -> [Tensor?] {
    try GradientRule().pullback(upstream, self)
  }

  func gradient(_ upstream: Value) throws(EngineError) -> [Value?] {
    try GradientRule().pullback(upstream, self)
  }
}
