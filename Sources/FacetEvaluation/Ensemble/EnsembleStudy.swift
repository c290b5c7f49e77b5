/// Chooses an ensemble on selection data and holds it against every control on the test set.
///
/// Class decisions fuse by mean softmax; pair scores by the mean of calibrated cosines, fitted to
/// the calibration pairs, which also give the threshold. The test set has no part in any choice.
public enum EnsembleStudy {
  /// Throws when too few candidates are left, options are out of range, sizes differ, or the test
  /// sets hold fewer than two identities.
  /// - Complexity: all subsets are enumerated: C(K, m) times (images x classes + pairs).
  public static func run(
    _ pool: CandidatePool, options: EnsembleOptions = EnsembleOptions(),
    outside: [OutsideControl] = []
  ) throws(EvaluationError) -> EnsembleReport {
    try options.bootstrap.validate()
    let selection = try EnsembleSelection(
      outputs: pool.selection, similarity: pool.similarity.matrix(options.measure),
      tolerance: options.tolerance)
    let fusion = try ScoreFusion(pool, method: options.calibration)
    let entries = try systems(pool, selection, fusion, options, outside)
    let measured = try Measured(entries, pool, options.bootstrap)
    let subsets = SubsetSurvey.run(
      pool: pool, selection: selection, size: options.members, calibrated: fusion?.test)
    let chosen = entries[0].choice?.members ?? []
    let others = subsets.filter { $0.members != chosen }
    let own = subsets.first { $0.members == chosen }
    let eers = subsets.compactMap(\.eer)
    let comparisons = measured.comparisons
    guard let first = comparisons.first else { throw .nothingToEvaluate(what: "controls") }
    return EnsembleReport(
      members: options.members, lambda: options.lambda, tolerance: options.tolerance,
      measure: options.measure, calibration: fusion == nil ? nil : options.calibration,
      candidates: candidates(pool, selection, fusion, options.bootstrap.confidence),
      similarity: pool.similarity, systems: measured.systems, comparisons: comparisons,
      subsets: subsets,
      accuracyRank: SubsetRank(
        own?.accuracy ?? 0, among: others.map(\.accuracy), largerIsBetter: true),
      eerRank: own?.eer.map {
        SubsetRank($0, among: others.compactMap(\.eer), largerIsBetter: false)
      },
      diversityAndAccuracy: DiversityCorrelation(
        subsets, figure: subsets.map(\.accuracy), bootstrap: options.bootstrap),
      diversityAndEER: eers.count == subsets.count
        ? DiversityCorrelation(subsets, figure: eers, bootstrap: options.bootstrap) : nil,
      verdict: first.verdict, warnings: warnings(pool))
  }

  private static func systems(
    _ pool: CandidatePool, _ selection: EnsembleSelection, _ fusion: ScoreFusion?,
    _ options: EnsembleOptions, _ outside: [OutsideControl]
  ) throws(EvaluationError) -> [SystemEntry] {
    let size = options.members
    // The best single comes right after the chosen: the verdict is that comparison.
    let choices: [(EnsembleRole, EnsembleChoice)] = [
      (.chosen, try selection.saliencyDiverse(size: size, lambda: options.lambda)),
      (.bestSingle, selection.bestSingle()),
      (.allCandidates, selection.all()),
      (.topByAccuracy, try selection.topByAccuracy(size: size)),
      (.greedy, try selection.greedy(size: size)),
      (.predictionDiverse, try selection.predictionDiverse(size: size, lambda: options.lambda)),
      (.leastDiverse, try selection.leastDiverse(size: size)),
    ]
    var entries = choices.map { role, choice in
      SystemEntry(
        role: role, name: choice.members.map { pool.names[$0] }.joined(separator: " + "),
        choice: choice, correct: pool.test.correct(choice.members),
        calibrationScores: fusion?.fused(fusion?.calibration, choice.members),
        testScores: fusion?.fused(fusion?.test, choice.members))
    }
    for control in outside {
      guard control.testOutputs.labels == pool.test.labels else {
        throw .sizeMismatch(
          what: "test images of \(control.name)", expected: "the pool's, in its order",
          got: "other labels")
      }
      for (scores, pool) in [
        (control.calibrationScores, pool.calibrationScores), (control.testScores, pool.testScores),
      ] {
        guard let scores else { continue }
        guard let pool else {
          throw .sizeMismatch(what: "scores of \(control.name)", expected: "none", got: "some")
        }
        _ = try CandidateScores(pairs: pool.pairs, scores: [scores])
      }
      let hasScores = control.calibrationScores != nil && control.testScores != nil
      entries.append(
        SystemEntry(
          role: .outside, name: control.name, choice: nil,
          correct: control.testOutputs.correct([0]),
          calibrationScores: hasScores ? control.calibrationScores : nil,
          testScores: hasScores ? control.testScores : nil))
    }
    return entries
  }

