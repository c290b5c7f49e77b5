import FacetGraph
import FacetTensor

extension RuleContext {
  /// The gradients of the operator's learnable parameters, in their order.
  func parameterGradients(_ upstream: Tensor) throws(EngineError) -> [Tensor] {
    let shapes = node.op.parameterShapes.map(\.shape)
    switch node.op {
    case .convolution(let c):
      let kernels = ConvolutionKernels(
        convolution: c.resolved(height: inputShape(0)[2], width: inputShape(0)[3]),
        parallel: parallel)
      let weight = make(shapes[0], [try input(0), upstream]) {
        kernels.backwardWeights($0[0], $0[1], into: $1)
      }
      guard c.bias else { return [weight] }
      return [
        weight, make(shapes[1], [upstream]) { ElementKernels.channelSums($0[0], into: $1) },
      ]
    case .transposedConvolution(let c):
      // Turned around, the layer's output is the mirrored convolution's input.
      let kernels = ConvolutionKernels(convolution: c.mirror, parallel: parallel)
      let weight = make(shapes[0], [try input(0), upstream]) {
        kernels.backwardWeights($0[1], $0[0], into: $1)
      }
      guard c.bias else { return [weight] }
      return [
        weight, make(shapes[1], [upstream]) { ElementKernels.channelSums($0[0], into: $1) },
      ]
    case .linear(_, _, let bias):
      let kernels = LinearKernels(parallel: parallel)
      let weight = make(shapes[0], [try input(0), upstream]) {
        kernels.backwardWeights($0[0], $0[1], into: $1)
      }
      guard bias else { return [weight] }
      return [weight, make(shapes[1], [upstream]) { kernels.backwardBias($0[0], into: $1) }]
    case .batchNorm(let channels, let epsilon, _):
      guard let statistics = trace.statistics[node.id] else { throw .valueNotKept(node.path) }
      let kernels = NormalisationKernels(parallel: parallel)
      let gradients = Tensor.withSources([try input(0), upstream]) {
        kernels.batchNormParameterGradients($0[0], $0[1], statistics, epsilon: epsilon)
      }
      return [Tensor([channels], gradients.weight), Tensor([channels], gradients.bias)]
    case .prelu:
      let kernels = ElementKernels(parallel: parallel)
      return [
        make(shapes[0], [try input(0), upstream]) {
          kernels.preluBackwardSlopes($0[0], $0[1], into: $1)
        }
      ]
    default:
      return []
    }
  }

  private func make(
    _ shape: Shape, _ tensors: [Tensor], _ body: ([Source], Destination) -> Void
  ) -> Tensor {
    Tensor.withSources(tensors) { sources in Tensor(shape, accumulating: { body(sources, $0) }) }
  }
}
