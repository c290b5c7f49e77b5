import FacetGraph
import FacetTensor
import FacetThreads

/// The derivatives of the operators that come with graphs from elsewhere.
extension GradientRule {
  func arithmetic(_ function: Arithmetic, _ upstream: Tensor, _ context: RuleContext)
    throws(EngineError) -> [Tensor?]
  {
    let kernels = BroadcastKernels(parallel: context.machine.parallel)
    // Sums pass the signal on whatever the values were, so these needn't have been kept.
    let values =
      [.add, .subtract].contains(function)
      ? [context.shapeOnly(0), context.shapeOnly(1)]
      : [try context.input(0), try context.input(1)]
    return context.wants.enumerated().map { index, wanted in
      guard wanted else { return nil }
      return Tensor.withSources(values + [upstream]) {
        kernels.backward(function, $0[0], $0[1], $0[2], ofFirst: index == 0)
      }
    }
  }

  func matrixProduct(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    let values = [try context.input(0), try context.input(1)]
    let kernels = MatrixProductKernels(values[0].shape, values[1].shape, context.machine)
    return Tensor.withSources(values + [upstream]) { sources in
      [
        context.wants[0]
          ? Tensor(
            values[0].shape,
            accumulating: { kernels.backwardFirst(sources[1], sources[2], onto: $0) }) : nil,
        context.wants[1]
          ? Tensor(
            values[1].shape,
            accumulating: { kernels.backwardSecond(sources[0], sources[2], onto: $0) }) : nil,
      ]
    }
  }

  /// The gradient of an operator with one input.
  func array(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> Tensor {
    let shape = context.inputShape(0)
    let parallel = context.machine.parallel
    let elements = ElementKernels(parallel: parallel)
    switch context.node.op {
    case .activation(let activation):
      let kernels = ActivationKernels(parallel: parallel)
      return make(shape, [try context.input(0), upstream]) {
        kernels.backward(activation, $0[0], $0[1], into: $1)
      }
    case .reduction(let reduction):
      let kernels = ReductionKernels(parallel: parallel)
      let values =
        [.sum, .mean].contains(reduction.kind)
        ? [context.shapeOnly(0), upstream] : [try context.input(0), try context.output()]
      return make(shape, values + [upstream]) {
        kernels.backward(reduction, $0[0], output: $0[1], $0[2], into: $1)
      }
    case .reshape: return upstream.reshaped(shape)
    case .axisSoftmax(let axis, let logarithm):
      return make(shape, [try context.output(), upstream]) {
        logarithm
          ? elements.logSoftmaxBackward(output: $0[0], axis: axis, $0[1], into: $1)
          : elements.softmaxBackward(output: $0[0], axis: axis, $0[1], into: $1)
      }
    default:
      if let view = context.node.op.view(of: shape, as: upstream.shape) {
        return Tensor.withSources([upstream]) { sources in
          Tensor(shape, accumulating: { view.scatter(sources[0], onto: $0, parallel) })
        }
      }
      guard let taps = context.node.op.axisTaps(of: shape) else {
        preconditionFailure("\(context.node.path) has no gradient")
      }
      return AxisTaps.applyTransposed(taps, upstream, input: shape, parallel)
    }
  }
}

extension RuleContext {
  /// Zeros of an input's shape, for kernels that look at shapes only.
  fileprivate func shapeOnly(_ index: Int) -> Tensor { Tensor.zeros(inputShape(index)) }
}
