import FacetEvaluation
import FacetReport

/// Why a pair is given no decision, whatever its cosine, and its maps no praise.
enum PairObstacle: Equatable {
  /// Both photos have the same pixels.
  case samePicture
  /// There is next to no contrast on these.
  case blank([String])
  /// The threshold is of another network: the start of its file's SHA-256.
  case otherNetwork(String)
  /// The calibration gives this very pair another score.
  case otherScore(Double)

  /// - Parameter calibration: `nil` without one.
  init?(
    _ photos: [PairPhoto], _ calibration: PairCalibration?, _ loaded: LoadedModel, cosine: Double
  ) {
    let blank = photos.filter(\.isBlank).map(\.name)
    if !blank.isEmpty {
      self = .blank(blank)
    } else if photos[0].image == photos[1].image {
      self = .samePicture
    } else if case .other(let hash)? = calibration?.origin(loaded) {
      self = .otherNetwork(hash)
    } else if let own = calibration?.pair(named: photos),
      abs(own.score - cosine) > PairLeakage.tolerance
    {
      self = .otherScore(own.score)
    } else {
      return nil
    }
  }

  /// Follows "No decision: ".
  var reason: String {
    switch self {
    case .samePicture: "both photos are one picture, which any network finds the same."
    case .blank(let names):
      "there is next to no contrast on \(listed(names)), so there can be no face to compare."
    case .otherNetwork(let hash):
      "the scores were computed by another network (SHA-256 \(hash)...), and a threshold holds for one."
    case .otherScore(let score):
      "the scores give this pair \(NumberFormat.decimals(4).string(score)), so they are of another network "
        + "or another input, and a threshold holds for one."
    }
  }

  /// Whether maps of the pair say nothing either.
  var concernsMaps: Bool { !concernsThreshold }

  /// Whether it is the threshold that is another network's.
  var concernsThreshold: Bool {
    switch self {
    case .otherNetwork, .otherScore: true
    case .samePicture, .blank: false
    }
  }
}
