/// The geometry of a two-dimensional convolution (cross-correlation, as every framework means it).
public struct Convolution: SlidingWindow, Hashable, Sendable {
  public var inChannels: Int
  public var outChannels: Int
  public var kernel: Extent
  public var stride: Extent
  public var padding: Extent
  public var trailing: Extent?
  public var same: SamePadding?
  public var dilation: Extent
  public var groups: Int
  public var bias: Bool

  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: Extent, stride: Extent = Extent(1),
    padding: Extent = Extent(0), trailing: Extent? = nil, same: SamePadding? = nil,
    dilation: Extent = Extent(1), groups: Int = 1, bias: Bool = true
  ) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.trailing = trailing
    self.same = same
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
  }
}

extension Convolution: Codable {}

/// A convolution turned around (PyTorch's `ConvTranspose2d`): each input pixel adds its kernel to the
/// output, `stride` pixels apart; it is the gradient of ``mirror``'s input.
public struct TransposedConvolution: Hashable, Codable, Sendable {
  public var inChannels: Int
  public var outChannels: Int
  public var kernel: Extent
  public var stride: Extent
  /// Pixels cut off at the top and the left.
  public var padding: Extent
  /// Pixels cut off at the bottom and the right.
  public var trailing: Extent
  /// Pixels added at the bottom and the right, which no kernel may reach.
  public var outputPadding: Extent
  /// The output is `input * stride` large, the cut chosen to fit.
  public var same: SamePadding?
  public var dilation: Extent
  public var groups: Int
  public var bias: Bool

  public init(
    _ inChannels: Int, _ outChannels: Int, kernel: Extent, stride: Extent = Extent(1),
    padding: Extent = Extent(0), trailing: Extent? = nil, outputPadding: Extent = Extent(0),
    same: SamePadding? = nil, dilation: Extent = Extent(1), groups: Int = 1, bias: Bool = true
  ) {
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.trailing = trailing ?? padding
    self.outputPadding = outputPadding
    self.same = same
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
  }

  /// The convolution from this one's output to its input, whose input gradient this one is. Its
  /// weights have the same shape.
  public var mirror: Convolution {
    var (leading, trailing) = (padding, trailing)
    if let same {
      func cut(_ axis: KeyPath<Extent, Int>) -> (less: Int, more: Int) {
        let reach = dilation[keyPath: axis] * (kernel[keyPath: axis] - 1) + 1
        let total = max(0, reach + outputPadding[keyPath: axis] - stride[keyPath: axis])
        return (total / 2, total - total / 2)
      }
      let (rows, columns) = (cut(\.height), cut(\.width))
      (leading, trailing) = (Extent(rows.less, columns.less), Extent(rows.more, columns.more))
      if same == .lower { swap(&leading, &trailing) }
    }
    return Convolution(
      outChannels, inChannels, kernel: kernel, stride: stride, padding: leading,
      trailing: trailing, dilation: dilation, groups: groups, bias: false)
  }

  /// Output size along one direction; `nil` for an unknown input size.
  func outputSize(_ input: Int?, _ axis: KeyPath<Extent, Int>) throws(ShapeRefusal) -> Int? {
    guard let input else { return nil }
    let step = stride[keyPath: axis]
    if same != nil { return input * step }
    let reach = dilation[keyPath: axis] * (kernel[keyPath: axis] - 1) + 1
    let size =
      (input - 1) * step + reach + outputPadding[keyPath: axis] - padding[keyPath: axis]
      - trailing[keyPath: axis]
    guard size > 0 else {
      throw ShapeRefusal(reason: "an input of \(input) pixels is cut away whole by the padding")
    }
    return size
  }
}
