import FacetEvaluation
import FacetFaces
import FacetTensor

/// Where on a face a method's maps lie.
public struct RegionShares: Codable, Sendable {
  public struct Region: Codable, Sendable {
    public let region: String
    /// The share of the map, averaged over photos.
    public let share: MapScore
    /// The share of the photo's pixels.
    public let area: Double
  }

  public let regions: [Region]

  /// - Parameters:
  ///   - maps: `[N, H, W]`.
  ///   - places: the region of every pixel of every photo.
  package init(
    _ maps: Tensor, _ places: [[FaceRegion]], people: [Int], _ bootstrap: IdentityBootstrap
  ) {
    regions = FaceRegion.allCases.compactMap { region in
      let masks = places.map { $0.map { $0 == region } }
      let shares = masks.enumerated().map { index, mask in
        MapShare.inside(maps.slice(index).scalars, mask: mask)
      }
      guard let share = MapScore(shares, identities: people, bootstrap) else { return nil }
      return Region(
        region: region.name, share: share,
        area: masks.map(MapShare.area).reduce(0, +) / Double(max(masks.count, 1)))
    }
  }
}
