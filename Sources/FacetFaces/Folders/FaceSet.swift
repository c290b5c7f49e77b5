import FacetImage

/// A set of faces: photos by identity, from a folder of identity folders.
///
/// Every file of the folder is either a photo here or has an entry in `skipped`.
public struct FaceSet: Sendable {
  /// Photos with a shorter side of fewer pixels are skipped.
  public static let minimumSide = 16

  /// The folder as it was given.
  public let path: String
  /// The names of the identity folders that have photos, sorted by Unicode scalar.
  public let identities: [String]
  /// Sorted by identity, then by name.
  public let photos: [Photo]
  /// Sorted by path.
  public let skipped: [Skip]
  public let findings: FaceSetFindings

  /// A set from its parts. Near-duplicates and identities with one photo are found here.
  ///
  /// `photos` must refer to `identities` and be sorted by identity.
  public init(
    path: String, identities: [String], photos: [Photo], skipped: [Skip] = [],
    findings: FaceSetFindings = FaceSetFindings()
  ) {
    precondition(
      photos.allSatisfy { identities.indices ~= $0.identity }, "a photo of an unknown identity")
    self.path = path
    self.identities = identities
    self.photos = photos
    self.skipped = skipped
    var findings = findings
    findings.nearDuplicates = NearDuplicate.pairs(among: photos)
    let counts = photos.reduce(into: [Int](repeating: 0, count: identities.count)) {
      $0[$1.identity] += 1
    }
    findings.identitiesWithOnePhoto = identities.indices.filter { counts[$0] == 1 }
      .map { identities[$0] }
    self.findings = findings
  }

  /// Indices of the photos of each identity.
  public var photosByIdentity: [[Int]] {
    photos.indices.reduce(into: [[Int]](repeating: [], count: identities.count)) {
      $0[photos[$1].identity].append($1)
    }
  }

  /// How many entries were skipped for each kind of reason, most first, then by name.
  public var skipCounts: [(kind: String, count: Int)] {
    let counts = skipped.reduce(into: [String: Int]()) { $0[$1.reason.kind, default: 0] += 1 }
    return counts.map { (kind: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.kind) < ($0.count, $1.kind) }
  }
}
