import FacetTensor

/// A height and a width: of a kernel, a stride, a padding.
public struct Extent: Hashable, Codable, Sendable, CustomStringConvertible {
  public var height: Int
  public var width: Int

  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// Equal in both directions.
  public init(_ both: Int) { self.init(both, both) }

  public var description: String { "\(height)x\(width)" }
}

/// The geometry of a two-dimensional convolution (cross-correlation, as every framework means it).
public struct Convolution: Hashable, Codable, Sendable {
  public var inChannels: Int
  public var outChannels: Int
  public var kernel: Extent
  public var stride: Extent
  /// Zeros added on either side.
  public var padding: Extent
  public var dilation: Extent
  public var groups: Int
  public var bias: Bool

  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: Extent, stride: Extent = Extent(1),
    padding: Extent = Extent(0), dilation: Extent = Extent(1), groups: Int = 1, bias: Bool = true
  ) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
  }
}

/// The geometry of a pooling window.
public struct Pooling: Hashable, Codable, Sendable {
  public var kernel: Extent
  public var stride: Extent
  public var padding: Extent
  /// Whether a last window that starts inside the input or its left padding, but overhangs the right
  /// edge, counts (PyTorch's `ceil_mode`).
  public var ceilMode: Bool

  public init(
    kernel: Extent, stride: Extent, padding: Extent = Extent(0), ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.ceilMode = ceilMode
  }
}

/// What a node computes. Values are `[N, C, H, W]` maps or `[N, F]` vectors.
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
    }
  }

  /// The parameters an operator needs, by PyTorch's names, with their shapes, in the order kernels
  /// take them. The running statistics of batch norm are among them, though no gradient reaches them.
  public var parameterShapes: [(role: String, shape: Shape)] {
    switch self {
    case .convolution(let c):
      let weight: Shape = [
        c.outChannels, c.inChannels / c.groups, c.kernel.height, c.kernel.width,
      ]
      return [("weight", weight)] + (c.bias ? [("bias", [c.outChannels])] : [])
    case .linear(let inputs, let outputs, let bias):
      return [("weight", [outputs, inputs])] + (bias ? [("bias", [outputs])] : [])
    case .batchNorm(let channels, _, _):
      return ["weight", "bias", "running_mean", "running_var"].map { ($0, [channels]) }
    case .prelu(let channels):
      return [("weight", [channels])]
    default:
      return []
    }
  }

  /// How many of ``parameterShapes`` are learnt by gradient; the rest are running statistics.
  public var learnableParameterCount: Int {
    if case .batchNorm = self { 2 } else { parameterShapes.count }
  }
}

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
}
