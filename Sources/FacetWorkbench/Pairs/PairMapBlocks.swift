import FacetExplain
import FacetImage
import FacetReport
import FacetTensor

/// Both faces of a pair, as the network sees them.
struct PairPictures {
  let first: ReportImage
  let second: ReportImage

  init(_ first: PairPhoto, _ second: PairPhoto) throws {
    self.first = try ReportImage(first.image)
    self.second = try ReportImage(second.image)
  }

  /// The second photo beside the first.
  var secondPanel: HeatmapPanel { HeatmapPanel(method: "second photo", map: nil, photo: second) }
}

/// Galleries of pairs' maps.
extension PairMaps {
  /// The maps of both faces for one side.
  ///
  /// - Parameters:
  ///   - labels: for each face, what is written into its picture; `nil` for nothing.
  ///   - evidence: for each face, how its map, or the method's, stood up to the controls.
  func panels(
    _ side: PairSide, _ pair: Int, _ photos: PairPictures, labels: [String?],
    evidence: [[Definition]]
  ) throws -> [HeatmapPanel] {
    try PairFace.allCases.enumerated().map { place, face in
      let label = isFlat(pair) ? nil : labels[place]
      return HeatmapPanel(
        method: "\(method.title), \(face.rawValue)",
        map: try picture(face, side, pair, label: label),
        ownScaleMap: isFlat(pair)
          ? nil : try picture(face, side, pair, label: label, byItself: true),
        values: values(face, side, pair) + (isFlat(pair) ? [] : evidence[place]),
        photo: face == .first ? photos.first : photos.second)
    }
  }

  private func values(_ face: PairFace, _ side: PairSide, _ pair: Int) -> [Definition] {
    if isFlat(pair) { return [Definition("map", "nothing to show")] }
    let map = strength(face, side, pair)
    let largest = map.maximum
    guard largest > 0 else { return [Definition("map", "nowhere")] }
    let covered = Double(map.scalars.count { $0 > 0 }) / Double(map.count)
    return [
      Definition("largest", NumberFormat.significant(2).string(Double(largest))),
      Definition("of the scale", NumberFormat.percent(0).string(Double(largest / top(pair)))),
      Definition("covers", NumberFormat.percent(0).string(covered)),
    ]
  }
}

extension PairSide {
  /// The meaning of a gallery's colours.
  var scale: ColorScale {
    ColorScale(
      colors, HeatmapScale(minimum: 0, maximum: 1), format: .decimals(1), quantity: rawValue,
      sharing:
        "1 is the largest magnitude of a method's map on both faces of a pair, whatever its sign, "
        + "so similarity and dissimilarity can be compared; units differ between methods.")
  }
}
