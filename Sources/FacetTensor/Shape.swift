/// The extents of a tensor, outermost first; a batch of images is `[N, C, H, W]`.
///
/// A shape of rank 0 is a scalar and has one element. Extents are never negative.
public struct Shape: Hashable, Sendable {
  public let extents: [Int]

  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "negative extent in \(extents)")
    self.extents = extents
  }

  /// The number of extents.
  public var rank: Int { extents.count }

  /// The number of elements: the product of the extents.
  public var count: Int { extents.reduce(1, *) }

  public subscript(axis: Int) -> Int { extents[axis] }

  /// The shape without its first `n` extents.
  public func dropFirst(_ n: Int = 1) -> Shape { Shape(Array(extents.dropFirst(n))) }

  /// The shape with one more extent in front.
  public func prepending(_ extent: Int) -> Shape { Shape([extent] + extents) }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// For example `2x3x224x224`; a scalar is `scalar`.
  public var description: String {
    extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "x")
  }
}
