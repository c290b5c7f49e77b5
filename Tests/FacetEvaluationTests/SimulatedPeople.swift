import FacetEvaluation
import FacetTensor
import Foundation

/// People whose images scatter around them, some more than others, so that errors cluster by person
/// as they do with faces.
struct SimulatedPeople {
  /// All pairs of images, scored by negative distance; images are named `p<identity>/<image>`.
  var pairs: [ScoredPair] = []

  init(
    people: Int, images: Int, seed: UInt64, stream: Int = 0, dimensions: Int = 4, noise: Float = 0
  ) {
    var points: [[Float]] = []
    var names: [(String, String)] = []
    for person in 0..<people {
      var random = RandomStream(seed: seed, stream, person)
      let centre = (0..<dimensions).map { _ in random.normal() }
      let spread = 0.55 * exp(0.5 * random.normal())
      for image in 0..<images {
        points.append(centre.map { $0 + spread * random.normal() })
        names.append(("p\(person)/\(image)", "p\(person)"))
      }
    }
    var random = RandomStream(seed: seed, stream, 1_000_000)
    pairs.reserveCapacity(points.count * (points.count - 1) / 2)
    for i in points.indices {
      for j in i + 1..<max(i + 1, points.count) {
        var square: Float = 0
        for d in 0..<dimensions {
          let difference = points[i][d] - points[j][d]
          square += difference * difference
        }
        let score = -square.squareRoot() + (noise > 0 ? noise * random.normal() : 0)
        pairs.append(
          ScoredPair(
            probe: names[i].0, reference: names[j].0, same: names[i].1 == names[j].1,
            score: Double(score), probeIdentity: names[i].1, referenceIdentity: names[j].1))
      }
    }
  }

  func eer() throws -> Double { try ErrorRates.equalErrorRate(ScoreSet(pairs)).midpoint }
}
