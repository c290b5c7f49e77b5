import FacetEngine
import FacetGraph
import FacetTensor

/// `R_in = x . J^T (R / (z + epsilon sign(z)))`: every input's share of what it adds to the output. It
/// serves all operators that are affine in their inputs: layers with weights, batch norms that
/// couldn't be merged, sums, averages, resizing.
struct EpsilonRule: BackwardRule {
  let stabiliser: Float

  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    let output = try context.output()
    let shares = try context.gradient(upstream.divided(by: output, stabiliser))
    var pulled: [Tensor?] = []
    for (index, share) in shares.enumerated() {
      guard let share else {
        pulled.append(nil)
        continue
      }
      let input = try context.input(index)
      let part = context.part(ofInput: index)
      pulled.append(input.zip(share) { $0 * $1 * part })
    }
    return pulled
  }
}

/// `R_in = R_out`, element by element.
struct PassRule: BackwardRule {
  func pullback(_ upstream: Tensor, _ context: RuleContext) -> [Tensor?] {
    context.wants.map { $0 ? upstream : nil }
  }
}

/// Relevance goes where the derivative would send it: to the maximum, to the place an element came
/// from.
struct RoutingRule: BackwardRule {
  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    try context.gradient(upstream)
  }
}

extension RuleContext {
  /// Which part of what an input of the operator adds it keeps. The inputs of a product would each hand
  /// down all of it: of two factors that vary each keeps a half; a quotient's divisor is held fixed, as
  /// that of a norm is.
  fileprivate func part(ofInput index: Int) -> Float {
    guard case .arithmetic(let function) = node.op, wants == [true, true] else { return 1 }
    switch function {
    case .multiply: return 0.5
    case .divide: return index == 0 ? 1 : 0
    default: return 1
    }
  }
}

extension Tensor {
  /// `self / (z + epsilon sign(z))`, the sign of 0 being +.
  func divided(by z: Tensor, _ epsilon: Float) -> Tensor {
    zip(z) { $0 / ($1 < 0 ? $1 - epsilon : $1 + epsilon) }
  }
}
