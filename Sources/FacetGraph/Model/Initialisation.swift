import FacetTensor

/// How the parameters of new layers are drawn. Batch norm starts as the identity and PReLU with a
/// slope of 0.25 in all schemes.
public enum Initialisation: String, Hashable, Codable, Sendable, CaseIterable {
  /// He et al. 2015: convolutions normal with variance 2 / fan-out, their biases 0; linear layers as
  /// ``torchDefault``. torchvision's ResNet.
  case heFanOut
  /// The same, but linear layers normal with deviation 0.01, their biases 0. torchvision's VGG.
  case heFanOutSmallLinear
  /// Convolutions normal with variance 2 / fan-in, all biases 0; the weights of linear layers as
  /// ``torchDefault``. torchvision's DenseNet.
  case heFanIn
  /// Convolutions uniform in +-sqrt(6 / fan-in) (`kaiming_uniform_`), their biases 0.
  case heUniform
  /// The same, but the last layer, where it is a convolution, normal with deviation 0.01.
  /// torchvision's SqueezeNet.
  case heUniformSmallHead
  /// PyTorch's default: uniform in +-1/sqrt(fan-in), weights and biases.
  case torchDefault
}

extension Graph {
  /// Fresh parameters for every layer, each drawn from its own stream (seed, place in the graph), so
  /// a layer's weights don't depend on the other layers.
  ///
  /// - Parameter names: only these parameters; `nil` for all.
  public func initialParameters(
    _ scheme: Initialisation, seed: UInt64, only names: Set<String>? = nil
  ) -> [String: Tensor] {
    var parameters: [String: Tensor] = [:]
    let last = nodes.last { !$0.parameters.isEmpty }?.id
    for node in nodes {
      let shapes = node.op.parameterShapes
      for (index, (name, expected)) in Swift.zip(node.parameters, shapes).enumerated()
      where parameters[name] == nil && names?.contains(name) ?? true {
        var stream = RandomStream(seed: seed, 0x1417, node.id.index, index)
        let draw = scheme.draw(
          expected.role, weight: shapes[0].shape, isPReLU: node.op.kind == .prelu,
          isLast: node.id == last)
        parameters[name] = draw.tensor(expected.shape, &stream)
      }
    }
    return parameters
  }
}

/// The distribution of one parameter.
private enum Draw {
  case constant(Float)
  case uniform(Float)
  case normal(deviation: Float)

  func tensor(_ shape: Shape, _ stream: inout RandomStream) -> Tensor {
    switch self {
    case .constant(let value): return Tensor(shape, repeating: value)
    case .uniform(let bound):
      return Tensor(shape, (0..<shape.count).map { _ in stream.uniform(in: -bound...bound) })
    case .normal(let deviation):
      return Tensor(shape, (0..<shape.count).map { _ in stream.normal() * deviation })
    }
  }
}

extension Initialisation {
  /// By the shape of the operator's weight, as PyTorch counts fans: convolutions of either direction
  /// have one of rank 4, linear layers of rank 2, norms and PReLU of rank 1.
  fileprivate func draw(_ role: String, weight: Shape, isPReLU: Bool, isLast: Bool) -> Draw {
    switch (weight.rank, role) {
    case (4, "weight"), (4, "bias"): convolution(weight, role, isLast)
    case (2, "weight"), (2, "bias"): linear(Float(weight[1]), role)
    case (_, "weight"): .constant(isPReLU ? 0.25 : 1)
    default: .constant(role == "running_var" ? 1 : 0)
    }
  }

  private func convolution(_ weight: Shape, _ role: String, _ isLast: Bool) -> Draw {
    let window = weight[2] * weight[3]
    let fanIn = Float(weight[1] * window)
    if role == "bias" {
      return self == .torchDefault ? .uniform(1 / fanIn.squareRoot()) : .constant(0)
    }
    switch self {
    case .heFanOut, .heFanOutSmallLinear:
      return .normal(deviation: (2 / Float(weight[0] * window)).squareRoot())
    case .heFanIn: return .normal(deviation: (2 / fanIn).squareRoot())
    case .heUniformSmallHead where isLast: return .normal(deviation: 0.01)
    case .heUniform, .heUniformSmallHead: return .uniform((6 / fanIn).squareRoot())
    case .torchDefault: return .uniform(1 / fanIn.squareRoot())
    }
  }

  private func linear(_ fanIn: Float, _ role: String) -> Draw {
    switch (self, role) {
    case (.heFanOutSmallLinear, "bias"), (.heFanIn, "bias"): .constant(0)
    case (.heFanOutSmallLinear, _): .normal(deviation: 0.01)
    default: .uniform(1 / fanIn.squareRoot())
    }
  }
}
