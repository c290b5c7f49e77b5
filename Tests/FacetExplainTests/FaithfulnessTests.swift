import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Order of pixels")
struct PixelOrderTests {
  let map = Tensor([2, 3], [0, 2, 0, 5, 0, 2])

  @Test("equals by place, drawn, and together")
  func ties() {
    #expect(PixelOrder(map).pixels == [3, 1, 5, 0, 2, 4])
    let drawn = PixelOrder(map, ties: .shuffled(seed: 4)).pixels
    #expect(drawn[0] == 3 && Set(drawn[1...2]) == [1, 5] && Set(drawn[3...]) == [0, 2, 4])
    #expect(PixelOrder(map, ties: .shuffled(seed: 4)).pixels == drawn)
    let orders = (0..<20).map { PixelOrder(map, ties: .shuffled(seed: $0)).pixels }
    #expect(Set(orders).count > 3)
    let together = PixelOrder(map, ties: .averaged)
    #expect((0..<6).map { together.share(of: $0, among: 2) } == [0, 0.5, 0, 1, 0, 0.5])
    #expect((0..<6).map { PixelOrder(map).share(of: $0, among: 2) } == [0, 1, 0, 1, 0, 0])
    // However equals are treated, as much is taken as was asked for.
    for count in 0...6 {
      let sum = (0..<6).reduce(Float(0)) { $0 + together.share(of: $1, among: count) }
      #expect(abs(sum - Float(count)) < 1e-5)
    }
  }

  @Test("a selection that allows so many false pixels")
  func selection() {
    let order = PixelOrder(Tensor([1, 5], [5, 4, 3, 2, 1]))
    let mask = [false, true, false, true, true]
    #expect(order.selection(falseRate: 0, mask: mask) == [false, false, false, false, false])
    #expect(order.selection(falseRate: 0.5, mask: mask) == [true, true, false, false, false])
    #expect(order.selection(falseRate: 1, mask: mask) == [true, true, true, true, true])
  }
}

@Suite("Deletion and insertion")
struct DeletionInsertionTests {
  let engine = Engine()

  @Test("the area of a curve, by hand")
  func area() {
    #expect(PixelCurve([1, 0.5, 0]).area == 0.5)
    #expect(PixelCurve([0.75, 0.75, 0.75, 0.75]).area == 0.75)
    #expect(abs(PixelCurve([1, 1, 0, 0]).area - 0.5) < 1e-12)
  }

  @Test("every step beside a picture made pixel by pixel")
  func reference() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(2)
    let maps = Tensor.random([2, 16, 18], seed: 8).map { max($0, 0) }
    let color: [Float] = [0.1, -0.2, 0.3]
    let curves = try DeletionInsertion(steps: 5, color: color)
      .curves(.deletion, model, x, maps: maps, on: engine)
    for image in 0..<2 {
      let target = try engine.forward(model, x).output.slice(image).indexOfMaximum
      let order = maps.slice(image).scalars.enumerated()
        .sorted { $0.element > $1.element || ($0.element == $1.element && $0.offset < $1.offset) }
      for step in 0...5 {
        var picture = x.slices(image..<image + 1)
        for (pixel, _) in order.prefix(step * 288 / 5) {
          for c in 0..<3 { picture[0, c, pixel / 18, pixel % 18] = color[c] }
        }
        let scores = try engine.forward(model, picture).output.scalars
        let objective = try ProbabilityObjective(.index(#require(target)))
          .score(image: 0, of: 1, clean: scores)
        #expect(abs(curves[image].scores[step] - objective.value(scores)) < 1e-5)
      }
    }
  }

  @Test("both ends are the clean image and the other picture, whatever the map")
  func ends() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(1)
    for direction in [DeletionInsertion.Direction.deletion, .insertion] {
      let ends = try (0..<3).map { seed in
        let curve = try DeletionInsertion(steps: 4, ties: .averaged).curves(
          direction, model, x, maps: .random([1, 16, 18], seed: UInt64(seed)), on: engine)[0]
        return [curve.scores[0], curve.scores[4]]
      }
      for pair in ends.dropFirst() {
        for (a, b) in zip(pair, ends[0]) { #expect(abs(a - b) < 1e-6) }
      }
    }
  }

  @Test("with averaged ties a map of one value gives the same curve however it is laid out")
  func flat() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(1)
    let metric = DeletionInsertion(steps: 4, ties: .averaged)
    let zeros = try metric.curves(.deletion, model, x, maps: .zeros([1, 16, 18]), on: engine)
    let ones = try metric.curves(
      .deletion, model, x, maps: Tensor([1, 16, 18], repeating: 1), on: engine)
    #expect(zeros == ones)
    // Half of every pixel: the picture is half the image.
    let half = try engine.forward(model, x * 0.5).output.scalars
    let clean = try engine.forward(model, x).output.scalars
    let score = try ProbabilityObjective().score(image: 0, of: 1, clean: clean)
    #expect(abs(zeros[0].scores[2] - score.value(half)) < 1e-5)
  }

