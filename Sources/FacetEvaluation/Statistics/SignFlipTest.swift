import FacetTensor

/// The sign-flip randomisation test of paired differences over people (Fisher 1935, section 21).
///
/// If neither of two systems is better, a person's difference could as well have had the other sign.
/// Each person's differences are averaged first, since images of one person go up and down together;
/// then the mean over people is held against what it is under all choices of signs. Unlike a percentile
/// interval it keeps its level with few people: with n of them the smallest p-value is 2 / 2^n.
public struct SignFlipTest: Codable, Sendable, Equatable {
  /// The two-sided p-value, in (0, 1].
  public let p: Double
  public let people: Int

  /// With at most so many people all choices of signs are counted.
  public static let exactPeople = 14
  /// Choices drawn where there are more; the observed one counts as another.
  public static let draws = 20_000
  /// Sums closer than this, relative to the largest, are one.
  private static let rounding = 1e-12

  /// - Parameters:
  ///   - differences: one for each image, at least one.
  ///   - identities: who is on each image, any numbers.
  ///   - seed: of the choices drawn.
  public init(
    _ differences: [Double], identities: [Int], seed: UInt64 = 0
  ) throws(EvaluationError) {
    guard differences.count == identities.count else {
      throw .sizeMismatch(
        what: "differences", expected: "\(identities.count)", got: "\(differences.count)")
    }
    if differences.isEmpty { throw .nothingToEvaluate(what: "differences") }
    if let bad = differences.firstIndex(where: { !$0.isFinite }) {
      throw .nonFiniteScore(index: bad, got: differences[bad])
    }
    var sums: [Int: (total: Double, images: Int)] = [:]
    for (difference, identity) in zip(differences, identities) {
      let sum = sums[identity, default: (0, 0)]
      sums[identity] = (sum.total + difference, sum.images + 1)
    }
    let means = sums.keys.sorted().map { identity in
      sums[identity].map { $0.total / Double($0.images) } ?? 0
    }
    people = means.count
    p = means.count <= Self.exactPeople ? Self.counted(means) : Self.drawn(means, seed: seed)
  }

  /// Over all signs but the first's: the other half is the same mirrored.
  private static func counted(_ means: [Double]) -> Double {
    let least = least(means)
    let choices = 1 << (means.count - 1)
    let extreme = (0..<choices).count { choice in
      abs(sum(means, flipped: UInt64(choice) << 1)) >= least
    }
    return Double(extreme) / Double(choices)
  }

  private static func drawn(_ means: [Double], seed: UInt64) -> Double {
    let least = least(means)
    let extreme = (0..<draws).count { draw in
      var stream = RandomStream(seed: seed, 0x51F, draw)
      let sum = stride(from: 0, to: means.count, by: 64).reduce(0.0) { sum, first in
        sum + Self.sum(means[first..<min(first + 64, means.count)], flipped: stream.next())
      }
      return abs(sum) >= least
    }
    return Double(extreme + 1) / Double(draws + 1)
  }

  /// What counts as at least the observed sum.
  private static func least(_ means: [Double]) -> Double {
    let largest = means.reduce(0) { $0 + abs($1) }
    return abs(means.reduce(0, +)) - rounding * largest
  }

  private static func sum(_ means: some Collection<Double>, flipped signs: UInt64) -> Double {
    var (sum, bit) = (0.0, signs)
    for mean in means {
      sum += bit & 1 == 0 ? mean : -mean
      bit >>= 1
    }
    return sum
  }
}
