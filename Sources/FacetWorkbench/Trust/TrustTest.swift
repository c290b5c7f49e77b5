import FacetEvaluation

/// One of the tests that a verdict rests on: a method against maps that know nothing of the network.
public struct TrustTest: Codable, Sendable {
  /// What is measured.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// What becomes of the answer when pixels of the photos of `--data` are taken away and put back.
    case photos
    /// The same on drawn faces.
    case drawnFaces
    /// What each part of a drawn face is worth to the answer.
    case partOrder
    /// Which pixels changed the answer on a drawn face.
    case swapGame

    /// Whether it is known what a map should have found.
    public var isAgainstTruth: Bool { self == .partOrder || self == .swapGame }

    /// For readers.
    public var name: String {
      switch self {
      case .photos: "pixels of your photos"
      case .drawnFaces: "pixels of drawn faces"
      case .partOrder: "order of parts"
      case .swapGame: "swap game"
      }
    }
  }

  public let kind: Kind
  /// `nil` where nothing could be measured. Its adjusted p-value is by Holm over all methods in this
  /// test.
  public private(set) var comparison: ControlComparison?

  package init(_ kind: Kind, _ comparison: ControlComparison?) {
    self.kind = kind
    self.comparison = comparison
  }

  package var standing: MapScore.Standing { comparison?.standing ?? .undecided }

  /// Each test adjusted over all methods; one list of the same tests for each method.
  ///
  /// Tests are families of their own: a method is believed only when it wins in two of different kinds,
  /// so among methods that know nothing one is believed less often than one wins in a single test.
  package static func adjusted(_ methods: [[TrustTest]]) -> [[TrustTest]] {
    var methods = methods
    for place in methods.map(\.count).min().map({ 0..<$0 }) ?? 0..<0 {
      let found = ControlComparison.adjusted(methods.map { $0[place].comparison })
      for (index, comparison) in found.enumerated() {
        methods[index][place].comparison = comparison
      }
    }
    return methods
  }
}

extension TrustTest {
  /// The tests of one method, on photos only where there are any.
  static func all(
    drawn: FaithfulnessScores, real: FaithfulnessScores?, _ truth: GroundTruthScores
  ) -> [TrustTest] {
    Kind.allCases.compactMap { kind in
      switch kind {
      case .photos: real.map { TrustTest(kind, $0.comparison) }
      case .drawnFaces: TrustTest(kind, drawn.comparison)
      case .partOrder:
        TrustTest(kind, truth.partOrderAboveControls.flatMap(ControlComparison.init))
      case .swapGame:
        TrustTest(kind, truth.recoveredAboveControls.flatMap(ControlComparison.init))
      }
    }
  }
}
