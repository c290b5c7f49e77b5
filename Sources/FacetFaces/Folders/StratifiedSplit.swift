import FacetTensor

/// The photos of a set dealt to training, calibration and test, each identity by itself.
///
/// - An identity's photos that are byte-identical or near-duplicates of one another (directly or by
///   way of a third) stay together, so that no photo is tested that was practically trained on. Such
///   a group counts as one photo below.
/// - An identity with three or more is in each part; with two it is in training and test; with one
///   it is in training only. The last two are noted.
/// - How an identity is dealt depends on the seed, its name and its photos, and not on which other
///   identities there are.
public struct StratifiedSplit: Hashable, Sendable {
  /// What part of each identity's photos goes where; sums to 1.
  public struct Fractions: Hashable, Codable, Sendable {
    public var train: Double
    public var calibration: Double
    public var test: Double

    public init(train: Double = 0.6, calibration: Double = 0.15, test: Double = 0.25) {
      self.train = train
      self.calibration = calibration
      self.test = test
    }

    var all: [Double] { [train, calibration, test] }
  }

  /// Something about the split a report must say.
  public enum Note: Hashable, Sendable {
    /// The identity has no test photo: all it has are one photo or copies of one.
    case trainOnly(identity: String, photos: Int)
    /// The identity has two photos (or groups) and so is missing in one part.
    case notInAllParts(identity: String, photos: Int)
    /// These photos look nearly the same and are on one side.
    case keptTogether(identity: String, paths: [String])
  }

  public let seed: UInt64
  public let fractions: Fractions
  /// Indices into the set's photos, ascending; the three share none and cover all.
  public let train: [Int]
  public let calibration: [Int]
  public let test: [Int]
  /// In the order of identities.
  public let notes: [Note]

  /// - Throws: `invalidFractions`. A fraction of 0 leaves that part empty.
  public init(
    of set: FaceSet, seed: UInt64, fractions: Fractions = Fractions()
  ) throws(FaceFolderError) {
    let sum = fractions.all.reduce(0, +)
    guard fractions.all.allSatisfy({ $0 >= 0 && $0.isFinite }), fractions.train > 0,
      abs(sum - 1) < 1e-6
    else {
      throw .invalidFractions(
        train: fractions.train, calibration: fractions.calibration, test: fractions.test)
    }
    var parts: [[Int]] = [[], [], []]
    var notes: [Note] = []
    for (identity, photos) in set.photosByIdentity.enumerated() where !photos.isEmpty {
      let name = set.identities[identity]
      let groups = PhotoGroups.together(photos, in: set)
      for group in groups where group.count > 1 {
        notes.append(.keptTogether(identity: name, paths: group.map { set.photos[$0].path }))
      }
      var dealer = PhotoDealer(fractions: fractions.all, seed: seed, identity: name)
      let dealt = dealer.deal(groups)
      for part in 0..<3 { parts[part] += dealt[part] }
      let wanted = fractions.all.indices.filter { fractions.all[$0] > 0 }
      if wanted.count > 1, groups.count == 1 {
        notes.append(.trainOnly(identity: name, photos: photos.count))
      } else if wanted.contains(where: { dealt[$0].isEmpty }) {
        notes.append(.notInAllParts(identity: name, photos: photos.count))
      }
    }
    self.seed = seed
    self.fractions = fractions
    self.notes = notes
    (train, calibration, test) = (parts[0].sorted(), parts[1].sorted(), parts[2].sorted())
  }
}

extension StratifiedSplit.Note: CustomStringConvertible {
  public var description: String {
    switch self {
    case .trainOnly(let identity, let photos):
      "\(identity) is in training only: "
        + (photos == 1 ? "it has one photo" : "its \(photos) photos are nearly the same")
    case .notInAllParts(let identity, let photos):
      "\(identity) is not in every part: its \(photos) photos make two groups only"
    case .keptTogether(let identity, let paths):
      "nearly the same photos of \(identity) are kept on one side: "
        + paths.joined(separator: ", ")
    }
  }
}
