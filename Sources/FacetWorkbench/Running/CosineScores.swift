import FacetEvaluation
import FacetTensor

/// Verification scores: cosines of embeddings.
public enum CosineScores {
  /// The cosine of two rows of embeddings `[N, D]`, in double precision, in [-1, 1]; 0 where one of
  /// them is zero.
  public static func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
    var (dot, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      dot += Double(x) * Double(y)
      aa += Double(x) * Double(x)
      bb += Double(y) * Double(y)
    }
    let norm = (aa * bb).squareRoot()
    return norm > 0 ? min(max(dot / norm, -1), 1) : 0
  }

  /// Which pairs of `count` images are scored.
  public struct Pairs: Sendable {
    public let pairs: [(Int, Int)]
    /// How they were chosen, for the report.
    public let description: String
  }

  /// All pairs of images; when they are more than `limit`, all genuine ones and a seeded sample of
  /// the impostor ones.
  public static func pairs(labels: [Int], seed: UInt64, limit: Int = 200_000) -> Pairs {
    let count = labels.count
    let all = (0..<count).flatMap { i in (i + 1..<max(count, i + 1)).map { (i, $0) } }
    if all.count <= limit {
      return Pairs(pairs: all, description: "all \(all.count) pairs of test images")
    }
    let genuine = all.filter { labels[$0.0] == labels[$0.1] }
    var stream = RandomStream(seed: seed, 0x9A12)
    let impostor = all.filter { labels[$0.0] != labels[$0.1] }.shuffled(using: &stream)
      .prefix(max(limit - genuine.count, genuine.count)).sorted { $0 < $1 }
    return Pairs(
      pairs: (genuine + impostor).sorted { $0 < $1 },
      description: "all \(genuine.count) genuine pairs of test images and \(impostor.count) of "
        + "\(all.count - genuine.count) impostor pairs, drawn with seed \(seed)")
  }

  /// The scored pairs.
  ///
  /// - Parameters:
  ///   - names: of the images, unique.
  ///   - identities: of the images.
  public static func score(
    _ embeddings: Tensor, names: [String], identities: [String], pairs: [(Int, Int)]
  ) -> [ScoredPair] {
    let width = embeddings.shape[1]
    func row(_ i: Int) -> ArraySlice<Float> {
      embeddings.scalars[i * width..<(i + 1) * width]
    }
    return pairs.map { i, j in
      ScoredPair(
        probe: names[i], reference: names[j], same: identities[i] == identities[j],
        score: cosine(row(i), row(j)), probeIdentity: identities[i],
        referenceIdentity: identities[j])
    }
  }
}
