import FacetTensor

/// The numbers that stand for the two ends of a colour map.
///
/// It is always given, never taken from a map while drawing it, so that pictures side by side can
/// share one.
public struct HeatmapScale: Hashable, Codable, Sendable {
  public var minimum: Float
  public var maximum: Float

  public init(minimum: Float, maximum: Float) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// From `-limit` to `limit`: a signed map's, with 0 in the middle.
  public static func symmetric(_ limit: Float) -> HeatmapScale {
    HeatmapScale(minimum: -abs(limit), maximum: abs(limit))
  }

  /// From the smallest to the largest number of all `maps` together; what is not finite is passed
  /// over, and 0...0 when nothing is left.
  public static func covering(_ maps: [Tensor]) -> HeatmapScale {
    var (low, high) = (Float.infinity, -Float.infinity)
    for map in maps {
      for value in map.scalars where value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
    }
    return low <= high ? HeatmapScale(minimum: low, maximum: high) : .symmetric(0)
  }

  /// From 0 to the largest number of all `maps` together: for maps after a ReLU.
  public static func upTo(maximumOf maps: [Tensor]) -> HeatmapScale {
    HeatmapScale(minimum: 0, maximum: max(0, covering(maps).maximum))
  }

  /// Symmetric about 0 and as wide as the largest magnitude of all `maps` together.
  public static func symmetric(covering maps: [Tensor]) -> HeatmapScale {
    let range = covering(maps)
    return .symmetric(max(abs(range.minimum), abs(range.maximum)))
  }

  /// Where `value` lies between the ends, clamped to 0...1; NaN stays NaN.
  ///
  /// When the ends coincide, what is above them is 1 and the rest 0; on a scale of 0...0 nothing is
  /// hot.
  public func fraction(_ value: Float) -> Float {
    if value.isNaN { return value }
    guard maximum > minimum else { return value > maximum ? 1 : 0 }
    if value >= maximum { return 1 }
    if value <= minimum { return 0 }
    // In double precision: the difference of the ends may exceed a float's range.
    let (low, high) = (Double(minimum), Double(maximum))
    return Float((Double(value) - low) / (high - low))
  }
}
