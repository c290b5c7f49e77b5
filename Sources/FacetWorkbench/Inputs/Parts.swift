import FacetFaces
import FacetGraph

/// Which photos of a set a model may be judged on.
public struct Parts: Sendable {
  /// Indices of the set's photos that the model has not seen in training or calibration.
  public let test: [Int]
  /// Those its thresholds may come from.
  public let calibration: [Int]
  /// Photos left out because the model was trained on them.
  public let trainedOn: Int
  /// What to tell the reader, one sentence.
  public let description: String

  /// By the hashes in the model's training record; a model without one has no known training images,
  /// and the reader is told so.
  public init(of set: FaceSet, for card: ModelCard) {
    guard let record = card.training else {
      test = Array(set.photos.indices)
      calibration = []
      trainedOn = 0
      description =
        "The model has no record of its training images, so all \(test.count) photos are used; "
        + "if it was trained on some of them, the figures are too good."
      return
    }
    let train = Set(record.train)
    let calibrationHashes = Set(record.calibration)
    let hashes = set.photos.map(\.sha256)
    test = hashes.indices.filter {
      !train.contains(hashes[$0]) && !calibrationHashes.contains(hashes[$0])
    }
    calibration = hashes.indices.filter { calibrationHashes.contains(hashes[$0]) }
    trainedOn = hashes.count { train.contains($0) }
    let known = Set(record.test)
    let fresh = test.count { !known.contains(hashes[$0]) }
    description =
      "Of \(hashes.count) photos the model was trained on \(trainedOn), and \(calibration.count) "
      + "chose its weights and thresholds; both are left out. It is judged on the other "
      + "\(test.count)"
      + (fresh > 0 && !known.isEmpty ? ", \(fresh) of them new since training." : ".")
  }

  private init(test: [Int], calibration: [Int], trainedOn: Int, description: String) {
    self.test = test
    self.calibration = calibration
    self.trainedOn = trainedOn
    self.description = description
  }

  /// The same parts without the photos that people were enrolled by.
  func leavingOut(_ enrolment: Enrolment, of set: FaceSet) -> Parts {
    let enrolled = Set(enrolment.photos.entries.map(\.hash))
    func others(_ places: [Int]) -> [Int] {
      places.filter { !enrolled.contains(set.photos[$0].sha256) }
    }
    let left = others(test)
    let out = test.count - left.count
    return Parts(
      test: left, calibration: others(calibration), trainedOn: trainedOn,
      description: description + " " + enrolment.description
        + (out == 0 ? "" : " The network is judged on the other \(counted(left.count, "photo"))."))
  }
}
