import FacetEngine
import FacetGraph
import FacetTensor

/// ``LRPRules/Rule/gamma(_:)`` of one layer. Of an output above 0, positive inputs are weighed by
/// `w + gamma w+` and negative ones by `w + gamma w-`, so that what adds to it is strengthened; of an
/// output below 0 the other way round. The bias takes its own strengthened share, which is not handed
/// down.
struct GammaRule: BackwardRule {
  private let positive: SignedLayer
  private let negative: SignedLayer
  private let bias: [Float]
  private let gamma: Float
  private let stabiliser: Float

  init(_ model: Model, _ node: Node, gamma: Float, stabiliser: Float, on engine: Engine)
    throws(ExplainError)
  {
    positive = try SignedLayer(model, node, on: engine) { $0 > 0 ? $0 + gamma * $0 : $0 }
    negative = try SignedLayer(model, node, on: engine) { $0 < 0 ? $0 + gamma * $0 : $0 }
    let parameters = model.parameters(of: node)
    bias = parameters.count > 1 ? parameters[1].scalars : []
    self.gamma = gamma
    self.stabiliser = stabiliser
  }

  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    guard context.wants[0] else { return [nil] }
    let (x, z) = (try context.input(0), try context.output())
    let above = upstream.zip(z) { $1 > 0 ? $0 : 0 }
    let below = upstream.zip(z) { $1 < 0 ? $0 : 0 }
    let parts = [
      try shares(above, x, positive, negative, bias.map { $0 > 0 ? $0 + gamma * $0 : $0 }),
      try shares(below, x, negative, positive, bias.map { $0 < 0 ? $0 + gamma * $0 : $0 }),
    ].compactMap { $0 }
    guard let first = parts.first else { return [.zeros(x.shape)] }
    return [parts.dropFirst().reduce(first, +)]
  }

  /// What the outputs of one sign hand down; `nil` where they have no relevance.
  private func shares(
    _ relevance: Tensor, _ x: Tensor, _ ofPositive: SignedLayer, _ ofNegative: SignedLayer,
    _ bias: [Float]
  ) throws(EngineError) -> Tensor? {
    guard relevance.minimum < 0 || relevance.maximum > 0 else { return nil }
    // Behind a ReLU there are no negative inputs, and half of the work goes.
    var runs: [(layer: SignedLayer, x: Tensor, trace: Trace)] = []
    let rectified = x.map { $0 > 0 ? $0 : 0 }
    runs.append((ofPositive, rectified, try ofPositive.forward(rectified)))
    if x.minimum < 0 {
      let rest = x.map { $0 < 0 ? $0 : 0 }
      runs.append((ofNegative, rest, try ofNegative.forward(rest)))
    }
    var denominator = runs[0].trace.output
    for run in runs.dropFirst() { denominator = denominator + run.trace.output }
    if !bias.isEmpty { denominator = denominator.adding(channels: bias) }
    let s = relevance.divided(by: denominator, stabiliser)
    var sum = Tensor.zeros(x.shape)
    for run in runs { sum = sum + run.x * (try run.layer.transpose(s, run.trace)) }
    return sum
  }
}