  @Test("an image's curve doesn't depend on its batch or on threads")
  func independence() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(40)
    let maps = Tensor.random([40, 16, 18], seed: 3)
    let metric = DeletionInsertion(steps: 3)
    let all = try metric.curves(.insertion, model, x, maps: maps, on: Engine(threads: 1))
    #expect(try metric.curves(.insertion, model, x, maps: maps, on: Engine(threads: 2)) == all)
    for image in [0, 33, 39] {
      let alone = try metric.curves(
        .insertion, model, x.slices(image..<image + 1), maps: maps.slices(image..<image + 1),
        on: Engine())
      for (a, b) in zip(alone[0].scores, all[image].scores) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test("what doesn't fit is refused")
  func refusals() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(2)
    let map = Tensor.random([2, 16, 18], seed: 1)
    var broken = map
    broken[1, 3, 3] = .nan
    let metric = DeletionInsertion()
    #expect(
      refusal { _ = try metric.curves(.deletion, model, x, maps: broken, on: engine) }
        == .badOption(
          name: "the map of image 1", expected: "finite numbers", got: "NaN or infinity in it"))
    for attempt: () throws -> Void in [
      { _ = try metric.curves(.deletion, model, x, maps: map.slices(0..<1), on: engine) },
      { _ = try metric.curves(.deletion, model, x.slice(0), maps: map, on: engine) },
      {
        _ = try metric.curves(
          .deletion, model, x, maps: map, watching: .given([0, 99]), on: engine)
      },
      { _ = try metric.curves(.deletion, model, x, maps: map, watching: .given([0]), on: engine) },
      {
        _ = try DeletionInsertion(steps: 0).curves(.deletion, model, x, maps: map, on: engine)
      },
      {
        _ = try DeletionInsertion(color: [1]).curves(.deletion, model, x, maps: map, on: engine)
      },
    ] { #expect(refusal(attempt) != nil) }
  }
}

@Suite("ROAD")
struct ROADTests {
  let engine = Engine()

  /// Gauss-Seidel in double precision until nothing moves: slow and obvious.
  private func reference(_ plane: Tensor, _ missing: [Bool]) -> [Double] {
    let (height, width) = (plane.shape[0], plane.shape[1])
    var values = plane.scalars.map(Double.init)
    for i in values.indices where missing[i] { values[i] = 0 }
    for _ in 0..<20_000 {
      var largest = 0.0
      for i in values.indices where missing[i] {
        var (sum, weights) = (0.0, 0.0)
        for dy in -1...1 {
          for dx in -1...1 where (dy, dx) != (0, 0) {
            let (y, x) = (i / width + dy, i % width + dx)
            guard 0..<height ~= y, 0..<width ~= x else { continue }
            let weight = dy == 0 || dx == 0 ? 1.0 / 6 : 1.0 / 12
            sum += weight * values[y * width + x]
            weights += weight
          }
        }
        largest = max(largest, abs(sum / weights - values[i]))
        values[i] = sum / weights
      }
      if largest < 1e-9 { break }
    }
    return values
  }

  @Test("imputation beside a slow solver", arguments: [0.2, 0.7, 0.95])
  func imputation(share: Double) throws {
    let image = Tensor.random([2, 11, 14], seed: 6)
    var stream = RandomStream(seed: 3)
    let missing = (0..<154).map { _ in Double(stream.uniform()) < share }
    let filled = LinearImputation(tolerance: 1e-6).filled(image, missing: missing)
    for c in 0..<2 {
      for (a, b) in zip(filled.slice(c).scalars, reference(image.slice(c), missing)) {
        #expect(abs(Double(a) - b) < 1e-4)
      }
    }
  }

