import FacetEvaluation
import FacetTensor
import Testing

@Suite struct IdentityMeanTests {
  @Test func equalsTheAccuracyOfZerosAndOnes() throws {
    // Of many people, so that two independent series of draws give nearly one interval.
    var random = RandomStream(seed: 5)
    let identities = (0..<600).map { $0 / 6 + 40 }
    let right = identities.map { _ in random.uniform() < 0.7 }
    let bootstrap = IdentityBootstrap(resamples: 4000, seed: 2)
    let accuracy = try bootstrap.accuracy(correct: right, identities: identities)
    let mean = try bootstrap.mean(right.map { $0 ? 1 : 0 }, identities: identities)
    #expect(abs(accuracy.low - mean.low) < 0.006)
    #expect(abs(accuracy.high - mean.high) < 0.006)
    #expect(mean.method == .identityBootstrap)
  }

  @Test func drawsPeopleAndNotImages() throws {
    // Two people of 50 equal images: a draw holds one of them twice, or both.
    let values = [Double](repeating: 0, count: 50) + [Double](repeating: 1, count: 50)
    let interval = try IdentityBootstrap().mean(
      values, identities: values.map { Int($0) })
    #expect((interval.low, interval.high) == (0, 1))
    let constant = try IdentityBootstrap().mean([0.25, 0.25], identities: [0, 1])
    #expect((constant.low, constant.high) == (0.25, 0.25))
  }

  @Test func refusesWhatHasNoInterval() {
    let bootstrap = IdentityBootstrap()
    #expect(throws: EvaluationError.tooFewIdentities(got: 1, needed: 2)) {
      try bootstrap.mean([1, 2], identities: [3, 3])
    }
    #expect(throws: EvaluationError.nothingToEvaluate(what: "values")) {
      try bootstrap.mean([], identities: [])
    }
    #expect(throws: EvaluationError.self) { try bootstrap.mean([1], identities: [0, 1]) }
  }
}
