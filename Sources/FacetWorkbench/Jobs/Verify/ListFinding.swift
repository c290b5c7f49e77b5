import FacetEvaluation
import FacetExplain
import FacetReport

/// Everything that was found out about a list of pairs.
struct ListFinding {
  let options: VerifyOptions
  let evidence: PairEvidence
  let verification: VerificationReport
  let hardest: HardPairs
  let explained: ExplainedPairs
  let removal: RemovalResult
  let randomisation: PairRandomisation
  /// Whose threshold decides; `nil` for the list's own.
  let calibration: PairCalibration?

  /// What is written into a method's pictures, which show other pairs than those it was tried on.
  func label(_ method: PairMethod) -> String? {
    randomisation.label(method) ?? ListReading(comparisons: removal.comparisons(method)).label
  }

  /// For lines under a method's pictures.
  func evidence(_ method: PairMethod) -> [Definition] {
    ListReading(comparisons: removal.comparisons(method)).definitions
  }
}

/// What `results.json` holds of a list: the error rates' own keys, and the explanations beside them.
struct ListResult: Encodable, Sendable {
  private let evaluation: EvaluationResult
  private let isAligned: Bool
  private let explained: [ExplainedPairs.Record]
  private let refused: [String: String]
  private let removal: RemovalResult
  private let randomisation: PairRandomisation
  private let files: [PairMapFile]
  private let calibration: String?

  private enum CodingKeys: String, CodingKey {
    case isAligned
    case explained
    case refused
    case removal
    case randomisation
    case files
    case calibration
  }

  /// - Parameter files: of all maps, with what each is of.
  init(_ finding: ListFinding, _ network: NetworkPairs, _ files: [PairMapFile]) {
    evaluation = EvaluationResult(finding.verification, network, finding.hardest)
    isAligned = finding.options.isAligned
    explained = finding.explained.records
    refused = Dictionary(
      finding.explained.refused.map { ($0.method.name, $0.reason) },
      uniquingKeysWith: { first, _ in first })
    removal = finding.removal
    randomisation = finding.randomisation
    self.files = files
    calibration = finding.calibration?.evidence.list
  }

  func encode(to encoder: any Encoder) throws {
    try evaluation.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isAligned, forKey: .isAligned)
    try container.encode(explained, forKey: .explained)
    try container.encode(refused, forKey: .refused)
    try container.encode(removal, forKey: .removal)
    try container.encode(randomisation, forKey: .randomisation)
    try container.encode(files, forKey: .files)
    try container.encodeIfPresent(calibration, forKey: .calibration)
  }
}
