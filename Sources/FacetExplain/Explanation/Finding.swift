import FacetTensor

/// What is odd about a map, so that nobody takes an empty picture for an answer.
public enum Finding: String, Hashable, Codable, Sendable, CaseIterable {
  /// Some element is NaN or infinite.
  case notFinite
  /// Every element is 0.
  case zero
  /// A layer's map has negative cells and no positive one: everything the layer holds speaks against
  /// the score, and a rectified picture is empty.
  case nowherePositive

  /// For people: what it means for the picture.
  public var explanation: String {
    switch self {
    case .notFinite: "the map holds numbers that are not finite"
    case .zero: "the map is zero everywhere"
    case .nowherePositive:
      "nowhere positive: all that the layer holds speaks against the score, so a picture of what "
        + "speaks for it is empty"
    }
  }
}

extension Explanation {
  /// For each image, what is odd about its map; `nil` where nothing is.
  public var findings: [Finding?] { (0..<map.shape[0]).map { finding(map.slice($0)) } }

  private func finding(_ map: Tensor) -> Finding? {
    if !map.isFinite { return .notFinite }
    if map.minimum == 0, map.maximum == 0 { return .zero }
    // Signs of maps on pixels belong to the pixels; such maps are shown with both.
    return space == .layer && map.maximum <= 0 ? .nowherePositive : nil
  }
}
