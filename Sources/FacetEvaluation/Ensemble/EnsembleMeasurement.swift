/// All systems of a study on the test set, over one common set of resampled identities.
struct Measured {
  let systems: [EnsembleSystem]
  /// The first system against each other one.
  let comparisons: [EnsembleComparison]

  /// - Parameter entries: the chosen ensemble first.
  init(
    _ entries: [SystemEntry], _ pool: CandidatePool, _ bootstrap: IdentityBootstrap
  ) throws(EvaluationError) {
    let accuracies = try bootstrap.accuracies(
      entries.map(\.correct), identities: pool.test.labels)
    let verification = try Verification(entries, pool, bootstrap)
    var systems: [EnsembleSystem] = []
    for (i, entry) in entries.enumerated() {
      let right = entry.correct.count { $0 }
      systems.append(
        EnsembleSystem(
          role: entry.role, name: entry.name, choice: entry.choice,
          accuracy: Proportion(right, of: entry.correct.count, confidence: bootstrap.confidence),
          accuracyInterval: bootstrap.interval(accuracies[i]), eer: verification.eer[i],
          eerInterval: verification.resampled[i].map(bootstrap.interval),
          atCalibrationThreshold: verification.decisions[i]))
    }
    self.systems = systems

    var tests: [McNemar] = []
    for entry in entries.dropFirst() {
      tests.append(try McNemar(first: entries[0].correct, second: entry.correct))
    }
    let adjusted = Holm.adjusted(tests.map(\.p))
    comparisons = systems.indices.dropFirst().map { i in
      let accuracy = Self.difference(
        systems[0].accuracy.value, systems[i].accuracy.value, accuracies[0], accuracies[i],
        bootstrap)
      var measures = [MeasureVerdict(.accuracy, accuracy)]
      var eer: PairedDifference?
      if let a = verification.eer[0], let b = verification.eer[i],
        let first = verification.resampled[0], let second = verification.resampled[i]
      {
        let difference = Self.difference(a.midpoint, b.midpoint, first, second, bootstrap)
        eer = difference
        measures.append(MeasureVerdict(.eer, difference))
      }
      let label = "\(Self.label(systems[i].role)) (\(systems[i].name))"
      return EnsembleComparison(
        role: systems[i].role, name: systems[i].name, accuracyDifference: accuracy,
        eerDifference: eer, mcNemar: tests[i - 1], holm: adjusted[i - 1],
        verdict: Verdict(
          "the chosen ensemble (\(systems[0].name))", against: label, measures))
    }
  }

  private static func difference(
    _ a: Double, _ b: Double, _ first: [Double], _ second: [Double], _ bootstrap: IdentityBootstrap
  ) -> PairedDifference {
    PairedDifference(value: a - b, interval: bootstrap.interval(zip(first, second).map { $0 - $1 }))
  }

  private static func label(_ role: EnsembleRole) -> String {
    switch role {
    case .chosen: "the chosen ensemble"
    case .bestSingle: "the best single network"
    case .allCandidates: "all candidates together"
    case .topByAccuracy: "the most accurate candidates"
    case .greedy: "the greedy ensemble"
    case .predictionDiverse: "the prediction-diverse ensemble"
    case .leastDiverse: "the least diverse ensemble"
    case .outside: "the control"
    }
  }

  /// The verification figures of each system; nil for those without scores.
  private struct Verification {
    var eer: [EqualErrorRate?]
    var decisions: [ThresholdedAccuracy?]
    var resampled: [[Double]?]

    init(
      _ entries: [SystemEntry], _ pool: CandidatePool, _ bootstrap: IdentityBootstrap
    ) throws(EvaluationError) {
      eer = entries.map { _ in nil }
      decisions = entries.map { _ in nil }
      resampled = entries.map { _ in nil }
      guard let test = pool.testScores, let calibration = pool.calibrationScores else { return }
      // The pairs are the same for all systems: who is who is worked out once.
      let index = IdentityIndex(test.pairs)
      var compiled: [(system: Int, pairs: IdentityPairs)] = []
      for (i, entry) in entries.enumerated() {
        guard let scores = entry.testScores, let fit = entry.calibrationScores else { continue }
        let pairs = test.scored(scores)
        let set = try ScoreSet(pairs)
        eer[i] = ErrorRates.equalErrorRate(set)
        decisions[i] = ErrorRates.halfTotalErrorRate(
          development: try ScoreSet(calibration.scored(fit)), test: set,
          confidence: bootstrap.confidence)
        compiled.append((i, IdentityPairs(pairs, index)))
      }
      if compiled.isEmpty { return }
      let values = try bootstrap.eers(compiled.map(\.pairs))
      for (place, system) in compiled.enumerated() { resampled[system.system] = values[place] }
    }
  }
}
