import FacetEvaluation
import FacetTensor
import Testing

@Suite struct RemovalComparisonTests {
  private func control(_ name: String, _ value: Double, p: Double?) -> RemovalComparison.Control {
    RemovalComparison.Control(
      name: name,
      difference: PairedDifference(
        value: value,
        interval: ConfidenceInterval(
          low: value - 0.1, high: value + 0.1, confidence: 0.95, method: .identityBootstrap)),
      p: p)
  }

  @Test func praiseNeedsEveryControl() {
    let found = RemovalComparison.adjusted([
      RemovalComparison(
        .insertion, [control("map", 0.3, p: 0.001), control("centre", 0.2, p: 0.02)]),
      RemovalComparison(
        .insertion, [control("map", 0.3, p: 0.001), control("centre", -0.12, p: 0.001)]),
      RemovalComparison(
        .insertion, [control("map", 0.1, p: 0.4), control("centre", 0.2, p: 0.0001)]),
    ])
    // The largest of the controls' p-values; one that isn't ahead of all of them has none to show.
    #expect(found.map(\.p) == [0.02, 1, 0.4])
    #expect(abs((found[0].adjusted ?? 1) - 0.06) < 1e-12)
    #expect(found.allSatisfy { !$0.beatsControls })
    // A loss to the centre is a loss, whatever it wins elsewhere.
    #expect(found[1].controls(.worse) == ["centre"] && found[1].controls(.better) == ["map"])
    #expect(found[2].controls(.better) == ["centre"] && found[2].controls(.undecided) == ["map"])
    let alone = RemovalComparison.adjusted([found[0]])[0]
    #expect(alone.beatsControls && alone.adjusted == 0.02)
  }

  @Test func lowIsGoodInDeletion() {
    let controls = [control("map", 0.08, p: 0.004), control("pixels", 0.1, p: 0.002)]
    let deletion = RemovalComparison.adjusted([RemovalComparison(.deletion, controls)])[0]
    #expect(deletion.p == 1 && deletion.controls(.worse) == ["map", "pixels"])
    let insertion = RemovalComparison.adjusted([RemovalComparison(.insertion, controls)])[0]
    #expect(insertion.p == 0.004 && insertion.beatsControls)
    #expect(insertion.controls(.better) == ["map", "pixels"])
  }

  @Test func singleStatementsPayForAllOfThem() {
    let many = (0..<8).map { _ in
      RemovalComparison(.insertion, [control("map", 0.1, p: 0.01), control("centre", 0.1, p: 1)])
    }
    let found = RemovalComparison.adjusted(many)
    #expect(found.allSatisfy { $0.controls(.better).isEmpty })
    #expect(found.allSatisfy { abs(($0.controls[0].adjusted ?? 0) - 0.16) < 1e-12 })
  }

  @Test func tooFewPeopleSayNothing() {
    let found = RemovalComparison.adjusted([
      RemovalComparison(.insertion, [control("map", 0.3, p: nil), control("centre", 0.3, p: nil)]),
      RemovalComparison(.insertion, [control("map", 0.3, p: 0.03)]),
    ])
    #expect(found[0].p == nil && found[0].adjusted == nil && !found[0].beatsControls)
    #expect(found[0].controls(.undecided) == ["map", "centre"])
    // And take no part in the family.
    #expect(found[1].adjusted == 0.03)
  }

  // MARK: - Of scores

  private func pairs(_ people: Int) -> [ScoredPair] {
    (0..<people).map { i in
      ScoredPair(
        probe: "p\(i)/1", reference: "p\(i)/2", same: true, score: 0.9, probeIdentity: "p\(i)",
        referenceIdentity: "p\(i)")
    }
  }

  @Test func ofScores() throws {
    let study = try RemovalStudy(pairs(12), threshold: 0.5, shares: [0, 0.5, 1])
    // One order loses all pairs at once, the other keeps them until everything is gone.
    let early = study.pairs.map { _ in [0.9, 0.1, 0.1] }
    let late = study.pairs.map { _ in [0.9, 0.9, 0.1] }
    let found = try RemovalComparison.adjusted([
      study.comparison(early, to: [("late", late), ("early", early)], .deletion),
      study.comparison(early, to: [("late", late)], .deletion),
    ])
    #expect(found[0].p == 1 && !found[0].beatsControls)
    #expect(found[0].controls[0].difference.value == -0.5)
    #expect(found[0].controls[1].difference.value == 0 && found[0].controls[1].p == 1)
    #expect(found[0].controls(.better) == ["late"])
    #expect(found[1].beatsControls)
    // All resamples agree, and so do all but two of the choices of signs.
    #expect(abs((found[1].controls[0].p ?? 1) - 2.0 / 1001) < 1e-12)
    let reversed = try RemovalComparison.adjusted([
      study.comparison(early, to: [("late", late)], .insertion)
    ])[0]
    #expect(reversed.controls(.worse) == ["late"])
  }

  @Test func nothingIsDecidedOnFewPeople() throws {
    let study = try RemovalStudy(pairs(7), threshold: 0.5, shares: [0, 1])
    let found = try study.comparison(
      study.pairs.map { _ in [0.1, 0.1] }, to: [("all", study.pairs.map { _ in [0.9, 0.9] })],
      .deletion)
    #expect(found.controls[0].p == nil && found.p == nil)
    #expect(throws: EvaluationError.self) {
      try study.comparison([], to: [("none", [])], .deletion)
    }
  }

  /// Where no order is better than another, praise must be rare.
  @Test func noEffectIsRarelyPraised() throws {
    let pairs = pairs(20)
    var praised = 0
    for trial in 0..<100 {
      var random = RandomStream(seed: UInt64(trial), 0x7E57)
      func scores() -> [[Double]] {
        pairs.map { _ in (0..<5).map { _ in Double(random.uniform()) } }
      }
      let study = try RemovalStudy(
        pairs, threshold: 0.5, shares: [0, 0.25, 0.5, 0.75, 1],
        bootstrap: IdentityBootstrap(resamples: 400, seed: UInt64(trial)))
      let controls = [("a", scores()), ("b", scores())]
      let found = RemovalComparison.adjusted(
        try (0..<3).map { _ in try study.comparison(scores(), to: controls, .deletion) })
      praised += found.contains(where: \.beatsControls) ? 1 : 0
    }
    #expect(praised <= 5)
  }
}
