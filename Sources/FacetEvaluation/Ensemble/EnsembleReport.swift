/// A system of an ensemble study: the chosen subset or something it is held against.
public enum EnsembleRole: String, Codable, Sendable, Equatable, CaseIterable {
  /// Chosen for accuracy and diverse saliency.
  case chosen
  case bestSingle
  case allCandidates
  case topByAccuracy
  case greedy
  case predictionDiverse
  case leastDiverse
  /// Measured elsewhere, such as erasing at random positions or one net of equal compute.
  case outside
}

/// A control that is not made of the pool's candidates.
public struct OutsideControl: Sendable {
  public let name: String
  /// `[images, classes]` on the pool's test set.
  public let testOutputs: CandidateOutputs
  /// One list of scores each on the pool's calibration and test pairs; nil leaves its EER out.
  public let calibrationScores: [Double]?
  public let testScores: [Double]?

  public init(
    name: String, testOutputs: CandidateOutputs, calibrationScores: [Double]? = nil,
    testScores: [Double]? = nil
  ) {
    self.name = name
    self.testOutputs = testOutputs
    self.calibrationScores = calibrationScores
    self.testScores = testScores
  }
}

/// A candidate of the pool.
public struct CandidateResult: Codable, Sendable, Equatable {
  public let name: String
  public let selectionAccuracy: Double
  /// Whether it is within the tolerance of the best on the selection set.
  public let isKept: Bool
  public let testAccuracy: Proportion
  /// The midpoint EER on the test set.
  public let testEER: Double?
  public let calibration: ScoreCalibration?
}

/// A system's figures on the test set.
public struct EnsembleSystem: Codable, Sendable, Equatable {
  public let role: EnsembleRole
  public let name: String
  /// How it was chosen; nil for outside controls.
  public let choice: EnsembleChoice?
  public let accuracy: Proportion
  public let accuracyInterval: ConfidenceInterval
  public let eer: EqualErrorRate?
  public let eerInterval: ConfidenceInterval?
  /// Decisions on the test pairs at the EER threshold of the calibration pairs.
  public let atCalibrationThreshold: ThresholdedAccuracy?
}

/// The chosen ensemble minus another system, over the same resampled identities.
public struct EnsembleComparison: Codable, Sendable, Equatable {
  public let role: EnsembleRole
  public let name: String
  public let accuracyDifference: PairedDifference
  public let eerDifference: PairedDifference?
  /// First is the chosen ensemble.
  public let mcNemar: McNemar
  /// `mcNemar.p` adjusted over all comparisons of the report.
  public let holm: Double
  public let verdict: Verdict
}

/// The whole study: candidates, choice, controls, every other subset, comparisons and verdict.
public struct EnsembleReport: Codable, Sendable, Equatable {
  public let members: Int
  public let lambda: Double
  public let tolerance: Double
  public let measure: SimilarityMeasure
  /// How pair scores were calibrated; nil without verification scores.
  public let calibration: CalibrationMethod?
  public let candidates: [CandidateResult]
  public let similarity: SaliencySimilarity
  /// The chosen subset first, then the controls.
  public let systems: [EnsembleSystem]
  public let comparisons: [EnsembleComparison]
  /// Every subset of the chosen size among the kept candidates, in lexicographic order.
  public let subsets: [SubsetResult]
  public let accuracyRank: SubsetRank
  public let eerRank: SubsetRank?
  public let diversityAndAccuracy: DiversityCorrelation
  /// Negative when more diverse subsets make fewer errors.
  public let diversityAndEER: DiversityCorrelation?
  /// Chosen against best single.
  public let verdict: Verdict
  public let warnings: [EvaluationWarning]
}
