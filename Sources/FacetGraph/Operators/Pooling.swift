/// The geometry of a pooling window.
public struct Pooling: SlidingWindow, Hashable, Sendable {
  public var kernel: Extent
  public var stride: Extent
  public var padding: Extent
  public var trailing: Extent?
  public var same: SamePadding?
  public var dilation: Extent
  /// Whether a last window that starts inside the input or its left padding, but overhangs the right
  /// edge, counts (PyTorch's `ceil_mode`).
  public var ceilMode: Bool

  public init(
    kernel: Extent, stride: Extent, padding: Extent = Extent(0), trailing: Extent? = nil,
    same: SamePadding? = nil, dilation: Extent = Extent(1), ceilMode: Bool = false
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.trailing = trailing
    self.same = same
    self.dilation = dilation
    self.ceilMode = ceilMode
  }

  func outputSize(_ input: Int?, _ axis: KeyPath<Extent, Int>) throws(ShapeRefusal) -> Int? {
    try outputSize(input, axis, ceilMode: ceilMode)
  }
}

extension Pooling: Codable {
  private enum CodingKeys: String, CodingKey {
    case kernel
    case stride
    case padding
    case trailing
    case same
    case dilation
    case ceilMode
  }

  /// Model files from before pools had a dilation are read too.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      kernel: try container.decode(Extent.self, forKey: .kernel),
      stride: try container.decode(Extent.self, forKey: .stride),
      padding: try container.decode(Extent.self, forKey: .padding),
      trailing: try container.decodeIfPresent(Extent.self, forKey: .trailing),
      same: try container.decodeIfPresent(SamePadding.self, forKey: .same),
      dilation: try container.decodeIfPresent(Extent.self, forKey: .dilation) ?? Extent(1),
      ceilMode: try container.decode(Bool.self, forKey: .ceilMode))
  }
}