  private static func candidates(
    _ pool: CandidatePool, _ selection: EnsembleSelection, _ fusion: ScoreFusion?,
    _ confidence: Double
  ) -> [CandidateResult] {
    pool.names.indices.map { candidate in
      let right = pool.test.correct([candidate]).count { $0 }
      let eer = pool.testScores.flatMap {
        // The pool was checked when it was made, so this set is whole.
        try? ErrorRates.equalErrorRate(ScoreSet($0.scored($0.scores[candidate]))).midpoint
      }
      return CandidateResult(
        name: pool.names[candidate], selectionAccuracy: selection.accuracies[candidate],
        isKept: selection.kept.contains(candidate),
        testAccuracy: Proportion(right, of: pool.test.images, confidence: confidence),
        testEER: eer, calibration: fusion?.calibrations[candidate])
    }
  }

  private static func warnings(_ pool: CandidatePool) -> [EvaluationWarning] {
    var warnings: [EvaluationWarning] = []
    let people = Set(pool.test.labels).count
    if people < 10 { warnings.append(.fewIdentities(count: people)) }
    if let scores = pool.testScores {
      let contradictions = IdentityIndex(scores.pairs).contradictions
      if contradictions > 0 { warnings.append(.contradictoryLabels(pairs: contradictions)) }
      if let calibration = pool.calibrationScores {
        let known = Set(calibration.pairs.flatMap { [$0.probe, $0.reference] })
        let shared = Set(scores.pairs.flatMap { [$0.probe, $0.reference] }).intersection(known)
        if !shared.isEmpty { warnings.append(.imagesOnBothSides(names: shared.sorted())) }
      }
    }
    return warnings
  }
}

/// A system before it is measured.
struct SystemEntry {
  let role: EnsembleRole
  let name: String
  let choice: EnsembleChoice?
  /// Whether it decides each test image rightly.
  let correct: [Bool]
  let calibrationScores: [Double]?
  let testScores: [Double]?
}

/// Every candidate's scores on one scale.
struct ScoreFusion {
  let calibrations: [ScoreCalibration]
  /// `[candidate][pair]`, calibrated.
  let calibration: [[Double]]
  let test: [[Double]]

  /// nil when the pool has no verification scores.
  init?(_ pool: CandidatePool, method: CalibrationMethod) throws(EvaluationError) {
    guard let fit = pool.calibrationScores, let test = pool.testScores else { return nil }
    var calibrations: [ScoreCalibration] = []
    for scores in fit.scores {
      calibrations.append(ScoreCalibration(method, fitting: try ScoreSet(fit.scored(scores))))
    }
    self.calibrations = calibrations
    calibration = zip(fit.scores, calibrations).map { $0.map($1.callAsFunction) }
    self.test = zip(test.scores, calibrations).map { $0.map($1.callAsFunction) }
  }

  /// The mean of the members' calibrated scores; members may repeat.
  func fused(_ scores: [[Double]]?, _ members: [Int]) -> [Double]? {
    guard let scores, let first = members.first else { return nil }
    var sum = [Double](repeating: 0, count: scores[first].count)
    for member in members.sorted() {
      for (i, value) in scores[member].enumerated() { sum[i] += value }
    }
    return sum.map { $0 / Double(members.count) }
  }
}
