import FacetEvaluation
import FacetTensor
import Testing

@Suite struct RemovalStudyTests {
  private func pair(_ a: String, _ b: String, _ same: Bool) -> ScoredPair {
    ScoredPair(
      probe: "\(a)/1", reference: "\(b)/2", same: same, score: 0.5, probeIdentity: a,
      referenceIdentity: b)
  }

  @Test func byHand() throws {
    let study = try RemovalStudy(
      [pair("a", "a", true), pair("b", "b", true), pair("a", "b", false)], threshold: 0.4,
      shares: [0, 0.25, 1])
    let curve = try study.curve([[0.9, 0.4, 0.1], [0.8, 0.3, 0.5], [0.1, 0.6, 0.2]])
    #expect(curve.accuracy == [1, 1.0 / 3, 2.0 / 3])
    #expect(curve.trueMatchRate == [1, 0.5, 0.5])
    #expect(curve.trueNonMatchRate == [1, 0, 1])
    // (1 + 1/3) / 2 * 0.25 + (1/3 + 2/3) / 2 * 0.75.
    #expect(abs(curve.area - (0.25 * 2 / 3 + 0.375)) < 1e-12)
    let interval = try #require(curve.areaInterval)
    #expect(interval.low <= curve.area && curve.area <= interval.high)
    #expect(interval.method == .identityBootstrap)
  }

  @Test func theAreaIsThatOfTheCurve() throws {
    var random = RandomStream(seed: 3)
    let pairs = (0..<40).map { i in
      pair("p\(i / 2)", i % 2 == 0 ? "p\(i / 2)" : "q\(i)", i % 2 == 0)
    }
    let shares = (0...10).map { Double($0) / 10 }
    let study = try RemovalStudy(pairs, threshold: 0.5, shares: shares)
    func scores() -> [[Double]] {
      pairs.map { _ in shares.map { _ in Double(random.uniform()) } }
    }
    let (first, second) = (scores(), scores())
    func area(_ curve: RemovalCurve) -> Double {
      (1..<11).reduce(0) { $0 + 0.05 * (curve.accuracy[$1] + curve.accuracy[$1 - 1]) }
    }
    let (one, two) = (try study.curve(first), try study.curve(second))
    #expect(abs(one.area - area(one)) < 1e-12)
    let difference = try study.areaDifference(first, second)
    #expect(abs(difference.value - (one.area - two.area)) < 1e-12)
    #expect(difference.interval.contains(difference.value))
    let back = try study.areaDifference(second, first)
    #expect(abs(back.interval.low + difference.interval.high) < 1e-12)
    let none = try study.areaDifference(first, first)
    #expect((none.value, none.interval.low, none.interval.high) == (0, 0, 0))
    #expect(try study.curve(first) == one)
  }

  @Test func drawsPeopleAndNotPairs() throws {
    // Two people of 20 pairs each: a draw has one of them twice, or both; the mean is 0, 1/2 or 1.
    let pairs = (0..<40).map { i in pair(i < 20 ? "a" : "b", i < 20 ? "a" : "b", true) }
    let values = pairs.map { $0.probeIdentity == "a" ? 1.0 : 0 }
    let interval = try IdentityBootstrap(resamples: 2000).mean(values, pairs: pairs)
    #expect((interval.low, interval.high) == (0, 1))
    // A pair of two people counts only when both are drawn, and their product times.
    let mixed = try IdentityBootstrap(resamples: 2000)
      .mean([1, 0, 0], pairs: [pair("a", "b", false), pair("a", "a", true), pair("b", "b", true)])
    #expect(mixed.low == 0)
    #expect(abs(mixed.high - 1.0 / 3) < 1e-12)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let one = [pair("a", "a", true)]
    #expect(throws: EvaluationError.noPairs) {
      try RemovalStudy([], threshold: 0, shares: [0, 1])
    }
    for shares in [[], [0.0], [0, 0], [1, 0]] {
      #expect(throws: EvaluationError.self) {
        try RemovalStudy(one, threshold: 0, shares: shares)
      }
    }
    #expect(throws: EvaluationError.self) {
      try RemovalStudy(one, threshold: .nan, shares: [0, 1])
    }
    let study = try RemovalStudy(one, threshold: 0, shares: [0, 1])
    #expect(throws: EvaluationError.self) { try study.curve([]) }
    #expect(throws: EvaluationError.self) { try study.curve([[0]]) }
    #expect(throws: EvaluationError.nonFiniteScore(index: 1, got: .infinity)) {
      try study.curve([[0, .infinity]])
    }
    // One person: a curve, but no interval.
    let curve = try study.curve([[1, -1]])
    #expect(curve.area == 0.5 && curve.areaInterval == nil)
    #expect(curve.trueNonMatchRate == nil)
    let nothing = try RemovalStudy(one, threshold: .infinity, shares: [0, 1])
    #expect(try nothing.curve([[1, 1]]).accuracy == [0, 0])
  }
}
