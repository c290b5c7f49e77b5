/// What is worth knowing of a set of faces before numbers are made of it.
///
/// Paths are relative to the set's folder and in the set's order.
public struct FaceSetFindings: Hashable, Sendable {
  /// Byte-identical photos of one identity, two or more a group; the first is used.
  public internal(set) var duplicates: [[String]] = []
  /// Byte-identical photos under several identities; none is used.
  public internal(set) var sharedAcrossIdentities: [[String]] = []
  /// Pairs of photos in use whose perceptual hashes are at most
  /// ``PerceptualHash/nearDuplicateDistance`` apart. They stay in use; a split keeps those of one
  /// identity on one side.
  public internal(set) var nearDuplicates: [NearDuplicate] = []
  /// Identities with one photo in use.
  public internal(set) var identitiesWithOnePhoto: [String] = []
  /// Identity folders without a photo in use; they are no identities of the set.
  public internal(set) var identitiesWithoutPhotos: [String] = []

  public init() {}
}

/// Two photos that look nearly the same.
public struct NearDuplicate: Hashable, Sendable {
  /// Indices into the set's photos, the smaller first.
  public let first: Int
  public let second: Int
  /// In how many of the 64 bits their perceptual hashes differ.
  public let distance: Int
  /// Whether both are of one identity; when not, one label may be wrong.
  public let isWithinIdentity: Bool

  public init(first: Int, second: Int, distance: Int, isWithinIdentity: Bool) {
    self.first = first
    self.second = second
    self.distance = distance
    self.isWithinIdentity = isWithinIdentity
  }

  /// All pairs among `photos`, ordered by first and second. Takes time quadratic in their number:
  /// 10,000 photos are some 50 million comparisons of a few nanoseconds each.
  static func pairs(among photos: [Photo]) -> [NearDuplicate] {
    let hashes = photos.map(\.perceptualHash)
    let limit = PerceptualHash.nearDuplicateDistance
    var pairs: [NearDuplicate] = []
    hashes.withUnsafeBufferPointer { hashes in
      for first in 0..<hashes.count {
        for second in first + 1..<hashes.count {
          let distance = hashes[first].distance(to: hashes[second])
          if distance > limit { continue }
          pairs.append(
            NearDuplicate(
              first: first, second: second, distance: distance,
              isWithinIdentity: photos[first].identity == photos[second].identity))
        }
      }
    }
    return pairs
  }
}
