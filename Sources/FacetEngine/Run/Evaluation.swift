import FacetGraph
import FacetTensor

extension Engine {
  /// Computes one node. Returns the statistics that a batch norm normalised with.
  func evaluate(
    _ node: Node, _ inputs: [Source], _ parameters: [Source], _ trace: Trace,
    into y: Destination
  ) -> ChannelStatistics? {
    guard let x = inputs.first else {
      evaluateSource(node, parameters, into: y)
      return nil
    }
    let elements = ElementKernels(parallel: parallel)
    let pooling = PoolingKernels(parallel: parallel)
    let normalisation = NormalisationKernels(parallel: parallel)
    switch node.op {
    case .convolution(let c):
      ConvolutionKernels(
        convolution: c.resolved(height: x.shape[2], width: x.shape[3]), parallel: parallel
      ).forward(x, weight: parameters[0], bias: c.bias ? parameters[1] : nil, into: y)
    case .linear(_, _, let bias):
      LinearKernels(parallel: parallel)
        .forward(x, weight: parameters[0], bias: bias ? parameters[1] : nil, into: y)
    case .batchNorm(let channels, let epsilon, _):
      let statistics =
        trace.mode.usesBatchStatistics
        ? normalisation.statistics(x)
        : ChannelStatistics(running: parameters, channels: channels)
      normalisation.batchNorm(
        x, statistics, epsilon: epsilon, weight: parameters[0], bias: parameters[1], into: y)
      return statistics
    case .relu: elements.relu(x, into: y)
    case .prelu: elements.prelu(x, slopes: parameters[0], into: y)
    case .maxPool(let pool): pooling.maxForward(pool, x, into: y)
    case .averagePool(let pool, let countsPadding):
      pooling.averageForward(
        PoolGrid(pool, countsPadding: countsPadding, input: x.shape, output: y.shape), x, into: y)
    case .adaptiveAveragePool:
      pooling.averageForward(PoolGrid(adaptive: x.shape, output: y.shape), x, into: y)
    case .localResponseNorm(let size, let alpha, let beta, let k):
      normalisation.localResponse(
        x, LRNSettings(size: size, alpha: alpha, beta: beta, k: k), into: y)
    case .add: elements.add(inputs, into: y)
    case .concat: elements.join(inputs, axis: 1, into: y)
    case .flatten: elements.copy(x, into: y)
    case .dropout:
      if let factors = trace.dropoutFactors[node.id] {
        Tensor.withSources([factors]) { elements.multiply(x, $0[0], into: y) }
      } else {
        elements.copy(x, into: y)
      }
    case .softmax: elements.softmax(x, into: y)
    case .l2Normalize(let epsilon): elements.l2Normalize(x, epsilon: epsilon, into: y)
    default: evaluateArray(node, inputs, parameters, into: y)
    }
    return nil
  }
}

extension ChannelStatistics {
  /// The running statistics among a batch norm's parameters.
  init(running parameters: [Source], channels: Int) {
    mean = Array(UnsafeBufferPointer(start: parameters[2].base, count: channels))
    variance = Array(UnsafeBufferPointer(start: parameters[3].base, count: channels))
  }
}
