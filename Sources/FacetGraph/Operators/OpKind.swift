/// The kinds of ``Op``.
public enum OpKind: String, Hashable, Codable, Sendable, CaseIterable {
  case input
  case convolution
  case linear
  case batchNorm
  case relu
  case prelu
  case maxPool
  case averagePool
  case adaptiveAveragePool
  case localResponseNorm
  case add
  case concat
  case flatten
  case dropout
  case softmax
  case l2Normalize
  case arrayInput
  case constant
  case transposedConvolution
  case activation
  case arithmetic
  case matrixProduct
  case reduction
  case reshape
  case transpose
  case slice
  case pad
  case resize
  case gather
  case expand
  case join
  case axisSoftmax
}

extension Op {
  /// The operator's name without its settings: `convolution`, `relu`. Rules match on it.
  public var kind: OpKind {
    switch self {
    case .input: .input
    case .convolution: .convolution
    case .linear: .linear
    case .batchNorm: .batchNorm
    case .relu: .relu
    case .prelu: .prelu
    case .maxPool: .maxPool
    case .averagePool: .averagePool
    case .adaptiveAveragePool: .adaptiveAveragePool
    case .localResponseNorm: .localResponseNorm
    case .add: .add
    case .concat: .concat
    case .flatten: .flatten
    case .dropout: .dropout
    case .softmax: .softmax
    case .l2Normalize: .l2Normalize
    case .arrayInput: .arrayInput
    case .constant: .constant
    case .transposedConvolution: .transposedConvolution
    case .activation: .activation
    case .arithmetic: .arithmetic
    case .matrixProduct: .matrixProduct
    case .reduction: .reduction
    case .reshape: .reshape
    case .transpose: .transpose
    case .slice: .slice
    case .pad: .pad
    case .resize: .resize
    case .gather: .gather
    case .expand: .expand
    case .join: .join
    case .axisSoftmax: .axisSoftmax
    }
  }

  /// The operator's name as tables show it: the kind, or the function an activation, arithmetic or
  /// reduction computes.
  public var label: String {
    switch self {
    case .activation(let activation): activation.name
    case .arithmetic(let function): function.rawValue
    case .reduction(let reduction): "reduce " + reduction.kind.rawValue
    default: kind.rawValue
    }
  }
}
