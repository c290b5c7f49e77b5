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

/// Padding that depends on the input's size: as much as makes the output `ceil(input / stride)` large
/// (TensorFlow's and ONNX's SAME). An odd pixel goes to the named side.
public enum SamePadding: String, Hashable, Codable, Sendable {
  /// The odd pixel is added at the bottom and the right.
  case upper
  /// The odd pixel is added at the top and the left.
  case lower
}

/// A window that slides over a map: what convolutions and pools share.
public protocol SlidingWindow {
  var kernel: Extent { get }
  var stride: Extent { get }
  var dilation: Extent { get }
  /// Pixels added at the top and the left.
  var padding: Extent { get set }
  /// Pixels added at the bottom and the right; `nil` when as many as ``padding``.
  var trailing: Extent? { get set }
  /// Padding by the input's size, instead of the other two.
  var same: SamePadding? { get set }
}

extension SlidingWindow {
  /// Pixels that one window spans.
  public var reach: Extent {
    Extent(dilation.height * (kernel.height - 1) + 1, dilation.width * (kernel.width - 1) + 1)
  }

  /// Pixels added at the bottom and the right.
  public var trailingPadding: Extent { trailing ?? padding }

  /// The same window with its padding as numbers, for maps of this size.
  public func resolved(height: Int, width: Int) -> Self {
    guard let same else { return self }
    func amounts(_ size: Int, _ axis: KeyPath<Extent, Int>) -> (before: Int, after: Int) {
      let step = stride[keyPath: axis]
      let total = max(0, ((size + step - 1) / step - 1) * step + reach[keyPath: axis] - size)
      let less = total / 2
      return same == .upper ? (less, total - less) : (total - less, less)
    }
    let (rows, columns) = (amounts(height, \.height), amounts(width, \.width))
    var window = self
    window.same = nil
    window.padding = Extent(rows.before, columns.before)
    window.trailing = Extent(rows.after, columns.after)
    return window
  }

  /// Windows along one direction; `nil` for an unknown input size.
  func outputSize(_ input: Int?, _ axis: KeyPath<Extent, Int>, ceilMode: Bool = false)
    throws(ShapeRefusal) -> Int?
  {
    guard let input else { return nil }
    let step = stride[keyPath: axis]
    if same != nil { return (input + step - 1) / step }
    let (before, after) = (padding[keyPath: axis], trailingPadding[keyPath: axis])
    let span = reach[keyPath: axis]
    let room = input + before + after - span
    guard room >= 0 || (ceilMode && room > -step) else {
      throw ShapeRefusal(
        reason: "an input of \(input) pixels with padding \(before)"
          + (after == before ? "" : " and \(after)") + " is smaller than the window of \(span)")
    }
    guard ceilMode else { return room / step + 1 }
    // PyTorch's rule: the last window must start inside the input or its left padding.
    let size = (room + step - 1) / step + 1
    return (size - 1) * step >= input + before ? size - 1 : size
  }
}
