import FacetEvaluation
import FacetWorkbench
import Testing

@Suite("Verdicts on methods")
struct TrustVerdictTests {
  private static let bootstrap = IdentityBootstrap(resamples: 200, seed: 1)

  private func score(_ value: Double, people: Int = 10) -> MapScore? {
    let values = (0..<people).map { Double?(value + 0.01 * Double($0)) }
    return MapScore.difference(
      values, Array(repeating: 0, count: people), identities: Array(0..<people), Self.bootstrap)
  }

  private func test(
    _ kind: TrustTest.Kind, _ differences: (String, MapScore?)...
  ) -> TrustTest {
    TrustTest(
      kind,
      ControlComparison(
        differences.compactMap { name, score in
          score.map { ControlComparison.Difference(name, $0) }
        }))
  }

  private func win(_ kind: TrustTest.Kind) -> TrustTest {
    test(kind, ("centre", score(0.5)), ("edges", score(0.2)))
  }

  private func loss(_ kind: TrustTest.Kind) -> TrustTest {
    test(kind, ("centre", score(0.5)), ("edges", score(-0.5)))
  }

  /// Level with the edges.
  private func open(_ kind: TrustTest.Kind) -> TrustTest {
    test(kind, ("centre", score(0.5)), ("edges", score(-0.044)))
  }

  private func verdict(_ reading: RandomisationResult.Reading?, _ tests: TrustTest...)
    -> TrustVerdict
  {
    TrustVerdict(
      reading: reading, likeness: MapScore([0.81], identities: [0], Self.bootstrap), tests: tests)
  }

  @Test(
    "believed: depends on the weights, beats all controls in both kinds of tests, loses nothing")
  func believed() {
    let good = verdict(
      .dependsOnWeights, win(.drawnFaces), open(.partOrder), win(.swapGame))
    #expect(good.level == .believe && good.won == 2 && good.lost == 0)
    #expect(
      good.sentence
        == "Depends on the weights; beats every control in 'pixels of drawn faces' and 'swap "
        + "game'; is not shown to beat the photo's edges in 'order of parts'.")
    for other in [
      verdict(.dependsOnWeights, open(.drawnFaces), open(.partOrder), open(.swapGame)),
      verdict(.dependsOnWeights, win(.drawnFaces), open(.partOrder), open(.swapGame)),
      verdict(.dependsOnWeights, open(.drawnFaces), win(.partOrder), win(.swapGame)),
      verdict(.dependsOnWeights, win(.drawnFaces), win(.swapGame), loss(.partOrder)),
      verdict(.undecided, win(.drawnFaces), win(.swapGame)),
    ] { #expect(other.level == .doubt, "\(other.sentence)") }
    let bad = verdict(.dependsOnWeights, win(.drawnFaces), loss(.swapGame), loss(.partOrder))
    #expect(bad.level == .reject && bad.lost == 2)
    #expect(bad.sentence.contains("loses to the photo's edges in 'swap game'"))
  }

  @Test("where there are photos, the win has to be on them")
  func photos() {
    let onPhotos = verdict(
      .dependsOnWeights, win(.photos), open(.drawnFaces), win(.swapGame))
    #expect(onPhotos.level == .believe)
    let onDrawn = verdict(.dependsOnWeights, open(.photos), win(.drawnFaces), win(.swapGame))
    #expect(onDrawn.level == .doubt)
    let lost = verdict(.dependsOnWeights, loss(.photos), win(.drawnFaces), win(.swapGame))
    #expect(lost.level == .doubt && lost.lost == 1)
  }

  @Test("a method that ignores the weights isn't believed however well it scores")
  func ignores() {
    let verdict = verdict(.ignoresWeights, win(.drawnFaces), win(.partOrder), win(.swapGame))
    #expect(verdict.level == .reject)
    #expect(
      verdict.sentence
        == "Much the same with random weights (rank correlation 0.81); beats every control in 'pixels "
        + "of drawn faces', 'order of parts' and 'swap game'.")
    #expect(self.verdict(nil, win(.drawnFaces), win(.swapGame)).level == .reject)
  }

  @Test("too few people decide nothing, and it says so; what wasn't measured isn't spoken of")
  func few() {
    let few = test(.drawnFaces, ("centre", score(0.5, people: 7)))
    let verdict = verdict(.undecided, few, TrustTest(.swapGame, nil))
    #expect(verdict.level == .doubt && verdict.won == 0 && verdict.lost == 0)
    #expect(
      verdict.sentence
        == "Whether it depends on the weights is undecided; too few people decide 'pixels of drawn "
        + "faces'.")
  }

  @Test("a family for each test over all methods: what holds alone may not hold among many")
  func family() {
    let weak = test(.photos, ("centre", score(0.1, people: 8)))
    #expect(weak.standing == .better)
    let table = TrustTest.adjusted(
      Array(repeating: [weak, weak, TrustTest(.swapGame, nil)], count: 8))
    #expect(table.count == 8 && table.allSatisfy { $0.count == 3 })
    for tests in table {
      // Of eight methods, not of sixteen comparisons.
      #expect(tests[0].comparison?.adjusted == 8 * 2.0 / 256 && tests[2].comparison == nil)
      #expect(
        tests[0].standing == .undecided && tests.map(\.kind) == [.photos, .photos, .swapGame])
    }
  }

  @Test("who comes first is said only where it is shown")
  func foremost() {
    func values(_ value: Double, _ step: Double) -> [Double?] {
      (0..<10).map { value + step * Double($0 % 3 - 1) }
    }
    func foremost(_ methods: [(name: String, values: [Double?])]) -> Foremost {
      Foremost(by: "x", methods, people: Array(0..<10), Self.bootstrap)
    }
    let clear = foremost([("a", values(0.2, 0.1)), ("b", values(0.6, 0.05))])
    #expect(clear.first == "b" && clear.order == ["b", "a"] && (clear.p ?? 1) < 0.01)
    let equal = foremost([("a", values(0.41, 0.1)), ("b", values(0.4, -0.1))])
    #expect(equal.first == nil && Set(equal.order) == ["a", "b"] && (equal.p ?? 0) > 0.05)
    #expect(foremost([("a", values(0.2, 0.1))]).first == "a")
  }

  @Test("what is written into pictures")
  func labels() {
    #expect(MapLabel.labels(.dependsOnWeights, .better) == [])
    #expect(MapLabel.labels(.ignoresWeights, .better) == [.ignoresWeights])
    #expect(MapLabel.labels(.undecided, .undecided) == [.notAboveCentre])
    #expect(MapLabel.labels(.ignoresWeights, .worse) == [.ignoresWeights, .worseThanCentre])
    #expect(MapLabel.labels(nil, nil) == [])
    let few = test(.photos, ("centre", score(0.5, people: 7))).comparison
    #expect(
      MapLabel.labels(.ignoresWeights, hasWon: false, against: few)
        == [.ignoresWeights, .tooFewPeople])
    #expect(MapLabel.labels(.dependsOnWeights, hasWon: true, against: few) == [])
    #expect(MapLabel.labels(.dependsOnWeights, hasWon: false, against: nil) == [])
  }
}
