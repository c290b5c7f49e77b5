import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct OperatingPointTests {
  private func curveK() throws -> ErrorCurve {
    ErrorCurve(try ScoreSet(genuine: WorkedCase.genuineK, impostor: WorkedCase.impostorK))
  }

  @Test(arguments: [(0.05, 4.0 / 12, 0.66, 1), (0.10, 0.25, 0.61, 2), (0, 0.5, 0.74, 0)])
  func falseNonMatchRateAt(_ fmr: Double, _ fnmr: Double, _ threshold: Double, _ matches: Int)
    throws
  {
    let point = ErrorRates.operatingPoint(try curveK(), fmrAtMost: fmr)
    #expect(abs(point.fnmr.value - fnmr) < 1e-9)
    #expect(point.threshold == threshold)
    #expect(point.falseMatches == matches)
    #expect(point.fmr.value <= fmr)
    #expect(point.requestedFMR == fmr)
  }

  @Test func nothingAccepted() throws {
    let curve = ErrorCurve(try ScoreSet(genuine: [0.1], impostor: [0.9, 0.2]))
    let point = ErrorRates.operatingPoint(curve, fmrAtMost: 0.4)
    #expect(point.threshold == nil && point.fmr.value == 0 && point.fnmr.value == 1)
    // 29 of 100 is not above .29, whatever .29 x 100 rounds to.
    let exact = ErrorCurve(
      try ScoreSet(genuine: [0], impostor: (1...100).map(Double.init)))
    #expect(ErrorRates.operatingPoint(exact, fmrAtMost: 0.29).falseMatches == 29)
  }

  @Test func areaAndSeparation() throws {
    let scores = try ScoreSet(genuine: WorkedCase.genuineK, impostor: WorkedCase.impostorK)
    #expect(abs(ErrorRates.auc(ErrorCurve(scores)) - 0.933333) < 1e-6)
    let dPrime = try #require(ErrorRates.dPrime(scores))
    #expect(abs(dPrime - 2.248141) < 1e-6)
    let constant = try ScoreSet(genuine: [0.1, 0.1, 0.1], impostor: [0.1, 0.1])
    #expect(ErrorRates.dPrime(constant) == nil)
    #expect(ErrorRates.auc(ErrorCurve(constant)) == 0.5)
  }

  @Test(arguments: 0..<30) func areaAgainstPairs(_ seed: Int) throws {
    var random = RandomStream(seed: 3, seed)
    let genuine = (0..<25).map { _ in Double(Int.random(in: 2..<9, using: &random)) }
    let impostor = (0..<31).map { _ in Double(Int.random(in: 0..<7, using: &random)) }
    var sum = 0.0
    for g in genuine { for i in impostor { sum += g > i ? 1 : (g == i ? 0.5 : 0) } }
    let auc = ErrorRates.auc(ErrorCurve(try ScoreSet(genuine: genuine, impostor: impostor)))
    #expect(abs(auc - sum / (25 * 31)) < 1e-12)
  }

  @Test func halfTotalErrorRateFromADevelopmentSet() throws {
    let development = try ScoreSet(genuine: [0.9, 0.8, 0.7], impostor: [0.1, 0.2, 0.3])
    // The development threshold is .7; on the test set it rejects 1 of 2 and accepts 1 of 4.
    let test = try ScoreSet(genuine: [0.95, 0.6], impostor: [0.75, 0.5, 0.2, 0.1])
    let result = ErrorRates.halfTotalErrorRate(development: development, test: test)
    #expect(result.threshold == 0.7)
    #expect(result.source == .developmentSet)
    #expect(result.hter == (0.5 + 0.25) / 2)
    #expect(result.accuracy.successes == 4 && result.accuracy.trials == 6)
    #expect(abs(result.alwaysReject - 4.0 / 6) < 1e-15)
    #expect(abs(result.alwaysAccept - 2.0 / 6) < 1e-15)
  }

  @Test func thinnedCurveKeepsItsCorners() throws {
    var random = RandomStream(seed: 11)
    let scores = try ScoreSet(
      genuine: (0..<4000).map { _ in Double(random.normal()) + 2 },
      impostor: (0..<30_000).map { _ in Double(random.normal()) })
    let curve = ErrorCurve(scores)
    let points = curve.points(limit: 500)
    #expect(points.count <= 500 && points.count > 400)
    #expect(points.first?.fmr == 1 && points.first?.fnmr == 0)
    #expect(points.last?.fmr == 0 && points.last?.fnmr == 1 && points.last?.threshold == nil)
    for (a, b) in zip(points, points.dropFirst()) { #expect(a.fmr >= b.fmr && a.fnmr <= b.fnmr) }
    // Every operating point lies close to the thinned polyline.
    var worst = 0.0
    for index in stride(from: 0, to: curve.count, by: 37) {
      let p = (curve.fmr(index), curve.fnmr(index))
      let nearest = zip(points, points.dropFirst()).map { a, b in
        distance(p, (a.fmr, a.fnmr), (b.fmr, b.fnmr))
      }.min()
      worst = max(worst, nearest ?? 1)
    }
    #expect(worst < 0.002)
  }

  @Test func fewPointsLoseNothing() throws {
    // Both runs are straight, so three corners say it all.
    let curve = ErrorCurve(try ScoreSet(genuine: [7, 8, 9], impostor: [1, 2, 3]))
    let points = curve.points()
    #expect(points.map { [$0.fmr, $0.fnmr] } == [[1, 0], [0, 0], [0, 1]])
    let step = ErrorCurve(try ScoreSet(genuine: [2, 4], impostor: [1, 3]))
    #expect(step.points().count == step.count)
    #expect(step.points(limit: 2).count == 2)
  }

  private func distance(
    _ p: (Double, Double), _ a: (Double, Double), _ b: (Double, Double)
  ) -> Double {
    let d = (b.0 - a.0, b.1 - a.1)
    let length = d.0 * d.0 + d.1 * d.1
    let along =
      length > 0 ? max(0, min(1, ((p.0 - a.0) * d.0 + (p.1 - a.1) * d.1) / length)) : 0
    return hypot(p.0 - a.0 - along * d.0, p.1 - a.1 - along * d.1)
  }
}
