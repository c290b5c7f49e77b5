import FacetImage

/// One rendered photo with the truth about each of its pixels.
public struct RenderedFace: Equatable, Sendable {
  /// The photo; square.
  public let image: Image
  /// The raw value of the ``FacePart`` that is seen at each pixel, rows from the top.
  public let labels: [UInt8]

  /// The side in pixels.
  public var size: Int { image.width }

  /// For each pixel, rows from the top, whether `part` is seen there.
  public func mask(_ part: FacePart) -> [Bool] { labels.map { $0 == part.rawValue } }

  /// For each pixel whether one of `parts` is seen there.
  public func mask(_ parts: Set<FacePart>) -> [Bool] {
    let values = Set(parts.map(\.rawValue))
    return labels.map { values.contains($0) }
  }

  /// The number of pixels of `part`.
  public func area(of part: FacePart) -> Int {
    labels.reduce(0) { $0 + ($1 == part.rawValue ? 1 : 0) }
  }

  /// The part that is seen in column `x` of row `y`.
  public func part(x: Int, y: Int) -> FacePart {
    precondition(0..<size ~= x && 0..<size ~= y, "pixel (\(x), \(y)) of a picture of \(size)")
    return FacePart(rawValue: labels[y * size + x]) ?? .background
  }
}
