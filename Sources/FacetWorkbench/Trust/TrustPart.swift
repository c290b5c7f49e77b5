/// What `facet trust` measures, in this order.
public enum TrustPart: String, CaseIterable, Codable, Sendable {
  /// Deletion, insertion, ROAD, sparseness and infidelity of drawn faces, and where their maps lie.
  case drawnFaces
  /// The same of the user's photos, with the shortcuts.
  case photos
  case partRemoval
  case swapSearch
  case swapGame
  case randomWeights
  case sensitivity
  /// The maps shown: what comes after measuring.
  case pictures

  var title: String {
    switch self {
    case .drawnFaces: "Faithfulness on drawn faces"
    case .photos: "Faithfulness and shortcuts on your photos"
    case .partRemoval: "Parts left out"
    case .swapSearch: "Search for swaps"
    case .swapGame: "Swap game"
    case .randomWeights: "Random weights"
    case .sensitivity: "Sensitivity"
    case .pictures: "Pictures"
    }
  }

  /// About what the part takes without a budget, the long ones held down a little: an interval needs few
  /// samples to be there, and many more to be half as wide.
  fileprivate var weight: Double {
    switch self {
    case .drawnFaces: 8
    case .photos: 7
    case .randomWeights: 4
    case .swapGame: 3
    case .pictures: 2
    case .partRemoval, .swapSearch, .sensitivity: 1
    }
  }
}

/// The time of `facet trust`, divided among its parts, so that none starves.
package struct TrustBudget {
  private let whole: Deadline
  private let parts: [TrustPart]

  /// - Parameters:
  ///   - seconds: from now; `nil` for no end.
  ///   - hasPhotos: whether there are photos to measure beside drawn faces.
  package init(seconds: Double?, hasPhotos: Bool) {
    whole = Deadline(seconds: seconds)
    parts = TrustPart.allCases.filter { hasPhotos || $0 != .photos }
  }

  /// When a part that begins now has to end: it gets its weight, among those not begun, of the time that
  /// is left. What it leaves is for the parts after it.
  package func deadline(for part: TrustPart) -> Deadline {
    let waiting = parts.drop { $0 != part }.map(\.weight).reduce(0, +)
    return whole.share(part.weight / max(waiting, part.weight))
  }
}
