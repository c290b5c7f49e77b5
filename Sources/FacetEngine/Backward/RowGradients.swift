import FacetGraph
import FacetTensor
import FacetThreads

/// The derivatives of operators on rows `[N, F]` and other row-major arrays.
extension GradientRule {
  /// The gradients of an operator with several inputs.
  func several(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    switch context.node.op {
    case .concat: return split(upstream, axis: 1, context)
    case .join(let axis): return split(upstream, axis: axis, context)
    case .arithmetic(let function): return try arithmetic(function, upstream, context)
    default: return try matrixProduct(upstream, context)
    }
  }

  private func split(_ upstream: Tensor, axis: Int, _ context: RuleContext) -> [Tensor?] {
    let elements = ElementKernels(parallel: context.machine.parallel)
    var offset = 0
    return context.wants.indices.map { index in
      let shape = context.inputShape(index)
      defer { offset += shape.dropFirst(axis).count }
      guard context.wants[index] else { return nil }
      return make(shape, [upstream]) { elements.split($0[0], axis: axis, offset: offset, into: $1) }
    }
  }

  /// The gradient of an operator with one input.
  func rows(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> Tensor {
    let elements = ElementKernels(parallel: context.machine.parallel)
    let shape = context.inputShape(0)
    switch context.node.op {
    case .batchNorm(_, let epsilon, _): return try batchNormRows(upstream, context, epsilon)
    case .relu:
      return make(shape, [try context.output(), upstream]) {
        elements.reluBackward(output: $0[0], $0[1], into: $1)
      }
    case .prelu:
      return make(shape, [try context.input(0), context.parameters[0], upstream]) {
        elements.preluBackward($0[0], slopes: $0[1], $0[2], into: $1)
      }
    case .flatten: return upstream.reshaped(shape)
    case .dropout:
      return context.trace.dropoutFactors[context.node.id].map { upstream * $0 } ?? upstream
    case .softmax:
      return make(shape, [try context.output(), upstream]) {
        elements.softmaxBackward(output: $0[0], $0[1], into: $1)
      }
    case .l2Normalize(let epsilon):
      return make(shape, [try context.input(0), upstream]) {
        elements.l2NormalizeBackward($0[0], epsilon: epsilon, $0[1], into: $1)
      }
    default: return try array(upstream, context)
    }
  }

  private func batchNormRows(_ upstream: Tensor, _ context: RuleContext, _ epsilon: Float)
    throws(EngineError) -> Tensor
  {
    let kernels = NormalisationKernels(parallel: context.machine.parallel)
    let shape = context.inputShape(0)
    let parameters = context.parameters
    guard context.trace.mode.usesBatchStatistics else {
      let fixed = ChannelStatistics(
        mean: parameters[2].scalars, variance: parameters[3].scalars)
      return make(shape, [upstream, parameters[0]]) {
        kernels.batchNormBackwardFixed($0[0], fixed, epsilon: epsilon, weight: $0[1], into: $1)
      }
    }
    guard let statistics = context.trace.statistics[context.node.id] else {
      throw .valueNotKept(context.node.path)
    }
    return make(shape, [try context.input(0), upstream, parameters[0]]) {
      kernels.batchNormBackwardBatch(
        $0[0], $0[1], statistics, epsilon: epsilon, weight: $0[2], into: $1)
    }
  }
}
