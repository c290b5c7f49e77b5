import FacetEvaluation
import FacetExplain

/// A method's or a control's figures, averaged over photos with intervals over people.
public struct FaithfulnessScores: Codable, Sendable {
  /// The area under the curve; smaller is better.
  public let deletion: MapScore?
  /// Larger is better.
  public let insertion: MapScore?
  /// Insertion minus deletion, in -1...1.
  public let combined: MapScore?
  /// In -0.5...0.5.
  public let road: MapScore?
  /// Insertion minus deletion of the map upside down.
  public let inverted: MapScore?
  /// Infidelity: the part of the score's changes that the map doesn't explain, in 0...1.
  public let infidelity: MapScore?
  /// The Gini index; no verdict hangs on it.
  public let sparseness: MapScore?
  /// By how much `combined` is above that of each control, by its name, and of the same map inverted, on
  /// the same photos.
  public let aboveControls: [String: MapScore]
  /// The same for ROAD.
  public let roadAboveControls: [String: MapScore]
  /// By how much less than a control the map leaves unexplained, both scaled at best; the inverted map
  /// leaves as much as the map, since the best scale may be negative, so it is no control here.
  public let infidelityBelowControls: [String: MapScore]

  /// Of several methods: insertion minus deletion against the centre blob alone, adjusted by Holm.
  static func aboveCentre(_ methods: [FaithfulnessScores]) -> [ControlComparison?] {
    ControlComparison.adjusted(
      methods.map { scores in
        scores.aboveControls[ControlMap.centre.rawValue].map {
          ControlComparison([.init(ControlMap.centre.rawValue, $0)])
        }
      })
  }

  /// Of several methods: insertion minus deletion against all controls, adjusted by Holm.
  static func aboveAll(_ methods: [FaithfulnessScores]) -> [ControlComparison?] {
    ControlComparison.adjusted(methods.map(\.comparison))
  }

  /// Insertion minus deletion against all controls; `nil` for controls.
  var comparison: ControlComparison? { ControlComparison(aboveControls) }
}

extension ControlComparison {
  /// - Parameter differences: by the controls' names.
  init?(_ differences: [String: MapScore]) {
    if differences.isEmpty { return nil }
    self.init(differences.sorted { $0.key < $1.key }.map { Difference($0.key, $0.value) })
  }
}

extension ControlMap {
  /// Inside of a sentence.
  var phrase: String {
    switch self {
    case .randomPixels: "random pixels"
    case .randomMap: "a random map"
    case .centre: "a centre blob"
    case .edges: "the photo's edges"
    case .uniform: "the parts' area alone"
    }
  }
}

extension FaithfulnessScores {
  /// What the same map upside down is called among the controls.
  static let inverted = "inverted"

  /// What a control is called, for readers.
  static func title(ofControl name: String) -> String {
    name == inverted ? "the inverted map" : ControlMap(rawValue: name)?.phrase ?? name
  }

  /// - Parameter controls: what the figures are held against; empty for a control itself.
  init(
    _ figures: MapFigures, against controls: [(control: ControlMap, figures: MapFigures)],
    people: [Int], _ bootstrap: IdentityBootstrap
  ) {
    func mean(_ values: [Double?]) -> MapScore? {
      values.isEmpty ? nil : MapScore(values, identities: people, bootstrap)
    }
    func above(_ own: [Double?], _ other: [Double?]) -> MapScore? {
      own.isEmpty || other.isEmpty
        ? nil : MapScore.difference(own, other, identities: people, bootstrap)
    }
    deletion = mean(figures.deletion)
    insertion = mean(figures.insertion)
    combined = mean(figures.combined)
    road = mean(figures.road)
    inverted = mean(figures.inverted)
    self.infidelity = mean(figures.unexplained)
    sparseness = mean(figures.gini)
    var combined: [String: MapScore] = [:]
    var road: [String: MapScore] = [:]
    var infidelity: [String: MapScore] = [:]
    for (control, other) in controls {
      combined[control.rawValue] = above(figures.combined, other.combined)
      road[control.rawValue] = above(figures.road, other.road)
      infidelity[control.rawValue] = above(other.unexplained, figures.unexplained)
    }
    combined[Self.inverted] = above(figures.combined, figures.inverted)
    aboveControls = combined
    roadAboveControls = road
    infidelityBelowControls = infidelity
  }
}

extension FaithfulnessCheck {
  /// The scores of method `index`.
  func scores(ofMethod index: Int, people: [Int], _ bootstrap: IdentityBootstrap)
    -> FaithfulnessScores
  {
    FaithfulnessScores(
      ofMethods[index], against: zip(controls, ofControls).map { ($0, $1) },
      people: Array(people.prefix(count)), bootstrap)
  }

  /// The scores of control `index`.
  func scores(ofControl index: Int, people: [Int], _ bootstrap: IdentityBootstrap)
    -> FaithfulnessScores
  {
    FaithfulnessScores(
      ofControls[index], against: [], people: Array(people.prefix(count)), bootstrap)
  }
}
