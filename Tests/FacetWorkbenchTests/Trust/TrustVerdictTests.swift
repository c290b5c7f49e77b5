import FacetEvaluation
import FacetWorkbench
import Testing

@Suite("Verdicts on methods")
struct TrustVerdictTests {
  private func score(_ value: Double, spread: Double) -> MapScore? {
    MapScore(
      [value - spread, value + spread, value, value], identities: [0, 1, 2, 3],
      IdentityBootstrap(resamples: 200, seed: 1))
  }

  private func verdict(
    _ reading: RandomisationResult.Reading?, _ tests: MapScore?...
  ) -> TrustVerdict {
    TrustVerdict(
      reading: reading, full: score(0.81, spread: 0.01),
      tests: tests.enumerated().map { ("test \($0.offset + 1)", $0.element) })
  }

  @Test("believed: depends on the weights, wins something, loses nothing")
  func believed() {
    let (win, loss, open) = (
      score(1, spread: 0.1), score(-1, spread: 0.1), score(0, spread: 1)
    )
    let good = verdict(.dependsOnWeights, win, open, nil)
    #expect(good.level == .believe && good.won == 1 && good.lost == 0)
    #expect(good.sentence == "Depends on the weights and beats a centre blob in test 1.")
    #expect(verdict(.dependsOnWeights, open).level == .doubt)
    #expect(
      verdict(.dependsOnWeights, open).sentence
        == "Depends on the weights; nothing is shown against a centre blob.")
    #expect(verdict(.dependsOnWeights, win, loss).level == .doubt)
    #expect(verdict(.dependsOnWeights, win, loss, loss).level == .reject)
    #expect(verdict(.undecided, win).level == .doubt)
  }

  @Test("a method that ignores the weights isn't believed however well it scores")
  func ignores() {
    let win = score(1, spread: 0.1)
    let verdict = verdict(.ignoresWeights, win, win, win)
    #expect(verdict.level == .reject)
    #expect(
      verdict.sentence
        == "Its maps stay the same with random weights (rank correlation 0.81); beats a centre blob in "
        + "test 1, test 2 and test 3.")
    #expect(self.verdict(nil, win).level == .reject)
  }

  @Test("what is written into pictures")
  func labels() {
    #expect(MapLabel.labels(.dependsOnWeights, .better) == [])
    #expect(MapLabel.labels(.ignoresWeights, .better) == [.ignoresWeights])
    #expect(MapLabel.labels(.undecided, .undecided) == [.notAboveCentre])
    #expect(MapLabel.labels(.ignoresWeights, .worse) == [.ignoresWeights, .worseThanCentre])
    #expect(MapLabel.labels(nil, nil) == [])
  }

  @Test("a budget that is used up is past, none never is")
  func deadlines() {
    #expect(!Deadline.never.isPast && !Deadline.never.share(0.1).isPast)
    #expect(Deadline(seconds: 0).isPast && Deadline(seconds: 0).share(0.5).isPast)
    #expect(!Deadline(seconds: 3600).isPast && !Deadline(seconds: 3600).share(0.5).isPast)
  }
}
