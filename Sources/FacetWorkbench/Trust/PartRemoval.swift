import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetTensor

/// How much the network's answer hangs on a part of drawn faces.
public struct PartImportance: Codable, Sendable {
  public let part: String
  /// What the named class's score loses when the part isn't drawn.
  public let drop: MapScore
}

/// Ground truth by removal: what the score loses without each part of a drawn face is the true order of
/// the parts' importance, to which maps are held (single deletion, after FunnyBirds, Hesse et al. 2023).
package struct PartRemoval {
  /// One photo's parts.
  private struct Truth {
    let parts: [FacePart]
    let masks: [[Bool]]
    let drops: [Double]
  }

  package let importance: [PartImportance]
  /// Photos measured: the first ones.
  package var count: Int { truths.count }
  private let truths: [Truth]

  /// Parts that can be left out. Everything lies on the skin, and what stands before the face isn't
  /// drawn.
  private static let parts = FacePart.allCases.filter { $0 != .skin && $0 != .occluder }
  /// A part smaller than this share of the photo is not asked of a map.
  private static let leastArea = 0.004
  /// An order of fewer parts says little.
  private static let fewestParts = 4
  /// Photos whose variants are in memory at a time, and between two looks at the clock.
  private static let block = 2

  /// - Parameter deadline: no photos are begun that would go beyond it; the first ones are always
  ///   measured.
  package init(
    _ model: Model, _ faces: DrawnFaces, count: Int, within deadline: Deadline = .never,
    _ context: JobContext
  ) throws {
    let photos = faces.photos.prefix(count)
    var truths: [Truth] = []
    for block in deadline.blocks(of: photos.count, by: Self.block) {
      context.progress.step(
        "leaving parts out", Double(block.lowerBound) / Double(photos.count))
      truths += try Self.truths(
        model, faces, photos[block], Array(faces.watched.targets[block]), context.engine)
    }
    self.truths = truths
    let bootstrap = IdentityBootstrap(seed: context.seed)
    let people = faces.watched.people
    importance = Self.parts.compactMap { part in
      let found = zip(truths, people).compactMap { truth, person in
        truth.parts.firstIndex(of: part).map { (drop: truth.drops[$0], person: person) }
      }
      return MapScore(found.map(\.drop), identities: found.map(\.person), bootstrap).map {
        PartImportance(part: part.name, drop: $0)
      }
    }.sorted { $0.drop.value > $1.drop.value }
  }

  /// What the named classes' scores lose without each part that is large enough to be seen.
  private static func truths(
    _ model: Model, _ faces: DrawnFaces, _ photos: ArraySlice<DrawnFaces.Photo>,
    _ targets: [Int], _ engine: Engine
  ) throws -> [Truth] {
    let seen = photos.map { photo in
      parts.filter { part in
        let area = photo.drawing.parts.count { $0 == part }
        return Double(area) >= leastArea * Double(photo.drawing.parts.count)
      }
    }
    let variants = zip(photos, seen).flatMap { photo, parts in
      parts.map { (code: photo.code, variation: photo.variation, removing: Set([$0])) }
    }
    let drawings = faces.draw(variants, on: engine)
    let predictor = Predictor(model, engine: engine)
    let clean = try predictor.answers(photos.map(\.drawing.tensor)).logits
    let altered =
      variants.isEmpty
      ? .zeros([0, clean.shape[1]]) : try predictor.answers(drawings.map(\.tensor)).logits
    var row = 0
    return zip(photos, seen).enumerated().map { index, pair in
      let (photo, parts) = pair
      let rows = row..<row + parts.count
      row = rows.upperBound
      return Truth(
        parts: parts, masks: parts.map { part in photo.drawing.parts.map { $0 == part } },
        drops: rows.map {
          Double(clean[index, targets[index]]) - Double(altered[$0, targets[index]])
        }
      )
    }
  }

  /// For each photo, the rank correlation over its parts of what a map has on them with what the score
  /// loses without them; `nil` where there are too few parts or the map is empty.
  ///
  /// - Parameter maps: `[N, H, W]` of the first photos.
  package func correlations(_ maps: Tensor) -> [Double?] {
    (0..<min(maps.shape[0], truths.count)).map { index in
      let truth = truths[index]
      guard truth.drops.count >= Self.fewestParts else { return nil }
      let map = maps.slice(index).scalars
      let shares = truth.masks.map { MapShare.inside(map, mask: $0) }
      let present = shares.compactMap { $0 }
      return present.count == shares.count ? Correlation.spearman(present, truth.drops) : nil
    }
  }
}
