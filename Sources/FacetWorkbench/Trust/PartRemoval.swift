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
    let masks: [[Bool]]
    let drops: [Double]
  }

  package let importance: [PartImportance]
  private let truths: [Truth]
  private let people: [Int]

  /// Parts that can be left out. Everything lies on the skin, and what stands before the face isn't
  /// drawn.
  private static let parts = FacePart.allCases.filter { $0 != .skin && $0 != .occluder }
  /// A part smaller than this share of the photo is not asked of a map.
  private static let leastArea = 0.004
  /// An order of fewer parts says little.
  private static let fewestParts = 4

  package init(_ model: Model, _ faces: DrawnFaces, count: Int, _ context: JobContext) throws {
    let photos = faces.photos.prefix(count)
    people = Array(faces.watched.people.prefix(count))
    context.progress.step("leaving parts out", 0)
    let seen = photos.map { photo in
      Self.parts.filter { part in
        let area = photo.drawing.parts.count { $0 == part }
        return Double(area) >= Self.leastArea * Double(photo.drawing.parts.count)
      }
    }
    let variants = zip(photos, seen).flatMap { photo, parts in
      parts.map { (code: photo.code, variation: photo.variation, removing: Set([$0])) }
    }
    let drawings = faces.draw(variants, on: context.engine)
    let predictor = Predictor(model, engine: context.engine)
    let clean = try predictor.answers(photos.map(\.drawing.tensor)).logits
    let altered =
      variants.isEmpty
      ? .zeros([0, clean.shape[1]]) : try predictor.answers(drawings.map(\.tensor)).logits
    var truths: [Truth] = []
    var drops: [FacePart: [(person: Int, drop: Double)]] = [:]
    var row = 0
    for (index, photo) in photos.enumerated() {
      let target = faces.watched.targets[index]
      let losses = seen[index].indices.map {
        Double(clean[index, target]) - Double(altered[row + $0, target])
      }
      row += losses.count
      for (part, drop) in zip(seen[index], losses) {
        drops[part, default: []].append((people[index], drop))
      }
      truths.append(
        Truth(
          masks: seen[index].map { part in photo.drawing.parts.map { $0 == part } },
          drops: losses))
    }
    self.truths = truths
    let bootstrap = IdentityBootstrap(seed: context.seed)
    importance = Self.parts.compactMap { part in
      let list = drops[part] ?? []
      return MapScore(list.map(\.drop), identities: list.map(\.person), bootstrap).map {
        PartImportance(part: part.name, drop: $0)
      }
    }.sorted { $0.drop.value > $1.drop.value }
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
