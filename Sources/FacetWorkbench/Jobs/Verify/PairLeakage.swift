import FacetEvaluation
import FacetFaces
import FacetReport

/// Whether the photos that are asked about had a part in the choice of the threshold: by name, and by
/// bytes and looks where the calibration's images are at hand.
struct PairLeakage {
  let calibration: PairCalibration
  let photos: [PairPhoto]
  /// Of the photos.
  let embeddings: [[Float]]
  let cosine: Double

  /// What rounding and different batches may change in a cosine.
  static let tolerance = 2e-3
  /// A score that agrees so well is rarely another pair's.
  private static let exact = 2e-6
  /// The cosine of one picture and its copy in another file, at least.
  private static let likeness = 0.99

  var warnings: [String] {
    if let own = calibration.pair(named: photos) {
      if abs(own.score - cosine) > Self.tolerance {
        return [
          "This pair scores \(NumberFormat.decimals(4).string(own.score)) in "
            + "\(calibration.evidence.list): the scores there were made from other images, by another "
            + "network or with another input, so their threshold may mean nothing here."
        ]
      }
      return [Self.known]
    }
    let names = photos.indices.map(calibrationNames)
    if let own = calibration.pair({ place, name in names[place].contains(name) }) {
      return ["\(Self.known) There it is \(own.probe.photoName) and \(own.reference.photoName)."]
    }
    let known = zip(photos, names).filter { !$0.1.isEmpty }.map(\.0.name)
    if !known.isEmpty {
      return [
        "\(listed(known)) \(known.count == 1 ? "is" : "are") among the calibration images: the "
          + "threshold was chosen on pairs with \(known.count == 1 ? "it" : "them")."
      ]
    }
    return sameScore.map { [$0] } ?? []
  }

  private static let known =
    "This pair is one of the calibration pairs: the threshold was chosen on it, among others."

  /// The calibration's images that are this photo: the same bytes, or the same looks and nearly the same
  /// embedding. Empty for a table of scores, whose images aren't at hand.
  private func calibrationNames(_ place: Int) -> Set<String> {
    guard let network = calibration.evidence.network else { return [] }
    let photo = photos[place]
    let files = network.images.files.values.filter { file in
      if file.hash == photo.hash { return true }
      guard let found = network.run.embeddings[file.hash] else { return false }
      let distance = PerceptualHash(bits: found.perceptualHash).distance(to: photo.perceptualHash)
      return distance <= PerceptualHash.nearDuplicateDistance
        && CosineScores.cosine(found.values[...], embeddings[place][...]) >= Self.likeness
    }
    return Set(files.map(\.name))
  }

  /// Of a table of scores nothing but the scores is there to go by.
  private var sameScore: String? {
    guard calibration.evidence.network == nil, cosine < 1 - Self.exact,
      let twin = calibration.evidence.pairs.first(where: { abs($0.score - cosine) < Self.exact })
    else { return nil }
    return
      "\(twin.probe.photoName) and \(twin.reference.photoName) have this very score in "
      + "\(calibration.evidence.list). If these photos are copies of them, the threshold was chosen on "
      + "this pair."
  }
}

extension PairCalibration {
  /// The calibration pair of both photos, in either order.
  ///
  /// - Parameter isOf: whether the photo at a place is the calibration's of a name.
  fileprivate func pair(_ isOf: (Int, String) -> Bool) -> ScoredPair? {
    evidence.pairs.first { pair in
      (isOf(0, pair.probe) && isOf(1, pair.reference))
        || (isOf(1, pair.probe) && isOf(0, pair.reference))
    }
  }

  /// The pair by the photos' names.
  func pair(named photos: [PairPhoto]) -> ScoredPair? {
    pair { place, name in
      photos[place].path == name || photos[place].path.hasSuffix("/" + name)
    }
  }
}
