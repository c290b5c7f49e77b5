import FacetTensor

/// How the parameters of new layers are drawn.
public enum Initialisation: String, Hashable, Codable, Sendable {
  /// He et al. 2015: normal with variance 2 / fan-out for convolutions, as torchvision's ResNet.
  case heFanOut
  /// Uniform in +-sqrt(6 / fan-in) for convolutions (`kaiming_uniform_`), as torchvision's SqueezeNet.
  case heUniform
  /// PyTorch's default: uniform in +-1/sqrt(fan-in), weights and biases.
  case torchDefault
}

extension Graph {
  /// Fresh parameters for every layer, each drawn from its own stream (seed, place in the graph), so
  /// a layer's weights don't depend on the other layers.
  public func initialParameters(_ scheme: Initialisation, seed: UInt64) -> [String: Tensor] {
    var parameters: [String: Tensor] = [:]
    for node in nodes {
      for (index, (name, expected)) in Swift.zip(node.parameters, node.op.parameterShapes)
        .enumerated()
      where parameters[name] == nil {
        var stream = RandomStream(seed: seed, 0x1417, node.id.index, index)
        parameters[name] = node.op.initial(expected.role, expected.shape, scheme, &stream)
      }
    }
    return parameters
  }
}

extension Op {
  fileprivate func initial(
    _ role: String, _ shape: Shape, _ scheme: Initialisation, _ stream: inout RandomStream
  ) -> Tensor {
    switch self {
    case .convolution(let c):
      let window = c.kernel.height * c.kernel.width
      let fanIn = Float(c.inChannels / c.groups * window)
      if role == "bias" {
        return scheme == .torchDefault
          ? uniform(shape, 1 / fanIn.squareRoot(), &stream) : Tensor.zeros(shape)
      }
      switch scheme {
      case .heFanOut:
        let deviation = (2 / Float(c.outChannels / c.groups * window)).squareRoot()
        return Tensor(shape, (0..<shape.count).map { _ in stream.normal() * deviation })
      case .heUniform: return uniform(shape, (6 / fanIn).squareRoot(), &stream)
      case .torchDefault: return uniform(shape, 1 / fanIn.squareRoot(), &stream)
      }
    case .linear(let inFeatures, _, _):
      return uniform(shape, 1 / Float(inFeatures).squareRoot(), &stream)
    case .prelu: return Tensor(shape, repeating: 0.25)
    default:
      return Tensor(shape, repeating: role == "weight" || role == "running_var" ? 1 : 0)
    }
  }

  private func uniform(_ shape: Shape, _ bound: Float, _ stream: inout RandomStream) -> Tensor {
    Tensor(shape, (0..<shape.count).map { _ in stream.uniform(in: -bound...bound) })
  }
}
