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
    let strangers = try DrawnFaces(stranger, count: 26, context)
    #expect(strangers.recognised == nil && !strangers.areStrangersUnderKnownNames)
    #expect(Set(strangers.watched.people).count == 24)
  }

  @Test("people are of the world that the network was trained in, whatever the run's seed")
  func world() throws {
    var other = model
    let untrained = try DrawnFaces(model, count: 9, context)
    #expect(untrained.world == 3)
    // No more are named rightly than guessing would.
    #expect(untrained.areStrangersUnderKnownNames)
    other.card.training = TrainingRecord(
      strategy: "scratch", seed: 11, epochs: 1, bestEpoch: 1, options: [:], train: [],
      calibration: [], test: [])
    let context = JobContext(seed: 11)
    #expect(try DrawnFaces(other, count: 9, context).world == 11)
    let both = try [3, 11].map { try DrawnFaces(model, count: 9, JobContext(seed: $0)) }
    let chosen = try DrawnFaces(other, count: 9, JobContext(seed: 3))
    // Trained in 11 and run with 3: the one whose people it names more often, of equals the former.
    let expected = (both[0].recognised ?? 0) > (both[1].recognised ?? 0) ? both[0] : both[1]
    #expect(chosen.world == expected.world && chosen.photos[0].code == expected.photos[0].code)
  }

  @Test("shares of regions: all of a map on one, its areas for a map that looks everywhere alike")
  func regions() throws {
    let places = drawn.photos.map(\.drawing.regions)
    let people = drawn.watched.people
    let bootstrap = IdentityBootstrap(resamples: 100, seed: 1)
    func shares(_ value: (FaceRegion) -> Float) -> [String: RegionShares.Region] {
      let maps = Tensor.stack(places.map { Tensor([96, 96], $0.map(value)) })
      return Dictionary(
        uniqueKeysWithValues: RegionShares(maps, places, people: people, bootstrap).regions.map {
          ($0.region, $0)
        })
    }
    let mouth = shares { $0 == .mouth ? 2 : -1 }
    #expect(mouth["mouth"]?.share.value == 1 && mouth["eyes"]?.share.value == 0)
    for (name, region) in shares({ _ in 0.5 }) {
      #expect(abs(region.share.value - region.area) < 1e-6, "\(name)")
    }
    #expect(abs(mouth.values.map(\.area).reduce(0, +) - 1) < 1e-6)
    #expect(shares { _ in 0 }.isEmpty)
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
    var (maps, reversed): ([Tensor], [Tensor]) = ([], [])
    for (index, photo) in drawn.photos.prefix(3).enumerated() {
      // What every part is worth, found again from new drawings.
      let target = drawn.watched.targets[index]
      let clean = try score(photo.drawing.tensor, target)
      var losses: [(FacePart, Float)] = []
      for part in FacePart.allCases {
        let without = FaceRenderer().render(
          photo.code, photo.variation, size: 96, removing: [part])
        losses.append(
          (part, clean - (try score(drawn.preprocessing.tensor(without.image), target))))
      }
      /// Each part has as much of the map as its place in the order says.
      func map(_ order: [(FacePart, Float)]) -> Tensor {
        var map = [Float](repeating: 0, count: 96 * 96)
        for (rank, (part, _)) in order.enumerated() {
          let area = photo.drawing.parts.count { $0 == part }
          for i in map.indices where photo.drawing.parts[i] == part {
            map[i] = Float(rank + 1) / Float(area)
          }
        }
        return Tensor([96, 96], map)
      }
      maps.append(map(losses.sorted { $0.1 < $1.1 }))
      reversed.append(map(losses.sorted { $0.1 > $1.1 }))
    }
    for value in removal.correlations(.stack(maps)) { #expect(try #require(value) > 0.999) }
    for value in removal.correlations(.stack(reversed)) { #expect(try #require(value) < -0.999) }
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
