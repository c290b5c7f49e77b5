import FacetEvaluation
import FacetFaces
import FacetImage
import FacetTensor

/// How much of a method's maps lies where no face is: a network that looks there has found a shortcut.
public struct ShortcutCheck: Codable, Sendable {
  /// One person's photos.
  public struct Person: Codable, Sendable {
    public let identity: String
    public let photos: Int
    /// The map's share on the background; `nil` when the maps are empty or no background is known.
    public let background: Double?
    public let backgroundArea: Double?
    /// The map's share on the photos' borders and black wedges.
    public let border: Double?
    public let borderArea: Double
    /// Whether a share is above the place's share of the photo: the map looks there more than a map
    /// that looks everywhere alike.
    public let isFlagged: Bool
  }

  public let method: String
  public let background: MapScore?
  public let backgroundArea: Double?
  public let border: MapScore?
  public let borderArea: Double
  public let people: [Person]

  public var flagged: [String] { people.filter(\.isFlagged).map(\.identity) }

  /// - Parameters:
  ///   - maps: `[N, H, W]`.
  ///   - regions: of every photo; `nil` when no template fits.
  package init(
    _ method: String, _ maps: Tensor, _ faces: WatchedFaces, regions: [[FaceRegion]]?,
    _ bootstrap: IdentityBootstrap
  ) {
    self.method = method
    let borders = faces.pictures.map(\.borderMask)
    let backgrounds = regions?.map { $0.map { $0 == .background } }
    func shares(_ masks: [[Bool]]) -> [Double?] {
      masks.enumerated().map { MapShare.inside(maps.slice($0).scalars, mask: $1) }
    }
    let onBorder = shares(borders)
    let onBackground = backgrounds.map(shares)
    border = MapScore(onBorder, identities: faces.people, bootstrap)
    borderArea = Self.mean(borders.map { MapShare.area($0) }) ?? 0
    background = onBackground.flatMap { MapScore($0, identities: faces.people, bootstrap) }
    backgroundArea = backgrounds.flatMap { Self.mean($0.map { MapShare.area($0) }) }
    people = faces.identities.indices.map { person in
      let places = faces.people.indices.filter { faces.people[$0] == person }
      let border = Self.mean(places.map { onBorder[$0] })
      let borderArea = Self.mean(places.map { MapShare.area(borders[$0]) }) ?? 0
      let background = onBackground.flatMap { shares in Self.mean(places.map { shares[$0] }) }
      let area = backgrounds.flatMap { masks in
        Self.mean(places.map { MapShare.area(masks[$0]) })
      }
      return Person(
        identity: faces.identities[person], photos: places.count, background: background,
        backgroundArea: area, border: border, borderArea: borderArea,
        isFlagged: (border ?? 0) > borderArea || (background ?? 0) > (area ?? 1))
    }
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let present = values.compactMap { $0 }
    return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
  }
}

extension Image {
  /// The outermost twelfth of each side, and black wedges: nearly black pixels that hang together with
  /// the border, as photos that were turned have them.
  fileprivate var borderMask: [Bool] {
    let margin = (x: max(1, width / 12), y: max(1, height / 12))
    var mask = (0..<width * height).map { i in
      let (x, y) = (i % width, i / width)
      return x < margin.x || y < margin.y || x >= width - margin.x || y >= height - margin.y
    }
    func isBlack(_ i: Int) -> Bool { (0..<3).allSatisfy { pixels[3 * i + $0] <= 6 } }
    var seen = [Bool](repeating: false, count: mask.count)
    var front = mask.indices.filter { i in
      let (x, y) = (i % width, i / width)
      return (x == 0 || y == 0 || x == width - 1 || y == height - 1) && isBlack(i)
    }
    for i in front { seen[i] = true }
    while let i = front.popLast() {
      mask[i] = true
      let (x, y) = (i % width, i / width)
      for (nx, ny) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
      where 0..<width ~= nx && 0..<height ~= ny {
        let next = ny * width + nx
        if !seen[next], isBlack(next) {
          seen[next] = true
          front.append(next)
        }
      }
    }
    return mask
  }
}
