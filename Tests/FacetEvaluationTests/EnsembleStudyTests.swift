import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct EnsembleStudyTests {
  private func options(_ change: (inout EnsembleOptions) -> Void = { _ in }) -> EnsembleOptions {
    var options = EnsembleOptions()
    options.tolerance = 1
    options.bootstrap.resamples = 300
    change(&options)
    return options
  }

  @Test func wholeStudy() throws {
    let pool = try SimulatedPool(groups: [0, 0, 0, 1, 1, 2, 3]).pool
    let outside = OutsideControl(
      name: "one wide net",
      testOutputs: try CandidateOutputs(
        probabilities: [pool.test.probabilities[0]], labels: pool.test.labels))
    let report = try EnsembleStudy.run(pool, options: options(), outside: [outside])
    #expect(
      report.systems.map(\.role) == [
        .chosen, .bestSingle, .allCandidates, .topByAccuracy, .greedy, .predictionDiverse,
        .leastDiverse, .outside,
      ])
    #expect(report.comparisons.count == 7)
    #expect(report.subsets.count == 35)
    #expect(report.calibration == .zNorm)
    let chosen = try #require(report.systems[0].choice)
    #expect(chosen.members.count == 3)
    // Diverse saliency here means different groups, which err on different images.
    let groups = [0, 0, 0, 1, 1, 2, 3]
    #expect(Set(chosen.members.map { groups[$0] }).count == 3)
    #expect(report.systems[6].choice?.members == [0, 1, 2])
    #expect(report.verdict.outcome == .better)
    #expect(report.verdict == report.comparisons[0].verdict)
    #expect(report.comparisons[0].role == .bestSingle)
    #expect(report.comparisons[0].accuracyDifference.interval.low > 0)
    #expect(report.systems[7].eer == nil && report.comparisons[6].eerDifference == nil)
    #expect(report.systems[0].name == chosen.members.map { "net\($0)" }.joined(separator: " + "))
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(EnsembleReport.self, from: data) == report)
    #expect(try EnsembleStudy.run(pool, options: options(), outside: [outside]) == report)
  }

  @Test func figuresAgainstDirectOnes() throws {
    let pool = try SimulatedPool(groups: [0, 1, 2, 0, 1]).pool
    for method in CalibrationMethod.allCases {
      let report = try EnsembleStudy.run(pool, options: options { $0.calibration = method })
      let fit = try #require(pool.calibrationScores)
      let test = try #require(pool.testScores)
      let calibrations = try fit.scores.map { scores in
        ScoreCalibration(
          method, fitting: try ScoreSet(zip(fit.pairs, scores).map { $0.scored($1) }))
      }
      func fused(_ set: CandidateScores, _ members: [Int]) throws -> ScoreSet {
        try ScoreSet(
          set.pairs.indices.map { pair in
            let sum = members.reduce(0.0) { $0 + calibrations[$1](set.scores[$1][pair]) }
            return set.pairs[pair].scored(sum / Double(members.count))
          })
      }
      for system in report.systems {
        let members = try #require(system.choice?.members)
        let scores = try fused(test, members)
        #expect(system.accuracy.value == pool.test.accuracy(of: members))
        let eer = try #require(system.eer)
        #expect(abs(eer.midpoint - ErrorRates.equalErrorRate(scores).midpoint) < 1e-12)
        let decision = try #require(system.atCalibrationThreshold)
        let direct = ErrorRates.halfTotalErrorRate(
          development: try fused(fit, members), test: scores)
        #expect(abs(decision.hter - direct.hter) < 1e-12)
        #expect(decision.source == .developmentSet)
        #expect(system.eerInterval?.contains(eer.midpoint) == true)
      }
      // Every subset, and where the choice stands among them.
      let chosen = try #require(report.systems[0].choice?.members)
      for subset in report.subsets {
        #expect(subset.accuracy == pool.test.accuracy(of: subset.members))
        let eer = try ErrorRates.equalErrorRate(fused(test, subset.members)).midpoint
        #expect(abs((subset.eer ?? -1) - eer) < 1e-12)
      }
      let own = pool.test.accuracy(of: chosen)
      let others = report.subsets.filter { $0.members != chosen }.map(\.accuracy)
      #expect(report.accuracyRank.better == others.count { $0 > own })
      #expect(report.accuracyRank.worse == others.count { $0 < own })
      let percentile =
        (Double(others.count { $0 < own }) + Double(others.count { $0 == own }) / 2)
        / Double(others.count)
      #expect(report.accuracyRank.percentile == percentile)
      let eerRank = try #require(report.eerRank)
      let ownEER = try #require(report.systems[0].eer?.midpoint)
      #expect(eerRank.better == report.subsets.count { ($0.eer ?? 1) < ownEER - 1e-9 })
    }
  }

  @Test func diversityCorrelation() throws {
    let pool = try SimulatedPool(groups: [0, 0, 0, 0, 1, 1, 2, 3]).pool
    let report = try EnsembleStudy.run(pool, options: options())
    let result = report.diversityAndAccuracy
    #expect(result.subsets == 56)
    let r = try #require(result.pearson)
    #expect(
      r == Correlation.pearson(report.subsets.map(\.diversity), report.subsets.map(\.accuracy)))
    // The pool is made so that diversity pays.
    #expect(r > 0.5)
    let interval = try #require(result.interval)
    #expect(interval.method == .candidateBootstrap)
    #expect(interval.low < r && r < interval.high + 0.05 && interval.low > -1)
    #expect(report.diversityAndEER != nil)
  }

  @Test func noEffectWhereThereIsNone() throws {
    // Candidates that all err together: no subset can beat a single one.
    let pool = try SimulatedPool(groups: [1, 1, 1, 1]).pool
    let noScores = try CandidatePool(
      names: pool.names, selection: pool.selection, test: pool.test, similarity: pool.similarity)
    let report = try EnsembleStudy.run(noScores, options: options())
    #expect(report.verdict.outcome == .noEffectShown)
    #expect(report.verdict.sentence.hasPrefix("No effect shown between the chosen ensemble"))
    #expect(report.calibration == nil && report.eerRank == nil && report.diversityAndEER == nil)
    #expect(report.systems.allSatisfy { $0.eer == nil && $0.atCalibrationThreshold == nil })
    #expect(report.comparisons.allSatisfy { $0.eerDifference == nil })
  }

  @Test func holmOverTheFamily() throws {
    let pool = try SimulatedPool(groups: [0, 0, 1, 2, 3]).pool
    let report = try EnsembleStudy.run(pool, options: options())
    #expect(report.comparisons.map(\.holm) == Holm.adjusted(report.comparisons.map(\.mcNemar.p)))
    let best = report.systems[1].choice?.members ?? []
    let chosen = report.systems[0].choice?.members ?? []
    let direct = try McNemar(
      first: pool.test.correct(chosen), second: pool.test.correct(best))
    #expect(report.comparisons[0].mcNemar == direct)
  }

  @Test func sharedImagesAreWarnedOf() throws {
    let pool = try SimulatedPool(groups: [0, 1, 2]).pool
    let scores = try #require(pool.testScores)
    let leaking = try CandidatePool(
      names: pool.names, selection: pool.selection, test: pool.test, similarity: pool.similarity,
      calibrationScores: scores, testScores: scores)
    let report = try EnsembleStudy.run(leaking, options: options { $0.members = 2 })
    #expect(
      report.warnings.contains { if case .imagesOnBothSides = $0 { true } else { false } })
    let clean = try EnsembleStudy.run(pool, options: options { $0.members = 2 })
    #expect(clean.warnings.isEmpty)
  }

  @Test func badInput() throws {
    let pool = try SimulatedPool(groups: [0, 1, 2]).pool
    #expect(throws: EvaluationError.self) {
      try EnsembleStudy.run(pool, options: options { $0.members = 4 })
    }
    #expect(throws: EvaluationError.self) {
      try EnsembleStudy.run(pool, options: options { $0.lambda = -1 })
    }
    #expect(throws: EvaluationError.self) {
      try EnsembleStudy.run(pool, options: options { $0.tolerance = -1 })
    }
    #expect(throws: EvaluationError.self) {
      try CandidatePool(
        names: ["a"], selection: pool.selection, test: pool.test, similarity: pool.similarity)
    }
    #expect(throws: EvaluationError.self) {
      try CandidatePool(
        names: pool.names, selection: pool.selection, test: pool.test,
        similarity: pool.similarity, testScores: pool.testScores)
    }
    let wrong = OutsideControl(name: "w", testOutputs: pool.selection, testScores: [1])
    #expect(throws: EvaluationError.self) {
      try EnsembleStudy.run(pool, options: options { $0.members = 2 }, outside: [wrong])
    }
    #expect(throws: EvaluationError.self) { try CandidateOutputs(probabilities: [], labels: []) }
    #expect(throws: EvaluationError.self) {
      try CandidateScores(pairs: [], scores: [])
    }
  }

  @Test(arguments: [
    (0.01, 0.03, -0.02, -0.01, Outcome.better), (0.01, 0.03, -0.02, 0.01, .better),
    (-0.01, 0.03, -0.02, 0.01, .noEffectShown), (-0.03, -0.01, -0.01, 0.01, .worse),
    (-0.01, 0.01, 0.01, 0.02, .worse), (0.01, 0.02, 0.01, 0.02, .noEffectShown),
    (0.0, 0.02, -0.02, 0.0, .noEffectShown),
  ])
  func verdicts(
    _ low: Double, _ high: Double, _ eerLow: Double, _ eerHigh: Double, _ outcome: Outcome
  ) {
    func difference(_ low: Double, _ high: Double) -> PairedDifference {
      PairedDifference(
        value: (low + high) / 2,
        interval: ConfidenceInterval(
          low: low, high: high, confidence: 0.95, method: .identityBootstrap, resamples: 1000))
    }
    let verdict = Verdict(
      "the pair", against: "the one",
      [
        MeasureVerdict(.accuracy, difference(low, high)),
        MeasureVerdict(.eer, difference(eerLow, eerHigh)),
      ])
    #expect(verdict.outcome == outcome)
    #expect(verdict.sentence.contains("95 % intervals by bootstrap over identities"))
  }

  @Test func verdictInWords() {
    let difference = PairedDifference(
      value: 0.0231,
      interval: ConfidenceInterval(
        low: 0.0042, high: 0.041, confidence: 0.95, method: .identityBootstrap, resamples: 1000))
    let verdict = Verdict("the pair", against: "the one", [MeasureVerdict(.accuracy, difference)])
    #expect(
      verdict.sentence == "The pair is better than the one: accuracy +2.31 points [+0.42, +4.10] "
        + "(95 % intervals by bootstrap over identities).")
  }
}
