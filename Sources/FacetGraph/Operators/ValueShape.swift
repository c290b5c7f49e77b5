import FacetTensor

/// The extents of a node's value, the batch first; one that isn't known yet is `nil`.
///
/// The same rules check a graph while it is built (batch and sizes unknown) and infer a plan's shapes
/// (all known). An unknown extent agrees with any other.
public struct ValueShape: Hashable, Sendable {
  public var extents: [Int?]

  public init(_ extents: [Int?]) { self.extents = extents }

  public init(_ shape: Shape) { extents = shape.extents }

  /// A batch of maps.
  public static func map(channels: Int?, height: Int?, width: Int?) -> ValueShape {
    ValueShape([nil, channels, height, width])
  }

  /// A batch of vectors.
  public static func vector(features: Int?) -> ValueShape { ValueShape([nil, features]) }

  public var rank: Int { extents.count }

  /// Channels of a map, features of a vector; `nil` when unknown or when there is no such axis.
  public var channels: Int? { rank > 1 ? extents[1] : nil }

  /// The full shape, when every extent is known.
  public var shape: Shape? {
    let known = extents.compactMap { $0 }
    return known.count == rank ? Shape(known) : nil
  }

  /// Whether the two may turn out to be the same.
  public func agrees(with other: ValueShape) -> Bool {
    rank == other.rank
      && Swift.zip(extents, other.extents).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
  }

  /// What is known of a value that is both.
  func merged(with other: ValueShape) -> ValueShape {
    ValueShape(Swift.zip(extents, other.extents).map { $0 ?? $1 })
  }

  /// The product of some extents; `nil` when one is unknown, or when it is beyond all reason.
  func product(_ range: some Sequence<Int>) -> Int? {
    var product = 1
    for axis in range {
      guard let extent = extents[axis] else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Whether no extent is 0 and the known ones make no more elements than any machine holds.
  var isComputable: Bool {
    guard extents.allSatisfy({ 1...GraphValidation.largestExtent ~= $0 ?? 1 }) else { return false }
    let known = ValueShape(extents.map { $0 ?? 1 })
    return known.product(0..<rank).map { $0 <= GraphValidation.largestCount } ?? false
  }

  /// Every extent, the batch too.
  var list: String {
    "[" + extents.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
  }
}

extension ValueShape: CustomStringConvertible {
  /// `3x224x224` for a map, `a vector of 128`; the batch is left out.
  public var description: String {
    func text(_ size: Int?) -> String { size.map(String.init) ?? "?" }
    return switch rank {
    case 0: "a scalar"
    case 1: "an array of \(text(extents[0]))"
    case 2: "a vector of \(text(extents[1]))"
    case 4: extents.dropFirst().map(text).joined(separator: "x")
    default: "an array of \(extents.map(text).joined(separator: "x"))"
    }
  }
}

/// Why an operator can't take its inputs.
struct ShapeRefusal: Error {
  let reason: String
}
