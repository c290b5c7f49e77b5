import FacetGraph
import FacetTensor

/// By how many pixels stretching a layer's map over the image puts its cells off the centres of what
/// they see.
///
/// Stretching puts cell `i` of `n` on pixel `(i + 1/2) size / n - 1/2`; it sees what is around
/// `centre + i stride`.
public struct PlacementShift: Hashable, Codable, Sendable {
  /// For each row of cells, in pixels; positive where stretching puts it too low.
  public let vertical: [Double]
  /// For each column of cells, in pixels; positive where stretching puts it too far right.
  public let horizontal: [Double]

  /// The largest magnitude of either direction.
  public var largest: Double { (vertical + horizontal).reduce(0) { max($0, abs($1)) } }

  /// The mean magnitude over rows and columns.
  public var mean: Double {
    let all = vertical + horizontal
    return all.isEmpty ? 0 : all.reduce(0) { $0 + abs($1) } / Double(all.count)
  }
}

extension ReceptiveField {
  /// The shift of a map of `rows` x `columns` cells on an image of `height` x `width` pixels.
  public func shift(rows: Int, columns: Int, height: Int, width: Int) -> PlacementShift {
    PlacementShift(
      vertical: vertical.shifts(of: rows, over: height),
      horizontal: horizontal.shifts(of: columns, over: width))
  }
}

extension ReceptiveField.Axis {
  fileprivate func shifts(of cells: Int, over pixels: Int) -> [Double] {
    (0..<cells).map { cell in
      let stretched = (Double(cell) + 0.5) * Double(pixels) / Double(cells) - 0.5
      return stretched - (centre + Double(cell * stride))
    }
  }
}

extension Explanation {
  /// How far ``MapPlacement/stretch`` would move this map's cells; `nil` for maps on pixels and for
  /// layers without one grid.
  public func placementShift(in graph: Graph) -> PlacementShift? {
    guard space == .layer, let layer, let field = try? ReceptiveField.of(layer, in: graph) else {
      return nil
    }
    return field.shift(
      rows: map.shape[1], columns: map.shape[2], height: imageSize.height,
      width: imageSize.width)
  }
}
