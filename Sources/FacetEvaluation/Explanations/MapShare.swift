/// How much of a map lies where.
public enum MapShare {
  /// The part of the positive values that lies on the mask, in 0...1; `nil` when nothing is positive.
  public static func inside(_ map: [Float], mask: [Bool]) -> Double? {
    precondition(map.count == mask.count, "a mask of \(mask.count) for \(map.count) cells")
    var (within, total) = (0.0, 0.0)
    for (value, isInside) in zip(map, mask) where value > 0 {
      total += Double(value)
      if isInside { within += Double(value) }
    }
    return total > 0 ? within / total : nil
  }

  /// The part of all cells that the mask holds, in 0...1.
  public static func area(_ mask: [Bool]) -> Double {
    mask.isEmpty ? 0 : Double(mask.count { $0 }) / Double(mask.count)
  }
}
