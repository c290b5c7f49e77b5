/// The pointing game (Zhang et al. 2018, section 4.2): does a map's strongest cell lie on the object?
public enum PointingGame {
  /// Whether the strongest cell (the first in row-major order) lies on the mask or within `tolerance`
  /// cells of it.
  ///
  /// An empty mask is a miss, and so is a map without a strongest cell: one that is constant.
  ///
  /// - Parameters:
  ///   - map: row-major, `width` cells a row.
  ///   - mask: whether the object is at each cell.
  ///   - tolerance: in cells, as a Euclidean distance.
  public static func isHit(
    _ map: [Float], width: Int, mask: [Bool], tolerance: Double = 0
  ) throws(EvaluationError) -> Bool {
    guard width > 0, map.count % width == 0 else {
      throw .sizeMismatch(
        what: "map", expected: "whole rows of \(width) cells", got: "\(map.count)")
    }
    guard mask.count == map.count else {
      throw .sizeMismatch(what: "mask", expected: "\(map.count)", got: "\(mask.count)")
    }
    if let bad = map.firstIndex(where: { !$0.isFinite }) {
      throw .nonFiniteScore(index: bad, got: Double(map[bad]))
    }
    guard let peak = map.max(), peak > map.min() ?? peak, let place = map.firstIndex(of: peak)
    else { return false }
    let (y, x) = (place / width, place % width)
    return mask.indices.contains { cell in
      guard mask[cell] else { return false }
      let (dy, dx) = (Double(cell / width - y), Double(cell % width - x))
      return dy * dy + dx * dx <= tolerance * tolerance
    }
  }
}