  @Test("at its own tolerance it is nearer to the solution than the noise that is added")
  func tolerance() {
    let image = Tensor.random([1, 60, 60], seed: 2)
    // The widest hole there can be: all but the frame.
    let missing = (0..<3600).map { 1..<59 ~= $0 / 60 && 1..<59 ~= $0 % 60 }
    let filled = LinearImputation().filled(image, missing: missing)
    let expected = reference(image.slice(0), missing)
    let worst = zip(filled.scalars, expected).map { abs(Double($0) - $1) }.max() ?? 1
    #expect(worst < 0.01)
  }

  @Test("nothing missing, everything missing, a hole in a plane of one value")
  func extremes() {
    let image = Tensor.random([1, 5, 6], seed: 2)
    let none = [Bool](repeating: false, count: 30)
    #expect(LinearImputation().filled(image, missing: none) == image)
    let all = [Bool](repeating: true, count: 30)
    #expect(LinearImputation().filled(image, missing: all) == .zeros([1, 5, 6]))
    let even = Tensor([1, 5, 6], repeating: 3)
    let hole = (0..<30).map { $0 != 7 }
    for value in LinearImputation().filled(even, missing: hole).scalars {
      #expect(abs(value - 3) < 1e-5)
    }
  }

  @Test("of a map that is 62 % zeros, as much is removed as was asked for")
  func zeros() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(2)
    var stream = RandomStream(seed: 1)
    let map = Tensor([2, 16, 18], (0..<576).map { _ in max(stream.uniform() - 0.62, 0) })
    let zeros = Double(map.scalars.count { $0 == 0 }) / 576
    #expect(0.55...0.7 ~= zeros)
    let outcomes = try ROAD(shares: [0, 0.1, 0.3, 0.5]).outcomes(model, x, maps: map, on: engine)
    let clean = try ROAD(shares: [0]).outcomes(model, x, maps: map, on: engine)
    for (outcome, clean) in zip(outcomes, clean) {
      // With nothing removed both orders leave the image alone; with little, they differ.
      #expect(outcome.mostRelevantFirst[0] == outcome.leastRelevantFirst[0])
      #expect(abs(outcome.mostRelevantFirst[0] - clean.mostRelevantFirst[0]) < 1e-6)
      #expect(outcome.mostRelevantFirst[1] != outcome.leastRelevantFirst[1])
      #expect(Set(outcome.mostRelevantFirst).count == 4)
    }
    let order = PixelOrder(map.slice(0), ties: .shuffled(seed: 0))
    #expect(
      order.selection(falseRate: 0.3, mask: .init(repeating: false, count: 288))
        .count { $0 } == 86)
  }

  @Test("an inverted map has the negated score where the shares are symmetric and nothing ties")
  func inverted() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(3)
    let maps = Tensor.random([3, 16, 18], seed: 9)
    let road = ROAD(shares: [0.25, 0.5, 0.75])
    let own = try road.outcomes(model, x, maps: maps, on: engine)
    let other = try road.outcomes(model, x, maps: maps * -1, on: engine)
    for (a, b) in zip(own, other) { #expect(abs(a.combined + b.combined) < 1e-6) }
  }

  @Test("a map of one channel judges a picture of three; images and threads are independent")
  func independence() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(35)
    let maps = Tensor.random([35, 16, 18], seed: 9)
    let road = ROAD(shares: [0.4])
    let all = try road.outcomes(model, x, maps: maps, on: Engine(threads: 1))
    #expect(all.count == 35)
    #expect(try road.outcomes(model, x, maps: maps, on: Engine(threads: 2)) == all)
    let alone = try road.outcomes(
      model, x.slices(34..<35), maps: maps.slices(34..<35), on: engine)
    #expect(abs(alone[0].combined - all[34].combined) < 1e-6)
  }

  @Test("shares that remove all are refused")
  func refusals() throws {
    let model = try SmallNets.varied()
    for shares in [[], [1], [-0.1], [0.5, .nan]] {
      #expect(
        refusal {
          _ = try ROAD(shares: shares).outcomes(
            model, SmallNets.images(1), maps: .zeros([1, 16, 18]), on: engine)
        } != nil)
    }
  }
}
