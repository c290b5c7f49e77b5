import FacetGraph
import FacetTensor
import FacetThreads

extension RuleContext {
  /// The gradients of the operator's learnable parameters, in their order.
  func parameterGradients(_ upstream: Value) throws(EngineError) -> [Tensor] {
    let shapes = node.op.parameterShapes.map(\.shape)
    switch node.op {
    case .convolution(let c):
      let x = try inputValue(0)
      let gy = upstream.blocked(machine)
      let planar =
        x.layout == .planar && x.channels < ConvolutionKernels.planarChannels && c.groups == 1
      let weight = gradients(
        of: c.resolved(height: x.height, width: x.width), planar ? x : x.blocked(machine), gy,
        shapes[0])
      return c.bias ? [weight, biasGradient(gy)] : [weight]
    case .transposedConvolution(let c):
      // Turned around, the layer's output is the mirrored convolution's input.
      let gy = upstream.blocked(machine)
      let weight = gradients(
        of: c.mirror, gy, try inputValue(0).blocked(machine), shapes[0])
      return c.bias ? [weight, biasGradient(gy)] : [weight]
    case .linear(_, _, let bias):
      let kernels = LinearKernels(machine: machine)
      let (x, gy) = (try inputValue(0).planar(machine), upstream.planar(machine))
      let weight = Tensor(
        shapes[0], writing: { kernels.backwardWeights(x.source, gy.source, into: $0) })
      guard bias else { return [weight] }
      return [weight, Tensor(shapes[1], writing: { kernels.backwardBias(gy.source, into: $0) })]
    case .batchNorm(_, let epsilon, _): return try normGradients(upstream, epsilon, shapes)
    case .prelu:
      if upstream.layout == .blocked {
        let sums = BlockedNormalisation(machine: machine).preluSlopes(
          try inputValue(0).blocked(machine), upstream)
        return [Tensor(shapes[0], sums)]
      }
      let kernels = ElementKernels(parallel: machine.parallel)
      let (x, gy) = (try inputValue(0).planar(machine), upstream)
      return [
        Tensor(
          shapes[0], writing: { kernels.preluBackwardSlopes(x.source, gy.source, into: $0) })
      ]
    default:
      return []
    }
  }

  private func gradients(of c: Convolution, _ x: Value, _ gy: Value, _ shape: Shape) -> Tensor {
    Tensor(
      shape,
      writing: { WeightGradients(convolution: c, machine: machine).run(x, gy, into: $0) })
  }

  private func biasGradient(_ gy: Value) -> Tensor {
    Tensor([gy.channels], BlockedNormalisation(machine: machine).channelSums(gy))
  }

  private func normGradients(_ upstream: Value, _ epsilon: Float, _ shapes: [Shape])
    throws(EngineError) -> [Tensor]
  {
    let parameters = parameters
    let fixed = ChannelStatistics(mean: parameters[2].scalars, variance: parameters[3].scalars)
    let statistics = trace.statistics[node.id] ?? fixed
    if upstream.layout == .blocked {
      let norm = try NormGradients(self, upstream, parameters: true)
      return [Tensor(shapes[0], norm.weight), Tensor(shapes[1], norm.bias)]
    }
    let x = try inputValue(0).planar(machine)
    let gradients = NormalisationKernels(parallel: machine.parallel)
      .batchNormParameterGradients(x.source, upstream.source, statistics, epsilon: epsilon)
    return [Tensor(shapes[0], gradients.weight), Tensor(shapes[1], gradients.bias)]
  }
}
