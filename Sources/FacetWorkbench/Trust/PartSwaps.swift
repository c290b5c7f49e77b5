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
  /// Photos on which they were tried: the first ones.
  package let searched: Int
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
  /// Photos whose variants are in memory at a time, and between two looks at the clock.
  private static let block = 2

  private typealias Candidate = (photo: Int, part: FacePart, code: FaceCode)

  /// Swaps on the first `count` drawn photos that change the network's answer.
  ///
  /// - Parameter deadline: no photos are begun that would go beyond it; the first ones are always
  ///   searched.
  package init(
    _ model: Model, _ faces: DrawnFaces, count: Int, within deadline: Deadline = .never,
    _ context: JobContext
  ) throws {
    var found: [Swap] = []
    var (tried, searched) = (0, 0)
    let count = min(count, faces.photos.count)
    for block in deadline.blocks(of: count, by: Self.block) {
      context.progress.step("swapping parts", Double(searched) / Double(count))
      let candidates = Self.candidates(faces, block)
      found += try Self.swaps(candidates, model, faces, context.engine)
      tried += candidates.count
      searched = block.upperBound
    }
    let order = Self.spread(found)
    self.init(
      swaps: order, tried: tried, searched: searched,
      people: order.map { faces.watched.people[$0.photo] })
  }

  /// The clearest of every photo first, then the second ones: however few are played, they are of as many
  /// people as there are.
  private static func spread(_ swaps: [Swap]) -> [Swap] {
    var turns: [Int: Int] = [:]
    let ranked = swaps.enumerated().map { place, swap in
      let turn = turns[swap.photo, default: 0]
      turns[swap.photo] = turn + 1
      return (turn: turn, place: place, swap: swap)
    }
    return ranked.sorted { ($0.turn, $0.place) < ($1.turn, $1.place) }.map(\.swap)
  }

  /// Each part of each of some photos, from a few other people.
  private static func candidates(_ faces: DrawnFaces, _ photos: Range<Int>) -> [Candidate] {
    let everybody = Array(Set(faces.photos.map(\.person))).sorted()
    var candidates: [Candidate] = []
    for index in photos {
      let photo = faces.photos[index]
      let place = everybody.firstIndex(of: photo.person) ?? 0
      for part in parts {
        for step in 1...max(1, min(donors, everybody.count - 1)) {
          let donor = faces.code(everybody[(place + step) % everybody.count])
          let code = photo.code.replacing(part, from: donor)
          if code != photo.code { candidates.append((index, part, code)) }
        }
      }
    }
    return candidates
  }

  /// Those that change the answer; of every photo the clearest.
  private static func swaps(
    _ candidates: [Candidate], _ model: Model, _ faces: DrawnFaces, _ engine: Engine
  ) throws -> [Swap] {
    let drawings = faces.draw(
      candidates.map { ($0.code, faces.photos[$0.photo].variation, []) }, on: engine)
    let logits =
      candidates.isEmpty
      ? Tensor.zeros([0, 1])
      : try Predictor(model, engine: engine).answers(drawings.map(\.tensor)).logits
    var found: [(swap: Swap, margin: Float)] = []
    for (row, candidate) in candidates.enumerated() {
      let scores = logits.slice(row)
      let before = faces.watched.targets[candidate.photo]
      guard let after = scores.indexOfMaximum, after != before else { continue }
      let original = faces.photos[candidate.photo].drawing
      let changed = changed(original.picture, drawings[row].picture)
      guard areas ~= MapShare.area(changed) else { continue }
      found.append(
        (
          Swap(
            photo: candidate.photo, part: candidate.part, before: original, after: drawings[row],
            classBefore: before, classAfter: after, changed: changed),
          scores[after] - scores[before]
        ))
    }
    return chosen(found)
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

  package var count: Int { swaps.count }

  /// The swaps at `places`.
  package func subset(_ places: Range<Int>) -> PartSwaps {
    PartSwaps(
      swaps: Array(swaps[places]), tried: tried, searched: searched, people: Array(people[places]))
  }

  /// The first swaps, at most so many.
  package func prefix(_ count: Int) -> PartSwaps { subset(0..<min(count, self.count)) }

  private init(swaps: [Swap], tried: Int, searched: Int, people: [Int]) {
    (self.swaps, self.tried, self.searched, self.people) = (swaps, tried, searched, people)
  }
}
