import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetImage
import FacetTensor
import FacetWorkbench
import FacetZoo
import Testing

@Suite("Ground truth on drawn faces")
struct GroundTruthTests {
  let context = JobContext(seed: 3)
  let model: Model
  let drawn: DrawnFaces

  init() throws {
    model = try Architecture.named("small").model(classes: (0..<9).map(PeopleNames.name), seed: 4)
    drawn = try DrawnFaces(model, count: 12, context)
  }

  @Test("photos are of the people the network knows, with the truth about their pixels")
  func photos() throws {
    #expect(drawn.photos.map(\.person) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2])
    #expect(drawn.recognised != nil)
    for photo in drawn.photos {
      #expect(photo.variation.occluder.style == .none)
      #expect(photo.drawing.tensor.shape == [3, 96, 96])
      // At the input's own size nothing is resized, so the mask is the drawing's.
      let face = FaceRenderer().render(photo.code, photo.variation, size: 96)
      #expect(photo.drawing.picture == face.image)
      #expect(photo.drawing.parts.map(\.rawValue) == face.labels)
      #expect(photo.drawing.regions == face.regions(photo.variation.pose))
    }
    let stranger = try Architecture.named("small").model(classes: ["x", "y"], seed: 4)
    #expect(try DrawnFaces(stranger, count: 2, context).recognised == nil)
  }

  @Test("a crop of a larger drawing takes its masks along")
  func cropped() throws {
    var other = model
    other.card.input.resize = .shorterSide(128)
    let photo = try DrawnFaces(other, count: 1, context).photos[0]
    let face = FaceRenderer().render(photo.code, photo.variation, size: 128)
    for (i, part) in photo.drawing.parts.enumerated() {
      let place = (i / 96 + 16) * 128 + i % 96 + 16
      #expect(part.rawValue == face.labels[place])
      #expect(photo.drawing.picture.pixels[3 * i] == face.image.pixels[3 * place])
    }
  }

