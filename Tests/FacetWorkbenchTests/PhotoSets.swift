import FacetFaces
import FacetGraph

/// Sets of faces without files, for what depends on hashes and identities only.
enum PhotoSets {
  /// `counts[i]` photos of person i, each unlike any other.
  static func set(_ counts: [Int]) -> FaceSet {
    var photos: [Photo] = []
    for (identity, count) in counts.enumerated() {
      for number in 0..<count {
        let path = "p\(identity)/\(number).png"
        // Bits far from all others: no two photos look the same.
        var bits = UInt64(photos.count + 1) &* 0x9E37_79B9_7F4A_7C15
        bits ^= bits >> 29
        photos.append(
          Photo(
            identity: identity, path: path, file: path, sha256: hash(identity, number),
            perceptualHash: PerceptualHash(bits: bits &* 0xBF58_476D_1CE4_E5B9), width: 64,
            height: 64))
      }
    }
    return FaceSet(
      path: "set", identities: counts.indices.map { "p\($0)" }, photos: photos)
  }

  static func hash(_ identity: Int, _ number: Int) -> String { "hash-\(identity)-\(number)" }

  static func card(_ training: TrainingRecord?) -> ModelCard {
    ModelCard(
      name: "test", architecture: "test", input: InputCard(height: 8, width: 8),
      embeddingLayer: "a", camLayer: "a", licence: "none", source: "a test", training: training)
  }

  static func record(train: [String], calibration: [String], test: [String]) -> TrainingRecord {
    TrainingRecord(
      strategy: "scratch", seed: 0, epochs: 1, bestEpoch: 1, options: [:], train: train,
      calibration: calibration, test: test)
  }
}
