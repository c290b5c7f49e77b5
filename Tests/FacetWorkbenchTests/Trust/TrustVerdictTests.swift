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
    _ reading: RandomisationResult.Reading?, _ faithfulness: MapScore?, _ truth: MapScore?...
  ) -> TrustVerdict {
    TrustVerdict(
      reading: reading, likeness: score(0.81, spread: 0.01),
      faithfulness: [("deletion", faithfulness)],
      truth: truth.enumerated().map { ("truth \($0.offset + 1)", $0.element) })
  }

  @Test("believed: depends on the weights, wins both kinds of tests, loses nothing")
  func believed() {
    let (win, loss, open) = (
      score(1, spread: 0.1), score(-1, spread: 0.1), score(0, spread: 1)
    )
    let good = verdict(.dependsOnWeights, win, open, nil, win)
    #expect(good.level == .believe && good.won == 2 && good.lost == 0)
    #expect(
      good.sentence == "Depends on the weights and beats a centre blob in deletion and truth 3.")
    for other in [
      verdict(.dependsOnWeights, open, open), verdict(.dependsOnWeights, win, open),
      verdict(.dependsOnWeights, open, win), verdict(.dependsOnWeights, win, win, loss),
      verdict(.undecided, win, win),
    ] { #expect(other.level == .doubt, "\(other.sentence)") }
    #expect(verdict(.dependsOnWeights, win, loss, loss).level == .reject)
    #expect(
      verdict(.dependsOnWeights, open, nil).sentence
        == "Depends on the weights; nothing is shown against a centre blob.")
  }

  @Test("a method that ignores the weights isn't believed however well it scores")
  func ignores() {
    let win = score(1, spread: 0.1)
    let verdict = verdict(.ignoresWeights, win, win, win)
    #expect(verdict.level == .reject)
    #expect(
      verdict.sentence
        == "Much the same with random weights (rank correlation 0.81); beats a centre blob in deletion, "
        + "truth 1 and truth 2.")
    #expect(self.verdict(nil, win, win).level == .reject)
  }

  @Test("what is written into pictures")
  func labels() {
    #expect(MapLabel.labels(.dependsOnWeights, .better) == [])
    #expect(MapLabel.labels(.ignoresWeights, .better) == [.ignoresWeights])
    #expect(MapLabel.labels(.undecided, .undecided) == [.notAboveCentre])
    #expect(MapLabel.labels(.ignoresWeights, .worse) == [.ignoresWeights, .worseThanCentre])
    #expect(MapLabel.labels(nil, nil) == [])
  }
}
