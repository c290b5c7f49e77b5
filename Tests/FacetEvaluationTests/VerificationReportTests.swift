import FacetEvaluation
import Foundation
import Testing

@Suite struct VerificationReportTests {
  @Test func wholeReport() throws {
    let pairs = SimulatedPeople(people: 15, images: 8, seed: 2).pairs
    let report = try ErrorRates.report(pairs)
    #expect(report.genuine == 15 * 28)
    #expect(report.impostor == pairs.count - 15 * 28)
    #expect(report.identities == 15)
    let interval = try #require(report.eerInterval)
    #expect(interval.resamples == 1000 && interval.contains(report.eer.midpoint))
    #expect(report.operatingPoints.map(\.requestedFMR) == [0.1, 0.01, 0.001])
    for point in report.operatingPoints {
      #expect(point.fmr.value <= point.requestedFMR ?? 0)
    }
    #expect(report.decision.source == .testPairs)
    #expect(report.warnings.contains(.thresholdChosenOnTestPairs))
    #expect(
      report.warnings.contains(
        .unbalancedAccuracy(
          accuracy: report.decision.accuracy.value, alwaysReject: report.decision.alwaysReject,
          alwaysAccept: report.decision.alwaysAccept)))
    #expect(report.curve.count <= 500)
    // JSON holds no infinities: thresholds above every score are left out.
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(VerificationReport.self, from: data) == report)
    let json = String(decoding: data, as: UTF8.self)
    for name in ["\"midpoint\"", "\"rocch\"", "\"thresholdLow\"", "\"FVC2000\"", "\"auc\""] {
      #expect(json.contains(name), "\(name)")
    }
  }

  @Test func constantScores() throws {
    var pairs = SimulatedPeople(people: 3, images: 3, seed: 2).pairs
    pairs = pairs.map { $0.scored(0.5) }
    let report = try ErrorRates.report(pairs)
    #expect(report.eer.midpoint == 0.5 && report.eer.low == 0 && report.eer.high == 1)
    #expect(report.warnings.contains(.constantScores(score: 0.5)))
    #expect(report.warnings.contains(.fewIdentities(count: 3)))
    #expect(report.dPrime == nil)
    #expect(report.curve.count == 2)
    _ = try JSONEncoder().encode(report)
  }

  @Test func warningsOnRates() throws {
    func pair(_ same: Bool, _ score: Double) -> ScoredPair {
      ScoredPair(probe: "a/1", reference: same ? "a/2" : "b/1", same: same, score: score)
    }
    // 300 impostors: 3/300 is .01, so .01 may be asked for and .009 may not.
    let pairs =
      (0..<300).map { pair(false, Double($0)) } + (0..<300).map { pair(true, Double($0) + 250) }
    var options = VerificationOptions()
    options.falseMatchRates = [0.01, 0.009, 0.2]
    options.threshold = .init(270, source: .developmentSet)
    let warnings = try ErrorRates.report(pairs, options: options).warnings
    #expect(warnings.contains(.fmrBelowResolution(requested: 0.009, impostor: 300)))
    #expect(!warnings.contains(.fmrBelowResolution(requested: 0.01, impostor: 300)))
    #expect(warnings.contains(.fewErrors(rate: "FMR at FMR <= 0.01", errors: 3, trials: 300)))
    #expect(
      warnings.contains(.fewErrors(rate: "FNMR at the decision threshold", errors: 20, trials: 300))
    )
    // Sixty false matches at .2 and thirty at the decision threshold are enough.
    #expect(
      !warnings.contains {
        if case .fewErrors(let rate, _, _) = $0 {
          rate == "FMR at FMR <= 0.2" || rate == "FMR at the decision threshold"
        } else {
          false
        }
      })
    #expect(!warnings.contains(.thresholdChosenOnTestPairs))
    #expect(
      !warnings.contains { if case .unbalancedAccuracy = $0 { true } else { false } })
    for warning in warnings { #expect(warning.description.count > 20) }
  }

  @Test func contradictoryLabels() throws {
    var pairs = SimulatedPeople(people: 12, images: 3, seed: 2).pairs
    // One pair of p0 labelled as two people.
    let wrong = try #require(pairs.firstIndex { $0.same })
    let old = pairs[wrong]
    pairs[wrong] = ScoredPair(
      probe: old.probe, reference: old.reference, same: false, score: old.score)
    let report = try ErrorRates.report(pairs)
    #expect(report.identities == 12)
    #expect(report.warnings.contains(.contradictoryLabels(pairs: 1)))
  }

  @Test func badOptions() throws {
    let pairs = SimulatedPeople(people: 3, images: 3, seed: 2).pairs
    func with(_ change: (inout VerificationOptions) -> Void) -> VerificationOptions {
      var options = VerificationOptions()
      change(&options)
      return options
    }
    let bad = [
      with { $0.falseMatchRates = [1.5] }, with { $0.falseMatchRates = [.nan] },
      with { $0.confidence = 0 }, with { $0.curvePoints = 1 }, with { $0.resamples = -1 },
      with { $0.threshold = .init(.nan, source: .given) },
    ]
    for options in bad {
      #expect(throws: EvaluationError.self) { try ErrorRates.report(pairs, options: options) }
    }
    #expect(try ErrorRates.report(pairs, options: with { $0.resamples = 0 }).eerInterval == nil)
    #expect(throws: EvaluationError.noPairs) { try ErrorRates.report([]) }
  }

  @Test func splitsThatShare() {
    #expect(
      SplitCheck.identities(["ann", "bob", "ann"], ["ann", "cid"])
        == .identitiesOnBothSides(names: ["ann"]))
    #expect(SplitCheck.identities(["ann"], ["bob"]) == nil)
    let train: [(name: String, fingerprint: UInt64)] = [("a", 0b1111), ("b", 0b0001)]
    let test: [(name: String, fingerprint: UInt64)] = [("c", 0b1110)]
    #expect(SplitCheck.images(train, test) == nil)
    #expect(SplitCheck.images(train, test, maximumDistance: 1) == .imagesOnBothSides(names: ["a"]))
  }
}
