import FacetEvaluation
import FacetExplain

/// What speaks for or against a method on this model.
public struct MethodEvidence: Codable, Sendable {
  public let method: String
  public let randomisation: RandomisationResult
  public let faithfulness: FaithfulnessScores
  /// Against the centre blob, the p-value adjusted by Holm over the methods shown beside it.
  public let aboveCentre: ControlComparison?
  /// The same against every control.
  public let aboveAll: ControlComparison?
  /// Shown photos on which the method found nothing.
  public let emptyMaps: Int
  /// What is written into its pictures.
  public let labels: [String]

  init(
    method: String, randomisation: RandomisationResult, faithfulness: FaithfulnessScores,
    aboveCentre: ControlComparison?, aboveAll: ControlComparison?, emptyMaps: Int
  ) {
    self.method = method
    self.randomisation = randomisation
    self.faithfulness = faithfulness
    self.aboveCentre = aboveCentre
    self.aboveAll = aboveAll
    self.emptyMaps = emptyMaps
    labels = MapLabel.labels(
      randomisation.reading, hasWon: aboveAll?.standing == .better, against: aboveCentre
    ).map(\.rawValue)
  }

  var mapLabels: [MapLabel] { labels.compactMap(MapLabel.init) }
}

/// What a map scores that knows nothing of the network.
public struct ControlEvidence: Codable, Sendable {
  public let control: String
  public let title: String
  public let faithfulness: FaithfulnessScores
}

/// What is written into the pictures of a method's maps, so that a picture that goes about by itself
/// still says it.
package enum MapLabel: String {
  case ignoresWeights
  case worseThanCentre
  case notAboveCentre
  case tooFewPeople

  /// The same by comparisons. What is above every control is above the blob too, in whichever family it
  /// was adjusted; of too few people nothing is claimed, and that is said.
  package static func labels(
    _ reading: RandomisationResult.Reading?, hasWon: Bool, against centre: ControlComparison?
  ) -> [MapLabel] {
    if hasWon { return labels(reading, .better) }
    guard let centre, centre.p == nil else { return labels(reading, centre?.standing) }
    return labels(reading, nil) + [.tooFewPeople]
  }

  /// What is wrong with a method's maps; empty when nothing is known to be.
  package static func labels(
    _ reading: RandomisationResult.Reading?, _ standing: MapScore.Standing?
  ) -> [MapLabel] {
    var labels: [MapLabel] = []
    if reading == .ignoresWeights { labels.append(.ignoresWeights) }
    switch standing {
    case .worse?: labels.append(.worseThanCentre)
    case .undecided?: labels.append(.notAboveCentre)
    case .better?, nil: break
    }
    return labels
  }

  package var text: String {
    switch self {
    case .ignoresWeights: "same with random weights"
    case .worseThanCentre: "worse than a centre blob"
    case .notAboveCentre: "not above a centre blob"
    case .tooFewPeople: "too few people to judge"
    }
  }
}
