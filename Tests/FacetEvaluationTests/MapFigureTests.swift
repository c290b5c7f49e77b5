import FacetEvaluation
import Testing

@Suite("Figures of maps")
struct MapFigureTests {
  @Test("Gini: even, all in one, by hand; not of zeros")
  func gini() throws {
    #expect(Sparseness.gini([2, 2, 2, 2]) == 0)
    let peak = try #require(Sparseness.gini([0, 0, 0, 5]))
    #expect(abs(peak - 0.75) < 1e-12)
    // The mean difference of all pairs over twice the mean.
    let values: [Float] = [3, -1, 4, 1, -5]
    var sum = 0.0
    for a in values { for b in values { sum += abs(Double(abs(a) - abs(b))) } }
    let expected = sum / (2 * 25 * 14.0 / 5)
    let gini = try #require(Sparseness.gini(values))
    #expect(abs(gini - expected) < 1e-12)
    #expect(Sparseness.gini([0, 0]) == nil)
    #expect(Sparseness.gini([]) == nil)
  }

  @Test("pointing: on it, beside it, an empty mask is a miss, a flat map is a miss")
  func pointing() throws {
    let map: [Float] = [0, 0, 0, 0, 9, 0, 0, 0, 0]
    func mask(_ cells: Int...) -> [Bool] { (0..<9).map { cells.contains($0) } }
    #expect(try PointingGame.isHit(map, width: 3, mask: mask(4)))
    #expect(try !PointingGame.isHit(map, width: 3, mask: mask(8)))
    #expect(try !PointingGame.isHit(map, width: 3, mask: mask(8), tolerance: 1.4))
    #expect(try PointingGame.isHit(map, width: 3, mask: mask(8), tolerance: 1.5))
    #expect(try !PointingGame.isHit(map, width: 3, mask: mask(), tolerance: 99))
    #expect(
      try !PointingGame.isHit(.init(repeating: 1, count: 9), width: 3, mask: mask(0, 1, 2, 3)))
  }

  @Test("pointing refuses what doesn't fit")
  func pointingRefusals() {
    #expect(throws: EvaluationError.self) {
      _ = try PointingGame.isHit([1, 2, 3], width: 2, mask: [true, true, true])
    }
    #expect(throws: EvaluationError.self) {
      _ = try PointingGame.isHit([1, 2], width: 2, mask: [true])
    }
    #expect(throws: EvaluationError.nonFiniteScore(index: 1, got: .infinity)) {
      _ = try PointingGame.isHit([1, .infinity], width: 2, mask: [true, true])
    }
  }

  @Test("shares count what is positive")
  func shares() {
    #expect(MapShare.inside([1, 3, -5, 4], mask: [true, false, true, true]) == 5.0 / 8)
    #expect(MapShare.inside([-1, 0], mask: [true, true]) == nil)
    #expect(MapShare.area([true, false, false, false]) == 0.25)
    #expect(MapShare.area([]) == 0)
  }

  @Test("means leave out what has no value, and differences are paired")
  func scores() throws {
    let bootstrap = IdentityBootstrap(resamples: 400, seed: 1)
    let people = [0, 0, 1, 1, 2, 2]
    let score = try #require(MapScore([1, nil, 3, 5, nil, 7], identities: people, bootstrap))
    #expect(score.value == 4 && score.images == 4)
    let interval = try #require(score.interval)
    #expect(interval.low <= 4 && interval.high >= 4)
    #expect(MapScore([nil, nil], identities: [0, 1], bootstrap) == nil)
    let alone = try #require(MapScore([1, 2], identities: [0, 0], bootstrap))
    #expect(alone.interval == nil && alone.standing == .undecided)
    // Values that differ a lot between people, and a difference that doesn't.
    let first: [Double?] = [10, 20, 30, 40, 50, nil]
    let second: [Double?] = [9, 18.5, 29, 38, 49.5, 3]
    let difference = try #require(
      MapScore.difference(first, second, identities: people, bootstrap))
    #expect(difference.images == 5 && difference.standing == .better)
    let reversed = try #require(
      MapScore.difference(second, first, identities: people, bootstrap))
    #expect(reversed.standing == .worse && reversed.value == -difference.value)
    let none = try #require(
      MapScore.difference([1, 0, 1, 0], [0, 1, 0, 1], identities: [0, 1, 2, 3], bootstrap))
    #expect(none.standing == .undecided)
  }
}