  @Test("the order of parts: the true one has 1, the reverse -1, a map of zeros none")
  func removal() throws {
    let removal = try PartRemoval(model, drawn, count: 3, context)
    #expect(!removal.importance.isEmpty)
    var maps: [Tensor] = []
    for (index, photo) in drawn.photos.prefix(3).enumerated() {
      // What every part is worth, found again from new drawings.
      let target = drawn.watched.targets[index]
      let clean = try score(photo.drawing.tensor, target)
      var map = [Float](repeating: 0, count: 96 * 96)
      var losses: [(FacePart, Float)] = []
      for part in FacePart.allCases {
        let without = FaceRenderer().render(
          photo.code, photo.variation, size: 96, removing: [part])
        losses.append(
          (part, clean - (try score(drawn.preprocessing.tensor(without.image), target))))
      }
      for (rank, (part, _)) in losses.sorted(by: { $0.1 < $1.1 }).enumerated() {
        let area = photo.drawing.parts.count { $0 == part }
        for i in map.indices where photo.drawing.parts[i] == part {
          map[i] = Float(rank + 1) / Float(area)
        }
      }
      maps.append(Tensor([96, 96], map))
    }
    for value in removal.correlations(.stack(maps)) { #expect(try #require(value) > 0.999) }
    let reversed = Tensor.stack(maps).map { $0 > 0 ? 1 / ($0 * $0 * $0) : 0 }
    for value in removal.correlations(reversed) { #expect(try #require(value) < 0.9) }
    #expect(removal.correlations(.zeros([3, 96, 96])).allSatisfy { $0 == nil })
  }

  private func score(_ tensor: Tensor, _ target: Int) throws -> Float {
    try Engine().forward(model, .stack([tensor])).output[0, target]
  }

  @Test("every swap changes the answer by the changed pixels alone")
  func swaps() throws {
    let swaps = try PartSwaps(model, drawn, count: 12, context)
    try #require(swaps.swaps.count > 1)
    #expect(swaps.tried > swaps.swaps.count && swaps.people.count == swaps.swaps.count)
    for swap in swaps.swaps {
      let (before, after) = (swap.before.tensor, swap.after.tensor)
      #expect(try predicted(before) == swap.classBefore && predicted(after) == swap.classAfter)
      #expect(swap.classBefore != swap.classAfter)
      for i in before.scalars.indices where !swap.changed[i % (96 * 96)] {
        // Within the least difference of five levels.
        #expect(abs(before.scalars[i] - after.scalars[i]) <= 5.1 / 255 / 0.25)
      }
    }
    #expect(Dictionary(grouping: swaps.swaps, by: \.photo).values.allSatisfy { $0.count <= 2 })
  }

  private func predicted(_ tensor: Tensor) throws -> Int? {
    try Engine().forward(model, .stack([tensor])).output.slice(0).indexOfMaximum
  }

  @Test("the swap game: the truth restores the answer, its opposite nothing")
  func game() throws {
    let swaps = try PartSwaps(model, drawn, count: 12, context)
    let game = try SwapGame(model, swaps, context)
    let truth = Tensor.stack(
      swaps.swaps.map { Tensor([96, 96], $0.changed.map { $0 ? 1 : 0 }) })
    let own = try game.figures(truth)
    #expect(own.inside.allSatisfy { $0 == 1 })
    // Pixels that differ by less than counts are left; they carry next to nothing.
    for value in own.recovered { #expect(abs(try #require(value) - 1) < 0.1) }
    let opposite = try game.figures(truth.map { 1 - $0 })
    #expect(opposite.inside.allSatisfy { $0 == 0 } && opposite.restored.allSatisfy { $0 == 0 })
    for value in opposite.recovered { #expect(abs(try #require(value)) < 0.1) }
    let none = try game.figures(.zeros(truth.shape))
    #expect(none.inside.allSatisfy { $0 == nil })
  }
}

@Suite("Shortcuts")
struct ShortcutCheckTests {
  @Test("a map on the background is flagged, one on the face isn't; wedges are borders")
  func flags() throws {
    let context = JobContext(seed: 3)
    let model = try Architecture.named("small").model(classes: ["a", "b"], seed: 4)
    let drawn = try DrawnFaces(model, count: 6, context)
    let regions = drawn.photos.map(\.drawing.regions)
    func check(_ isHot: (FaceRegion) -> Bool) -> ShortcutCheck {
      let maps = Tensor.stack(
        regions.map { Tensor([96, 96], $0.map { isHot($0) ? 1 : 0 }) })
      return ShortcutCheck(
        "x", maps, drawn.watched, regions: regions, IdentityBootstrap(seed: 1))
    }
    let beside = check { $0 == .background }
    #expect(beside.background?.value == 1 && beside.flagged.count == beside.people.count)
    let mouth = check { $0 == .mouth }
    #expect(mouth.background?.value == 0 && mouth.flagged.isEmpty)
    let even = check { _ in true }
    #expect(abs((even.background?.value ?? 0) - (even.backgroundArea ?? 1)) < 1e-9)
    #expect(abs((even.border?.value ?? 0) - even.borderArea) < 1e-9)

    // A black corner that hangs together with the border, and a black spot that doesn't.
    var picture = drawn.watched.pictures[0]
    for y in 0..<96 {
      for x in 0..<96 {
        let isBlack = x + y < 40 || (45..<50 ~= x && 45..<50 ~= y)
        picture[x, y] = isBlack ? RGB(0, 0, 0) : RGB(90, 90, 90)
      }
    }
    var map = Tensor.zeros([1, 96, 96])
    map[0, 15, 15] = 1
    let faces = WatchedFaces(
      names: ["1"], pictures: [picture], tensors: [drawn.watched.tensors[0]], people: ["a"],
      targets: [0])
    let wedge = ShortcutCheck("x", map, faces, regions: nil, IdentityBootstrap(seed: 1))
    #expect(wedge.border?.value == 1 && wedge.background == nil && wedge.flagged == ["a"])
    map[0, 15, 15] = 0
    map[0, 47, 47] = 1
    let spot = ShortcutCheck("x", map, faces, regions: nil, IdentityBootstrap(seed: 1))
    #expect(spot.border?.value == 0 && spot.flagged.isEmpty)
  }
}
