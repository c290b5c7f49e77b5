import FacetTensor

/// Whether both sides gave the same numbers.
public struct Agreement: Equatable, Codable, Sendable {
  /// What was compared: `logits`, `raw` (a map before it is rectified), `map` (0...1), `losses`.
  public var what: String
  /// The peer's side it was compared with.
  public var side: String
  /// The largest difference divided by the largest of the peer's numbers; `nil` where the two can't
  /// be compared.
  public var difference: Double?
  /// The same when Facet computes without Winograd's filtering; asked for only where ``difference`` is
  /// over the limit. A ReLU whose input is nearer to 0 than rounding may open or stay shut, and what
  /// passes there is part of a map.
  public var exactDifference: Double?
  /// The largest ``difference`` that is the same.
  public var limit: Double
  /// Why they can't be compared, or what makes the comparison weak.
  public var note: String?

  public init(
    what: String, side: String, difference: Double?, limit: Double, note: String? = nil
  ) {
    self.what = what
    self.side = side
    self.difference = difference
    self.limit = limit
    self.note = note
  }

  public var holds: Bool { (exactDifference ?? difference).map { $0 <= limit } ?? false }

  /// The limit for one kind of numbers.
  ///
  /// Both sides compute in 32 bits and in their own order, which gives about 1e-6 for the deepest
  /// network; a finished map is stretched to 0...1, which enlarges what is left.
  public static func limit(of what: String) -> Double { what == "map" ? 1e-2 : 1e-3 }

  /// Compares Facet's numbers with the peer's.
  public init(
    _ what: String, side: String, _ facet: Tensor, reference: Tensor
  ) {
    self.init(
      what: what, side: side, difference: nil, limit: Self.limit(of: what))
    guard facet.shape == reference.shape else {
      note = "Facet's are \(facet.shape), the peer's \(reference.shape)"
      return
    }
    var largest: Float = 0
    var apart: Float = 0
    for (a, b) in Swift.zip(facet.scalars, reference.scalars) {
      guard a.isFinite, b.isFinite else {
        note = "one of them is no finite number"
        return
      }
      largest = max(largest, abs(b))
      apart = max(apart, abs(a - b))
    }
    if largest == 0 {
      note = "the peer's are all 0"
      difference = apart == 0 ? 0 : nil
    } else {
      difference = Double(apart) / Double(largest)
    }
  }
}
