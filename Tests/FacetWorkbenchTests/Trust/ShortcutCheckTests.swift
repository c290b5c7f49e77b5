import FacetEvaluation
import FacetFaces
import FacetGraph
import FacetImage
import FacetTensor
import FacetWorkbench
import FacetZoo
import Testing

@Suite("Shortcuts")
struct ShortcutCheckTests {
  let drawn: DrawnFaces
  let bootstrap = IdentityBootstrap(resamples: 100, seed: 1)

  init() throws {
    let model = try Architecture.named("small").model(classes: ["a", "b"], seed: 4)
    drawn = try DrawnFaces(model, count: 10, JobContext(seed: 3))
  }

  private func check(_ value: (FaceRegion) -> Float) -> ShortcutCheck {
    let regions = drawn.photos.map(\.drawing.regions)
    let maps = Tensor.stack(regions.map { Tensor([96, 96], $0.map(value)) })
    return ShortcutCheck("x", maps, drawn.watched, regions: regions, bootstrap)
  }

  @Test("a map on the background is flagged, one on the face or everywhere isn't")
  func methods() throws {
    let beside = check { $0 == .background ? 1 : 0 }
    let background = try #require(beside.background)
    #expect(background.share?.value == 1 && background.isFlagged && background.p == 2.0 / 1024)
    // One photo each says nothing of a person.
    #expect(beside.flagged.isEmpty && beside.people.allSatisfy { $0.p == nil })
    let mouth = check { $0 == .mouth ? 1 : 0 }
    #expect(mouth.background?.share?.value == 0 && mouth.background?.isFlagged == false)
    let even = check { _ in 1 }
    for place in [even.border, try #require(even.background)] {
      #expect(abs((place.share?.value ?? 0) - place.area) < 1e-9 && !place.isFlagged)
    }
    let empty = check { _ in 0 }
    #expect(empty.background?.share == nil && empty.border.p == nil && !empty.border.isFlagged)
  }

  @Test("all methods are adjusted together")
  func adjusted() throws {
    let checks = [check { $0 == .background ? 1 : 0 }, check { $0 == .mouth ? 1 : 0 }]
    let raw = checks.flatMap { [$0.border.p, $0.background?.p].compactMap { $0 } }
    let adjusted = ShortcutCheck.adjusted(checks)
      .flatMap { [$0.border.p, $0.background?.p].compactMap { $0 } }
    #expect(raw.count == 4 && adjusted == Holm.adjusted(raw))
  }

  /// Grey pictures with a map of one hot pixel each, of some people.
  private func check(_ people: [String], hot: [(y: Int, x: Int)], black: Bool = false) throws
    -> ShortcutCheck
  {
    var picture = drawn.watched.pictures[0]
    for y in 0..<96 {
      for x in 0..<96 {
        // A corner that hangs together with the border, and a spot that doesn't.
        let isBlack = black && (x + y < 40 || (45..<50 ~= x && 45..<50 ~= y))
        picture[x, y] = isBlack ? RGB(0, 0, 0) : RGB(90, 90, 90)
      }
    }
    var maps = Tensor.zeros([people.count, 96, 96])
    for (index, place) in hot.enumerated() { maps[index, place.y, place.x] = 1 }
    let faces = WatchedFaces(
      names: people.indices.map { "\($0)" }, pictures: people.map { _ in picture },
      tensors: people.map { _ in drawn.watched.tensors[0] }, people: people,
      targets: people.map { _ in 0 })
    return ShortcutCheck("x", maps, faces, regions: nil, bootstrap)
  }

  @Test("black wedges are borders, black spots aren't")
  func wedges() throws {
    let wedge = try check(["a"], hot: [(15, 15)], black: true)
    #expect(wedge.border.share?.value == 1 && wedge.background == nil)
    #expect(wedge.border.p == nil && !wedge.border.isFlagged && wedge.flagged.isEmpty)
    #expect(try check(["a"], hot: [(47, 47)], black: true).border.share?.value == 0)
  }

  @Test("a person needs five photos and a test that is adjusted over people")
  func persons() throws {
    func flagged(_ photos: Int, others: Int) throws -> [String] {
      let people =
        Array(repeating: "a", count: photos) + Array(repeating: "b", count: photos)
        + (0..<others).map { "c\($0)" }
      let hot = people.map { $0 == "a" ? (y: 2, x: 2) : (y: 47, x: 47) }
      return try check(people, hot: hot).flagged
    }
    // Of 8 photos on one side p is 1/128, of two people 1/64.
    #expect(try flagged(8, others: 3) == ["a"])
    // Of 5 it is 1/16.
    #expect(try flagged(5, others: 0).isEmpty)
    #expect(try flagged(4, others: 0).isEmpty)
    let few = try check(["a", "a", "a", "a"], hot: Array(repeating: (2, 2), count: 4))
    #expect(few.people[0].p == nil && few.people[0].border == 1)
  }
}
