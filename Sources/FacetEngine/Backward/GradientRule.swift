import FacetGraph
import FacetTensor

/// The derivative: the rule of every operator for which no other was chosen.
struct GradientRule: BackwardRule {
  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    switch context.node.op {
    case .add: return context.wants.map { $0 ? upstream : nil }
    case .concat: return split(upstream, axis: 1, context)
    case .join(let axis): return split(upstream, axis: axis, context)
    case .arithmetic(let function): return try arithmetic(function, upstream, context)
    case .matrixProduct: return try matrixProduct(upstream, context)
    default:
      guard context.wants[0] else { return [nil] }
      return [try single(upstream, context)]
    }
  }

  private func split(_ upstream: Tensor, axis: Int, _ context: RuleContext) -> [Tensor?] {
    let elements = ElementKernels(parallel: context.parallel)
    var offset = 0
    return context.wants.indices.map { index in
      let shape = context.inputShape(index)
      defer { offset += shape.dropFirst(axis).count }
      guard context.wants[index] else { return nil }
      return make(shape, [upstream]) { elements.split($0[0], axis: axis, offset: offset, into: $1) }
    }
  }

  /// The gradient of an operator with one input.
  private func single(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> Tensor {
    let elements = ElementKernels(parallel: context.parallel)
    let pooling = PoolingKernels(parallel: context.parallel)
    let shape = context.inputShape(0)
    let parameters = context.parameters
    switch context.node.op {
    case .convolution(let c):
      let kernels = ConvolutionKernels(
        convolution: c.resolved(height: shape[2], width: shape[3]), parallel: context.parallel)
      return make(shape, [upstream, parameters[0]]) {
        kernels.backwardData($0[0], weight: $0[1], into: $1)
      }
    case .linear:
      let kernels = LinearKernels(parallel: context.parallel)
      return make(shape, [upstream, parameters[0]]) {
        kernels.backwardData($0[0], weight: $0[1], into: $1)
      }
    case .batchNorm(_, let epsilon, _):
      return try batchNorm(upstream, context, epsilon)
    case .relu:
      return make(shape, [try context.output(), upstream]) {
        elements.reluBackward(output: $0[0], $0[1], into: $1)
      }
    case .prelu:
      return make(shape, [try context.input(0), parameters[0], upstream]) {
        elements.preluBackward($0[0], slopes: $0[1], $0[2], into: $1)
      }
    case .maxPool(let pool):
      return make(shape, [try context.input(0), upstream]) {
        pooling.maxBackward(pool, $0[0], $0[1], into: $1)
      }
    case .averagePool(let pool, let countsPadding):
      let grid = PoolGrid(
        pool, countsPadding: countsPadding, input: shape, output: upstream.shape)
      return make(shape, [upstream]) { pooling.averageBackward(grid, $0[0], into: $1) }
    case .adaptiveAveragePool:
      let grid = PoolGrid(adaptive: shape, output: upstream.shape)
      return make(shape, [upstream]) { pooling.averageBackward(grid, $0[0], into: $1) }
    case .localResponseNorm(let size, let alpha, let beta, let k):
      let kernels = NormalisationKernels(parallel: context.parallel)
      return make(shape, [try context.input(0), upstream]) {
        kernels.localResponseBackward(
          $0[0], $0[1], LRNSettings(size: size, alpha: alpha, beta: beta, k: k), into: $1)
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

  private func batchNorm(_ upstream: Tensor, _ context: RuleContext, _ epsilon: Float)
    throws(EngineError) -> Tensor
  {
    guard let statistics = context.trace.statistics[context.node.id] else {
      throw .valueNotKept(context.node.path)
    }
    let kernels = NormalisationKernels(parallel: context.parallel)
    let shape = context.inputShape(0)
    let weight = context.parameters[0]
    guard context.trace.mode.usesBatchStatistics else {
      return make(shape, [upstream, weight]) {
        kernels.batchNormBackwardFixed(
          $0[0], statistics, epsilon: epsilon, weight: $0[1], into: $1)
      }
    }
    return make(shape, [try context.input(0), upstream, weight]) {
      kernels.batchNormBackwardBatch(
        $0[0], $0[1], statistics, epsilon: epsilon, weight: $0[2], into: $1)
    }
  }

  func make(
    _ shape: Shape, _ tensors: [Tensor], _ body: ([Source], Destination) -> Void
  ) -> Tensor {
    Tensor.withSources(tensors) { sources in Tensor(shape, writing: { body(sources, $0) }) }
  }
}
