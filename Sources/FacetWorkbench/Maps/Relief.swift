import FacetImage
import FacetTensor

extension HeatmapRendering {
  /// A projection on grey, stretched to its own contrast: all but the strongest hundredth of what isn't
  /// 0 (or rounding beside it) stays within the range. A cell's projection is 0 nearly everywhere, so
  /// its standard deviation says little about it.
  static func relief(ofProjection map: Tensor, channels: Preprocessing.Channels) -> Image {
    let mean = map.mean
    let squares = map.scalars.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = (squares / Double(map.count)).squareRoot()
    let least = 1e-3 * max(map.maximum, -map.minimum)
    let magnitudes = map.scalars.filter { abs($0) > least }.map { abs(Double($0) - mean) }.sorted()
    guard !magnitudes.isEmpty else { return signedImage(ofInputMap: map, channels: channels) }
    let top = magnitudes[Int(0.99 * Double(magnitudes.count - 1))]
    let contrast = top > 0 ? Float(0.5 * deviation / top) : 0.1
    return signedImage(ofInputMap: map, contrast: contrast, channels: channels)
  }
}
