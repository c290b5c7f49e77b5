/// How much of a map is in few of its cells.
public enum Sparseness {
  /// The Gini index of the magnitudes (Chalasani et al. 2020, section 5): 0 when all cells are equal,
  /// towards 1 when one holds all. `nil` for a map of zeros.
  public static func gini(_ map: [Float]) -> Double? {
    let sorted = map.map { abs(Double($0)) }.sorted()
    let total = sorted.reduce(0, +)
    guard total > 0 else { return nil }
    let count = Double(sorted.count)
    let weighted = sorted.enumerated().reduce(0.0) {
      $0 + $1.element * (count - Double($1.offset) - 0.5)
    }
    return 1 - 2 * weighted / (total * count)
  }
}
