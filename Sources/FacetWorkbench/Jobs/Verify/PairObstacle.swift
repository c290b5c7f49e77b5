/// Why a pair is given no decision, whatever its cosine, and its maps no praise.
enum PairObstacle: Equatable {
  /// Both photos have the same pixels.
  case samePicture
  /// There is next to no contrast on these.
  case blank([String])
  /// The threshold is of another network: the start of its file's SHA-256.
  case otherNetwork(String)

  /// - Parameter calibration: `nil` without one.
  init?(_ photos: [PairPhoto], _ calibration: PairCalibration?, _ loaded: LoadedModel) {
    let blank = photos.filter(\.isBlank).map(\.name)
    if !blank.isEmpty {
      self = .blank(blank)
    } else if photos[0].image == photos[1].image {
      self = .samePicture
    } else if case .other(let hash)? = calibration?.origin(loaded) {
      self = .otherNetwork(hash)
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
    }
  }

  /// Whether maps of the pair say nothing either.
  var concernsMaps: Bool { if case .otherNetwork = self { false } else { true } }
}
