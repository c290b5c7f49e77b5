import FacetEvaluation
import FacetReport

/// How far a method can be believed on a model, from all that was measured.
public struct TrustVerdict: Codable, Sendable {
  public enum Level: String, Codable, Sendable {
    /// Depends on the weights, beats every control both where pixels are taken away (on the user's
    /// photos, where there are any) and against the truth, and loses nowhere.
    case believe
    /// Depends on the weights, but not all of that is shown.
    case doubt
    /// Doesn't depend on the weights, or loses more than it wins.
    case reject
  }

  public let level: Level
  /// One sentence.
  public let sentence: String
  /// Tests in which it is above every control, and those in which it is below one; the others show
  /// nothing.
  public let won: Int
  public let lost: Int

  /// - Parameters:
  ///   - likeness: of the maps to those of random weights.
  ///   - tests: each adjusted over all methods.
  package init(
    reading: RandomisationResult.Reading?, likeness: MapScore?, tests: [TrustTest]
  ) {
    let better = tests.filter { $0.standing == .better }
    let worse = tests.filter { $0.standing == .worse }
    (won, lost) = (better.count, worse.count)
    let evidence = Self.evidence(tests)
    switch reading {
    case nil:
      level = .reject
      sentence = "Every map is constant."
    case .ignoresWeights:
      level = .reject
      let value = likeness.map { NumberFormat.decimals(2).string($0.value) } ?? "unknown"
      sentence =
        "Much the same with random weights (rank correlation \(value)); \(evidence)".sentence
    case .dependsOnWeights where worse.isEmpty && Self.isTrue(tests):
      level = .believe
      sentence = "Depends on the weights; \(evidence)".sentence
    case .dependsOnWeights, .undecided:
      level = worse.count > better.count ? .reject : .doubt
      let weights =
        reading == .undecided
        ? "Whether it depends on the weights is undecided" : "Depends on the weights"
      sentence = "\(weights); \(evidence)".sentence
    }
  }

  /// Whether both kinds of tests are won; those on the user's photos count before those on drawn faces.
  private static func isTrue(_ tests: [TrustTest]) -> Bool {
    let hasPhotos = tests.contains { $0.kind == .photos }
    let won = tests.filter { $0.standing == .better }.map(\.kind)
    return won.contains(hasPhotos ? .photos : .drawnFaces) && won.contains(where: \.isAgainstTruth)
  }

  private static func evidence(_ tests: [TrustTest]) -> String {
    func names(_ tests: [TrustTest]) -> String { listed(tests.map { "'\($0.kind.name)'" }) }
    /// `a blob in 'x' and 'y', or edges in 'z'`.
    func rivals(_ tests: [TrustTest]) -> String {
      var order: [String] = []
      for rival in tests.map(\.rival) where !order.contains(rival) { order.append(rival) }
      return order.map { rival in
        "\(rival) in \(names(tests.filter { $0.rival == rival }))"
      }.joined(separator: ", or ")
    }
    func clause(_ standing: MapScore.Standing, _ text: ([TrustTest]) -> String) -> String? {
      let found = tests.filter { $0.standing == standing && $0.comparison?.p != nil }
      return found.isEmpty ? nil : text(found)
    }
    let undecided = tests.filter { $0.comparison.map { $0.p == nil } ?? false }
    return [
      clause(.better) { "beats every control in \(names($0))" },
      clause(.worse) { "loses to \(rivals($0))" },
      clause(.undecided) { "is not shown to beat \(rivals($0))" },
      undecided.isEmpty ? nil : "too few people decide \(names(undecided))",
    ].compactMap { $0 }.joined(separator: "; ")
  }
}

extension TrustTest {
  /// The control that decides what is not won, inside of a sentence.
  fileprivate var rival: String {
    guard let comparison else { return "a control" }
    let control = (comparison.ahead.first ?? comparison.hardest).control
    return FaithfulnessScores.title(ofControl: control)
  }
}

/// Which of the methods that may be believed comes first, if any is shown to.
public struct Foremost: Codable, Sendable {
  /// What they are compared by.
  public let test: String
  /// The methods' names by falling mean.
  public let order: [String]
  /// Of the first being ahead of all others (``FacetEvaluation/LeaderTest``).
  public let p: Double?
  /// `nil` where they are not told apart.
  public let first: String?

  /// - Parameter methods: those that may be believed, with their figures of the same images.
  package init(
    by test: String, _ methods: [(name: String, values: [Double?])], people: [Int],
    _ bootstrap: IdentityBootstrap
  ) {
    self.test = test
    let found = LeaderTest(methods.map(\.values), identities: people, bootstrap)
    order = found.order.map { methods[$0].name }
    p = found.p
    // One alone has nobody to be told apart from.
    first = methods.count == 1 ? methods[0].name : found.leader.map { methods[$0].name }
  }
}
