import FacetFaces
import FacetFiles
import FacetImage
import FacetTensor
import FacetThreads
import Foundation
import Synchronization

/// Decoded photos, fitted to a network's input, with who is on them.
public struct FaceImages: Sendable {
  public struct Entry: Sendable {
    /// Relative to the set's folder: `s1/3.pgm`.
    public let name: String
    public let identity: String
    /// SHA-256 of the file's bytes.
    public let hash: String
    /// What the network sees, before normalisation.
    public let image: Image
    /// `[3, H, W]`.
    public let tensor: Tensor
  }

  public let entries: [Entry]
  public let preprocessing: Preprocessing

  public init(entries: [Entry], preprocessing: Preprocessing) {
    self.entries = entries
    self.preprocessing = preprocessing
  }

  /// Photos of a set, decoded on all cores, in the order of `indices`.
  public static func load(
    _ set: FaceSet, _ indices: [Int], _ preprocessing: Preprocessing, progress: Progress = .silent
  ) throws -> FaceImages {
    try load(
      indices.map { set.photos[$0] }.map { photo in
        (photo.path, set.identities[photo.identity], photo.sha256, { try photo.load() })
      }, preprocessing, progress)
  }

  /// Pictures from anywhere: a name, an identity, a hash, and how to get the pixels.
  public static func load(
    _ sources: [(name: String, identity: String, hash: String, load: @Sendable () throws -> Image)],
    _ preprocessing: Preprocessing, _ progress: Progress
  ) throws -> FaceImages {
    let results = Mutex<(done: Int, entries: [Int: Result<Entry, any Error>])>((0, [:]))
    Parallel().forEach(sources.count) { index in
      let source = sources[index]
      let result = Result {
        let image = preprocessing.fitted(try source.load())
        return Entry(
          name: source.name, identity: source.identity, hash: source.hash, image: image,
          tensor: preprocessing.tensor(fitted: image))
      }
      results.withLock {
        $0.entries[index] = result
        $0.done += 1
        progress.step("reading images", Double($0.done) / Double(sources.count))
      }
    }
    let entries = results.withLock { $0.entries }
    return FaceImages(
      entries: try sources.indices.compactMap { try entries[$0]?.get() },
      preprocessing: preprocessing)
  }

  public var count: Int { entries.count }
  public var tensors: [Tensor] { entries.map(\.tensor) }
  public var names: [String] { entries.map(\.name) }
  public var identities: [String] { entries.map(\.identity) }

  /// The entries for which `isIncluded` holds.
  public func filter(_ isIncluded: (Entry) -> Bool) -> FaceImages {
    FaceImages(entries: entries.filter(isIncluded), preprocessing: preprocessing)
  }

  /// The entries at these places.
  public func subset(_ places: [Int]) -> FaceImages {
    FaceImages(entries: places.map { entries[$0] }, preprocessing: preprocessing)
  }

  /// The place of each entry's identity among `classes`; `nil` for strangers.
  public func labels(among classes: [String]) -> [Int?] {
    let places = Dictionary(
      classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return entries.map { places[$0.identity] }
  }

  /// One digest for the whole set: of all photos' hashes, sorted.
  public var sha256: String {
    SHA256Digest(of: Data(entries.map(\.hash).sorted().joined(separator: "\n").utf8)).hex
  }
}
