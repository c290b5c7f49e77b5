import FacetEvaluation
import FacetExplain

/// All that was found about one method on one model.
public struct MethodTrust: Codable, Sendable {
  public let method: String
  public let title: String
  /// What its maps depend on, in the method's own words.
  public let options: [String: String]
  /// Photos, drawn or real, on which its map was not finite: those are no answer and in no figure.
  public let unanswered: Int
  public let randomisation: RandomisationResult
  /// On drawn faces.
  public let drawn: FaithfulnessScores
  /// On the photos of `--data`; `nil` without.
  public let real: FaithfulnessScores?
  public let groundTruth: GroundTruthScores
  /// How much a map can change when the image changes imperceptibly.
  public let maxSensitivity: MapScore?
  /// By how much less than a control's its maps change.
  public let sensitivityBelowControls: [String: MapScore]
  /// Where its maps lie, on drawn faces by their masks.
  public let drawnRegions: RegionShares
  /// On real photos, by a template; `nil` without photos or without a template that fits.
  public let realRegions: RegionShares?
  /// What the verdict rests on.
  public let tests: [TrustTest]
  public let verdict: TrustVerdict
  /// What is written into its pictures.
  public let labels: [String]
}

/// The same of a map that knows nothing of the network.
public struct ControlTrust: Codable, Sendable {
  public let control: String
  public let title: String
  /// `nil` for a control that orders no pixels.
  public let drawn: FaithfulnessScores?
  public let real: FaithfulnessScores?
  public let groundTruth: GroundTruthScores
  /// 0 by construction for a map that doesn't look at the photo.
  public let maxSensitivity: MapScore?
}

/// `results.json` of `facet trust`.
public struct TrustResult: Codable, Sendable {
  /// The drawn faces behind the figures.
  public struct Drawn: Codable, Sendable {
    /// Photos measured.
    public let photos: Int
    public let people: Int
    /// Photos named rightly; `nil` when the network's classes aren't drawn people.
    public let recognised: Int?
    /// The seed of the people.
    public let world: UInt64
    public let partImportance: [PartImportance]
    /// Swaps that changed the answer and were played, of those tried.
    public let swaps: Int
    public let swapsTried: Int
    /// The share of a photo that a played swap changed, on average.
    public let swapArea: Double?
  }

  /// The photos of `--data`.
  public struct Real: Codable, Sendable {
    /// Photos measured, and those that might have been.
    public let photos: Int
    public let available: Int
    public let people: Int
    /// How well the region template fits the photos' mean.
    public let templateCorrelation: Double
    public let templateIsUsed: Bool
    public let shortcuts: [ShortcutCheck]
  }

  public let drawn: Drawn
  public let real: Real?
  public let methods: [MethodTrust]
  public let controls: [ControlTrust]
  /// Photos behind the cascade.
  public let randomisedPhotos: Int
  /// Photos behind max-sensitivity.
  public let sensitivityPhotos: Int
  /// The methods that may be believed, and whether one of them is ahead; `nil` when there is none.
  public let believed: Foremost?
  /// Seconds; `nil` when there was no budget.
  public let budget: Double?
  /// How much each part measured.
  public let parts: [PartCount]
  /// What each method's maps are, and the maps that are shown.
  public internal(set) var maps: [MapRecord] = []
  public internal(set) var files: [MapFile] = []
  /// The pointing game; `nil` without `--scenes`.
  public internal(set) var pointing: PointingResult?
}
