import FacetEvaluation
import FacetTensor
import Testing

@Suite("Sign-flip test")
struct SignFlipTests {
  /// Every choice of signs, one after the other.
  private func reference(_ means: [Double]) -> Double {
    let observed = abs(means.reduce(0, +))
    var extreme = 0
    for choice in 0..<1 << means.count {
      var sum = 0.0
      for (person, mean) in means.enumerated() {
        sum += choice >> person & 1 == 0 ? mean : -mean
      }
      if abs(sum) >= observed - 1e-9 { extreme += 1 }
    }
    return Double(extreme) / Double(1 << means.count)
  }

  private func values(_ count: Int, shift: Double, seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed, count)
    return (0..<count).map { _ in Double(stream.normal()) + shift }
  }

  @Test("worked cases: all of one sign is the least there is, no difference is no effect")
  func worked() throws {
    func p(_ values: Double...) throws -> Double {
      try SignFlipTest(values, identities: Array(values.indices)).p
    }
    // Of the 16 choices only + + + + and - - - - are as far.
    #expect(try p(3, 1, 2, 5) == 2.0 / 16)
    #expect(try p(-3, -1, -2, -5) == 2.0 / 16)
    // 3 + 2 - 1 = 4; as far are those with the 1 either way: 4 of 8.
    #expect(try p(3, 2, -1) == 4.0 / 8)
    #expect(try p(0, 0, 0) == 1)
    #expect(try p(7) == 1)
    // A zero's sign decides nothing.
    #expect(try p(3, 1, 2, 5, 0) == 2.0 / 16)
    // 0.1 + 0.2 is not 0.3 in binary, and still as far as it.
    #expect(try p(0.1, 0.2, -0.3) == 1)
  }

  @Test("counts as trying every choice does", arguments: [2, 5, 9, 14], [0.0, 0.5, 1.5])
  func exact(_ people: Int, _ shift: Double) throws {
    for seed in 0..<4 as Range<UInt64> {
      let means = values(people, shift: shift, seed: seed)
      let found = try SignFlipTest(means, identities: Array(means.indices))
      #expect(found.p == reference(means) && found.people == people)
    }
  }

  @Test("draws come near to it where there are more people, and repeat")
  func drawn() throws {
    for (seed, shift) in [(1, 0.0), (2, 0.4), (3, 0.8)] as [(UInt64, Double)] {
      let means = values(16, shift: shift, seed: seed)
      let found = try SignFlipTest(means, identities: Array(means.indices), seed: 5)
      let exact = reference(means)
      // Five standard errors of a share of 20,000.
      let error = 5 * (max(exact, 1e-4) / Double(SignFlipTest.draws)).squareRoot()
      #expect(abs(found.p - exact) < error + 1e-4)
      #expect(
        try found == SignFlipTest(means, identities: Array(means.indices), seed: 5))
    }
    // 70 people take more than one word of signs; all of one sign is never met again.
    let all = [Double](repeating: 1, count: 70)
    let found = try SignFlipTest(all, identities: Array(all.indices))
    #expect(found.p == 1 / Double(SignFlipTest.draws + 1))
  }

  @Test("a person counts once, however many photos there are")
  func people() throws {
    // Person 0 has the mean 2, person 1 the mean 1, person 2 the mean -4.
    let many = try SignFlipTest([1, 3, 1, 1, 1, -4], identities: [7, 7, 3, 3, 3, 9])
    #expect(many.people == 3 && many.p == reference([2, 1, -4]))
  }

  @Test("without an effect it finds one as often as it says")
  func level() throws {
    var found = 0
    for seed in 0..<1000 as Range<UInt64> {
      let means = values(8, shift: 0, seed: seed + 100)
      if try SignFlipTest(means, identities: Array(means.indices)).p <= 0.05 { found += 1 }
    }
    // 50 of 1,000, and 6.9 is the standard deviation of that.
    #expect(20...80 ~= found)
  }

  @Test("what doesn't fit is refused")
  func refusals() {
    #expect(throws: EvaluationError.self) { _ = try SignFlipTest([], identities: []) }
    #expect(throws: EvaluationError.self) { _ = try SignFlipTest([1, 2], identities: [0]) }
    #expect(throws: EvaluationError.nonFiniteScore(index: 1, got: .infinity)) {
      _ = try SignFlipTest([1, .infinity], identities: [0, 1])
    }
  }
}
