/// A comparison of two images and its similarity score.
public struct ScoredPair: Sendable, Equatable {
  /// The image compared, as a path such as `s1/3.pgm`.
  public let probe: String
  /// The image it was compared with.
  public let reference: String
  /// Whether both show the same person.
  public let same: Bool
  /// The similarity; larger is more alike.
  public let score: Double
  public let probeIdentity: String
  public let referenceIdentity: String

  /// - Parameters:
  ///   - probeIdentity: who is on the probe; by default taken from its name.
  ///   - referenceIdentity: who is on the reference; by default taken from its name.
  public init(
    probe: String, reference: String, same: Bool, score: Double,
    probeIdentity: String? = nil, referenceIdentity: String? = nil
  ) {
    self.probe = probe
    self.reference = reference
    self.same = same
    self.score = score
    self.probeIdentity = probeIdentity ?? Self.identity(ofImage: probe)
    self.referenceIdentity = referenceIdentity ?? Self.identity(ofImage: reference)
  }

  /// The identity an image's name tells: the folder it is in (`faces/s1/3.pgm` is of `s1`), or the
  /// name itself when it is in none.
  public static func identity(ofImage name: String) -> String {
    let parts = name.utf8.split(whereSeparator: { $0 == 0x2F || $0 == 0x5C })
    guard parts.count >= 2 else { return name }
    return String(Substring(parts[parts.count - 2]))
  }

  /// The same comparison under another score.
  public func scored(_ score: Double) -> ScoredPair {
    ScoredPair(
      probe: probe, reference: reference, same: same, score: score, probeIdentity: probeIdentity,
      referenceIdentity: referenceIdentity)
  }
}

/// The scores of genuine and of impostor pairs; both lists hold at least one, all finite.
public struct ScoreSet: Sendable, Equatable {
  public let genuine: [Double]
  public let impostor: [Double]

  public init(genuine: [Double], impostor: [Double]) throws(EvaluationError) {
    if genuine.isEmpty && impostor.isEmpty { throw .noPairs }
    if genuine.isEmpty { throw .noGenuinePairs(impostor: impostor.count) }
    if impostor.isEmpty { throw .noImpostorPairs(genuine: genuine.count) }
    for list in [genuine, impostor] {
      if let index = list.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteScore(index: index, got: list[index])
      }
    }
    self.genuine = genuine
    self.impostor = impostor
  }

  public init(_ pairs: [ScoredPair]) throws(EvaluationError) {
    if let index = pairs.firstIndex(where: { !$0.score.isFinite }) {
      throw .nonFiniteScore(index: index, got: pairs[index].score)
    }
    var genuine: [Double] = []
    var impostor: [Double] = []
    for pair in pairs {
      if pair.same { genuine.append(pair.score) } else { impostor.append(pair.score) }
    }
    try self.init(genuine: genuine, impostor: impostor)
  }
}
