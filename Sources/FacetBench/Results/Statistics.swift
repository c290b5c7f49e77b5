/// The middle of some numbers and how far they spread.
public struct Spread: Equatable, Codable, Sendable {
  /// What ``low`` and ``high`` are.
  public enum Kind: String, Codable, Sendable {
    /// The first and the third quartile.
    case quartiles
    /// The least and the largest: of fewer than five numbers.
    case range
  }

  public var median: Double
  public var low: Double
  public var high: Double
  public var kind: Kind

  public init(median: Double, low: Double, high: Double, kind: Kind) {
    self.median = median
    self.low = low
    self.high = high
    self.kind = kind
  }

  /// `nil` for no numbers.
  public init?(_ numbers: [Double]) {
    guard let middle = Self.quantile(0.5, numbers) else { return nil }
    kind = numbers.count < 5 ? .range : .quartiles
    let tail = kind == .range ? 0 : 0.25
    median = middle
    low = Self.quantile(tail, numbers) ?? middle
    high = Self.quantile(1 - tail, numbers) ?? middle
  }

  /// The spread of `b / a`, round by round; rounds that one side lacks don't count.
  public init?(ratiosOf b: [Double], to a: [Double]) {
    self.init(Swift.zip(a, b).filter { $0.0 > 0 }.map { $0.1 / $0.0 })
  }

  /// The value below which a part of the numbers lies, with straight lines between them (R's type 7);
  /// `nil` for no numbers.
  public static func quantile(_ part: Double, _ numbers: [Double]) -> Double? {
    guard !numbers.isEmpty else { return nil }
    let sorted = numbers.sorted()
    let place = part * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// `nil` for no numbers.
  public static func median(_ numbers: [Double]) -> Double? { quantile(0.5, numbers) }
}
