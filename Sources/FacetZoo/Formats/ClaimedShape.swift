import FacetTensor

/// A shape as a file claims it, before anything is believed.
enum ClaimedShape {
  /// Tensors of networks have at most five extents; more than this is an attack or no tensor.
  static let maximumRank = 8

  /// Elements that any file may claim, so that `0 x 512` is a shape in a file of few bytes.
  private static let harmless = 1 << 24

  /// The shape of `extents` when it is possible; `nil` for a negative extent, more than
  /// ``maximumRank`` of them, or more elements than `limit` and ``harmless``.
  ///
  /// Extents of 0 don't excuse the others: a shape without elements, one extent dropped, must still
  /// have a count.
  static func shape(_ extents: [Int], limit: Int) -> Shape? {
    guard extents.count <= maximumRank else { return nil }
    var product = 1
    for extent in extents {
      guard extent >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow, next <= max(limit, harmless) else { return nil }
      product = next
    }
    return Shape(extents)
  }
}
