import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetImage
import FacetTensor

/// Ground truth by swapping: a drawn face gets one part of another person's, and the network changes its
/// answer. The pixels that differ explain that, and no others can.
package struct PartSwaps {
  package struct Swap: Sendable {
    /// The place of the photo among the drawn ones.
    package let photo: Int
    package let part: FacePart
    package let before: DrawnFaces.Drawing
    package let after: DrawnFaces.Drawing
    /// The classes answered before and after.
    package let classBefore: Int
    package let classAfter: Int
    /// For each pixel of the input, whether the swap changed it.
    package let changed: [Bool]
  }

  package let swaps: [Swap]
  /// Swaps that were tried.
  package let tried: Int
  package let people: [Int]

  /// At most so many swaps of one photo are kept, of different parts.
  private static let perPhoto = 2
  /// Changed pixels, as a share of the photo: fewer are a trifle, more are no part.
  private static let areas = 0.003...0.4
  /// A pixel is changed when a channel differs by this much of 255.
  private static let leastDifference = 6
  /// Parts that can be swapped; skin is everywhere.
  private static let parts = FacePart.ofIdentity.filter { $0 != .skin }
  private static let donors = 3

  /// Swaps on the first `count` drawn photos that change the network's answer.
  package init(_ model: Model, _ faces: DrawnFaces, count: Int, _ context: JobContext) throws {
    context.progress.step("swapping parts", 0)
    let everybody = Array(Set(faces.photos.map(\.person))).sorted()
    var candidates: [(photo: Int, part: FacePart, code: FaceCode)] = []
    for (index, photo) in faces.photos.prefix(count).enumerated() {
      let place = everybody.firstIndex(of: photo.person) ?? 0
      for part in Self.parts {
        for step in 1...max(1, min(Self.donors, everybody.count - 1)) {
          let donor = faces.code(everybody[(place + step) % everybody.count])
          let code = photo.code.replacing(part, from: donor)
          if code != photo.code { candidates.append((index, part, code)) }
        }
      }
    }
    tried = candidates.count
    let drawings = faces.draw(
      candidates.map { ($0.code, faces.photos[$0.photo].variation, []) }, on: context.engine)
    let logits =
      candidates.isEmpty
      ? Tensor.zeros([0, 1])
      : try Predictor(model, engine: context.engine).answers(drawings.map(\.tensor)).logits
    var found: [(swap: Swap, margin: Float)] = []
    for (row, candidate) in candidates.enumerated() {
      let scores = logits.slice(row)
      let before = faces.watched.targets[candidate.photo]
      guard let after = scores.indexOfMaximum, after != before else { continue }
      let original = faces.photos[candidate.photo].drawing
      let changed = Self.changed(original.picture, drawings[row].picture)
      guard Self.areas ~= MapShare.area(changed) else { continue }
      found.append(
        (
          Swap(
            photo: candidate.photo, part: candidate.part, before: original, after: drawings[row],
            classBefore: before, classAfter: after, changed: changed),
          scores[after] - scores[before]
        ))
    }
    swaps = Self.chosen(found)
    people = swaps.map { faces.watched.people[$0.photo] }
  }

  /// Of every photo the clearest changes, of different parts.
  private static func chosen(_ found: [(swap: Swap, margin: Float)]) -> [Swap] {
    let byPhoto = Dictionary(grouping: found) { $0.swap.photo }
    return byPhoto.keys.sorted().flatMap { photo -> [Swap] in
      var parts: Set<FacePart> = []
      let clearest = (byPhoto[photo] ?? []).sorted {
        ($0.margin, $1.swap.part.rawValue) > ($1.margin, $0.swap.part.rawValue)
      }
      return clearest.map(\.swap).filter { parts.insert($0.part).inserted }.prefix(perPhoto)
        .map { $0 }
    }
  }

  private static func changed(_ a: Image, _ b: Image) -> [Bool] {
    (0..<a.width * a.height).map { i in
      (0..<3).contains {
        abs(Int(a.pixels[3 * i + $0]) - Int(b.pixels[3 * i + $0])) >= leastDifference
      }
    }
  }

  /// The swapped photos, `[N, C, H, W]`.
  package var batch: Tensor { .stack(swaps.map(\.after.tensor)) }

  /// What is asked of a map of a swapped photo: why the new answer and not the old one.
  package var objective: MarginObjective {
    MarginObjective(.perImage(swaps.map(\.classAfter)), over: .perImage(swaps.map(\.classBefore)))
  }

  /// The first swaps, at most so many.
  package func prefix(_ count: Int) -> PartSwaps {
    PartSwaps(
      swaps: Array(swaps.prefix(count)), tried: tried, people: Array(people.prefix(count)))
  }

  private init(swaps: [Swap], tried: Int, people: [Int]) {
    (self.swaps, self.tried, self.people) = (swaps, tried, people)
  }
}
