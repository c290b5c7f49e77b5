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

/// What a rule knows of the place where it is applied.
public struct RuleContext: Sendable {
  public let node: Node
  /// For each input, whether its signal is needed.
  public let wants: [Bool]
  let model: Model
  let trace: Trace
  let parallel: Parallel

  /// The operator's parameters, in the order of ``FacetGraph/Op/parameterShapes``.
  public var parameters: [Tensor] { model.parameters(of: node) }

  /// The shape of input `index`.
  public func inputShape(_ index: Int) -> Shape { trace.shapes[node.inputs[index].index] }

  /// The value of input `index` in the forward run.
  public func input(_ index: Int) throws(EngineError) -> Tensor {
    try trace.value(of: trace.graph[node.inputs[index]])
  }

  /// The operator's value in the forward run.
  public func output() throws(EngineError) -> Tensor { try trace.value(of: node) }

  /// The ordinary gradient of the operator, for rules that only bend it.
  public func gradient(_ upstream: Tensor) throws(EngineError) -> [Tensor?] {
    try GradientRule().pullback(upstream, self)
  }
}
