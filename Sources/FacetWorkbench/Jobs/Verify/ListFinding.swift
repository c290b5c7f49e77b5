import FacetEvaluation
import FacetExplain

/// Everything that was found out about a list of pairs.
struct ListFinding {
  let options: VerifyListJob.Options
  let evidence: PairEvidence
  let verification: VerificationReport
  let hardest: HardPairs
  let explained: ExplainedPairs
  let removal: RemovalResult
}

/// What `results.json` holds of a list: the error rates' own keys, and the explanations beside them.
struct ListResult: Encodable, Sendable {
  private let evaluation: EvaluationResult
  private let isAligned: Bool
  private let explained: [ExplainedPairs.Record]
  private let refused: [String: String]
  private let removal: RemovalResult

  private enum CodingKeys: String, CodingKey {
    case isAligned
    case explained
    case refused
    case removal
  }

  init(_ finding: ListFinding, _ network: NetworkPairs) {
    evaluation = EvaluationResult(finding.verification, network, finding.hardest)
    isAligned = finding.options.isAligned
    explained = finding.explained.records
    refused = Dictionary(
      finding.explained.refused.map { ($0.method.name, $0.reason) },
      uniquingKeysWith: { first, _ in first })
    removal = finding.removal
  }

  func encode(to encoder: any Encoder) throws {
    try evaluation.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isAligned, forKey: .isAligned)
    try container.encode(explained, forKey: .explained)
    try container.encode(refused, forKey: .refused)
    try container.encode(removal, forKey: .removal)
  }
}
