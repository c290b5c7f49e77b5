import FacetTensor

/// What a node computes. Values are arrays whose first axis is the batch: mostly `[N, C, H, W]` maps
/// and `[N, F]` vectors. The operators up to ``l2Normalize(epsilon:)`` are what Facet's own
/// architectures are made of; the others come with graphs from elsewhere.
public enum Op: Hashable, Codable, Sendable {
  /// The images.
  case input(channels: Int)
  case convolution(Convolution)
  /// `x W^T + b` on vectors.
  case linear(inFeatures: Int, outFeatures: Int, bias: Bool)
  /// Per channel `(x - mean) / sqrt(variance + epsilon) * weight + bias`. With batch statistics
  /// (training) the running ones move by `momentum`, the variance unbiased, as PyTorch does.
  case batchNorm(channels: Int, epsilon: Float, momentum: Float)
  case relu
  /// `x > 0 ? x : slope * x`, a slope for each channel.
  case prelu(channels: Int)
  case maxPool(Pooling)
  /// `countsPadding`: whether padded zeros count in the divisor (PyTorch's `count_include_pad`).
  case averagePool(Pooling, countsPadding: Bool)
  /// Mean over a grid of `height` x `width` windows that cover the map, as PyTorch divides it.
  case adaptiveAveragePool(height: Int, width: Int)
  /// Krizhevsky et al. 2012, section 3.3, over channels, with `alpha / size` as PyTorch has it.
  case localResponseNorm(size: Int, alpha: Float, beta: Float, k: Float)
  /// The sum of all inputs, which have one shape.
  case add
  /// All inputs joined along the channels.
  case concat
  /// `[N, C, H, W]` to `[N, C*H*W]`.
  case flatten
  /// In training each element is dropped with this probability and the rest scaled up; else nothing.
  case dropout(probability: Float)
  /// Over the channels or features.
  case softmax
  /// `x / max(|x|, epsilon)`, the norm over everything but the batch.
  case l2Normalize(epsilon: Float)

  /// An input that isn't a batch of images of any size; `nil` extents are free.
  case arrayInput(extents: [Int?])
  /// A fixed value, its one parameter.
  case constant(extents: [Int])
  case transposedConvolution(TransposedConvolution)
  case activation(Activation)
  /// Two inputs, broadcast.
  case arithmetic(Arithmetic)
  /// `A B` of the last two axes of two inputs, the others broadcast; an input of one axis is a row on
  /// the left, a column on the right (NumPy's matmul).
  case matrixProduct
  case reduction(Reduction)
  case reshape([TargetExtent])
  /// Axis `i` of the result is axis `permutation[i]` of the input.
  case transpose(permutation: [Int])
  case slice(Slicing)
  case pad(Padding)
  case resize(Resizing)
  /// Elements of one axis by their places, negative ones counted from the end.
  case gather(axis: Int, indices: [Int])
  /// Repeated to broadcast against these extents.
  case expand(extents: [TargetExtent])
  /// All inputs joined along an axis.
  case join(axis: Int)
  /// Over one axis; `logarithm` gives the logarithm of it.
  case axisSoftmax(axis: Int, logarithm: Bool)
}

extension Op {
  /// The parameters an operator needs, by PyTorch's names, with their shapes, in the order kernels
  /// take them. The running statistics of batch norm are among them, though no gradient reaches them.
  public var parameterShapes: [(role: String, shape: Shape)] {
    switch self {
    case .convolution(let c):
      let weight: Shape = [
        c.outChannels, c.inChannels / c.groups, c.kernel.height, c.kernel.width,
      ]
      return [("weight", weight)] + (c.bias ? [("bias", [c.outChannels])] : [])
    case .transposedConvolution(let c):
      let weight: Shape = [
        c.inChannels, c.outChannels / c.groups, c.kernel.height, c.kernel.width,
      ]
      return [("weight", weight)] + (c.bias ? [("bias", [c.outChannels])] : [])
    case .linear(let inputs, let outputs, let bias):
      return [("weight", [outputs, inputs])] + (bias ? [("bias", [outputs])] : [])
    case .batchNorm(let channels, _, _):
      return ["weight", "bias", "running_mean", "running_var"].map { ($0, [channels]) }
    case .prelu(let channels):
      return [("weight", [channels])]
    case .constant(let extents):
      return [("value", Shape(extents))]
    default:
      return []
    }
  }

  /// How many of ``parameterShapes`` are learnt by gradient; the rest are running statistics and
  /// constants.
  public var learnableParameterCount: Int {
    switch self {
    case .batchNorm: 2
    case .constant: 0
    default: parameterShapes.count
    }
  }

  /// Whether the value is given or fixed, so that the operator takes no inputs.
  public var isSource: Bool {
    switch self {
    case .input, .arrayInput, .constant: true
    default: false
    }
  }

  /// Whether the value is what a run is given.
  public var isInput: Bool {
    switch self {
    case .input, .arrayInput: true
    default: false
    }
  }

  /// Whether guided backpropagation and deconvolution bend the signal here.
  public var isRectifier: Bool {
    switch self {
    case .relu, .prelu: true
    case .activation(let activation): activation.isRectifier
    default: false
    }
  }
}
