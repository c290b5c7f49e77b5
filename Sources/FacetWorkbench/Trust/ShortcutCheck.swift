import FacetEvaluation
import FacetFaces
import FacetImage
import FacetTensor

/// How much of a method's maps lies where no face is: a network that looks there has found a shortcut.
///
/// A map that looks everywhere alike has as much of its strength on a place as the place has of the
/// photo. More than that on some photos is chance; a flag needs a test over people.
public struct ShortcutCheck: Codable, Sendable {
  /// A place beside the face.
  public struct Place: Codable, Sendable {
    /// The map's share on it.
    public let share: MapScore?
    /// The place's own share of the photos.
    public let area: Double
    /// Share minus area, photo by photo.
    public let excess: MapScore?
    /// Of the excess, by Holm over all methods and both places; `nil` with too few people.
    public fileprivate(set) var p: Double?

    public var isFlagged: Bool {
      excess.map { MapScore.Standing($0.value, p: p) } == .better
    }

    fileprivate init(
      _ shares: [Double?], _ areas: [Double], people: [Int], _ bootstrap: IdentityBootstrap
    ) {
      share = MapScore(shares, identities: people, bootstrap)
      area = areas.isEmpty ? 0 : areas.reduce(0, +) / Double(areas.count)
      excess = MapScore.difference(shares, areas, identities: people, bootstrap)
      p = excess?.p
    }
  }

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
    /// Of the larger excess, over the person's photos, by Holm over people and places; `nil` with fewer
    /// than ``ShortcutCheck/leastPhotos``.
    public let p: Double?
    public let isFlagged: Bool
  }

  /// Of a person who can be flagged.
  public static let leastPhotos = 5

  public let method: String
  /// `nil` when no template says where the background is.
  public private(set) var background: Place?
  public private(set) var border: Place
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
    func measured(_ masks: [[Bool]]) -> Measured {
      Measured(
        shares: masks.enumerated().map { MapShare.inside(maps.slice($0).scalars, mask: $1) },
        areas: masks.map(MapShare.area))
    }
    let borders = measured(faces.pictures.map(\.borderMask))
    let backgrounds = regions.map { measured($0.map { $0.map { $0 == .background } }) }
    border = Place(borders.shares, borders.areas, people: faces.people, bootstrap)
    background = backgrounds.map {
      Place($0.shares, $0.areas, people: faces.people, bootstrap)
    }
    people = Self.people(faces, borders, backgrounds, bootstrap)
  }

  /// All methods adjusted together.
  package static func adjusted(_ checks: [ShortcutCheck]) -> [ShortcutCheck] {
    var checks = checks
    let found = Holm.adjusted(checks.flatMap { [$0.border.p, $0.background?.p].compactMap { $0 } })
    var next = found.makeIterator()
    for index in checks.indices {
      if checks[index].border.p != nil { checks[index].border.p = next.next() }
      if checks[index].background?.p != nil { checks[index].background?.p = next.next() }
    }
    return checks
  }

  /// A place on every photo.
  private struct Measured {
    let shares: [Double?]
    let areas: [Double]

    func mean(_ places: [Int]) -> (share: Double?, area: Double) {
      let present = places.compactMap { shares[$0] }
      return (
        present.isEmpty ? nil : present.reduce(0, +) / Double(present.count),
        places.map { areas[$0] }.reduce(0, +) / Double(max(places.count, 1))
      )
    }

    /// Of more on the place than its area, each photo by itself; `nil` with too few photos, 1 where it is
    /// not more.
    func p(_ places: [Int], seed: UInt64) -> Double? {
      let present = places.compactMap { place in shares[place].map { $0 - areas[place] } }
      guard present.count >= ShortcutCheck.leastPhotos else { return nil }
      guard present.reduce(0, +) > 0 else { return 1 }
      return try? SignFlipTest(present, identities: Array(present.indices), seed: seed).p
    }
  }

  private static func people(
    _ faces: WatchedFaces, _ border: Measured, _ background: Measured?,
    _ bootstrap: IdentityBootstrap
  ) -> [Person] {
    let photos = faces.identities.indices.map { person in
      faces.people.indices.filter { faces.people[$0] == person }
    }
    let p = photos.map { own in
      [border, background].map { $0?.p(own, seed: bootstrap.seed) }
    }
    var adjusted = Holm.adjusted(p.flatMap { $0 }.compactMap { $0 }).makeIterator()
    return faces.identities.indices.map { person in
      let smallest = p[person].compactMap { $0 == nil ? nil : adjusted.next() }.min()
      let (onBorder, onBackground) = (border.mean(photos[person]), background?.mean(photos[person]))
      return Person(
        identity: faces.identities[person], photos: photos[person].count,
        background: onBackground?.share, backgroundArea: onBackground?.area,
        border: onBorder.share, borderArea: onBorder.area, p: smallest,
        isFlagged: (smallest ?? 1) <= MapScore.level)
    }
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
