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
    let people = Array(0..<8) + [0, 1]
    let values: [Double?] = [1, nil, 3, 5, 2, 7, 3, 4, 6, 8]
    let score = try #require(MapScore(values, identities: people, bootstrap))
    #expect(score.value == 39.0 / 9 && score.images == 9 && score.people == 8 && score.p == nil)
    let interval = try #require(score.interval)
    #expect(interval.low < 39.0 / 9 && interval.high > 39.0 / 9)
    #expect(score.range == interval.low...interval.high)
    #expect(MapScore([nil, nil], identities: [0, 1], bootstrap) == nil)
    // Values that differ a lot between people, and a difference that doesn't.
    let first = (0..<10).map { Double?(Double(10 * $0)) }
    let second = (0..<10).map { Double?(Double(10 * $0) - 1 - 0.1 * Double($0 % 3)) }
    let difference = try #require(
      MapScore.difference(first + [nil], second + [3], identities: people + [5], bootstrap))
    #expect(difference.images == 10 && difference.standing == .better && difference.p == 2.0 / 256)
    let reversed = try #require(
      MapScore.difference(second, first, identities: people, bootstrap))
    #expect(reversed.standing == .worse && reversed.value == -difference.value)
    let none = try #require(
      MapScore.difference(
        [1, 0, 1, 0, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1, 0, 1], identities: Array(0..<8), bootstrap))
    #expect(none.standing == .undecided)
  }

  @Test("too few people have no interval and decide nothing; neither has an interval of no width")
  func few() throws {
    let bootstrap = IdentityBootstrap(resamples: 400, seed: 1)
    let seven = try #require(
      MapScore.difference(
        [5, 5.1, 5.2, 5.3, 5, 5.1, 5.2], [0, 0, 0, 0, 0, 0, 0], identities: Array(0..<7), bootstrap)
    )
    #expect(seven.interval == nil && seven.p == nil && seven.standing == .undecided)
    #expect(seven.range == nil && seven.people == 7)
    // More photos of the same people don't help.
    let alone = try #require(
      MapScore.difference(
        Array(repeating: 1, count: 30), Array(repeating: 0, count: 30),
        identities: (0..<30).map { $0 % 3 }, bootstrap))
    #expect(alone.interval == nil && alone.standing == .undecided)
    let same = try #require(
      MapScore([Double?](repeating: 0, count: 9), identities: Array(0..<9), bootstrap))
    #expect(same.interval == nil && same.range == 0...0)
  }
}
