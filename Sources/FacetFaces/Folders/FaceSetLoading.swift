import FacetFiles
import FacetImage
import FacetThreads
import Foundation
import Synchronization

extension FaceSet {
  /// How far loading is.
  public struct Progress: Hashable, Sendable {
    /// Files decoded, in whatever order they were finished.
    public let done: Int
    public let total: Int
  }

  /// Loads the folder at `path`, whose folders are identities and their files photos.
  ///
  /// Every file is decoded once, on all cores, to see that it is whole and to hash it; pixels are
  /// not kept. The result depends on the files alone. Links are followed; folders inside identity
  /// folders are not, so a loop of links ends.
  ///
  /// - Parameter progress: called from several threads, one call at a time.
  /// - Throws: `FaceFolderError` when the folder can't be read, is empty, has no usable picture, or
  ///   pictures of one identity only.
  public static func load(
    path: String, progress: (@Sendable (Progress) -> Void)? = nil
  ) throws(FaceFolderError) -> FaceSet {
    let scan = try FolderScan(of: path)
    let outcomes = examine(scan.candidates, progress: progress)
    var assembly = Assembly(scan: scan)
    for (candidate, outcome) in zip(scan.candidates, outcomes) {
      assembly.add(candidate, outcome)
    }
    assembly.removeSharedAcrossIdentities()
    assembly.removeDuplicates()
    return try assembly.faceSet(path: path)
  }

  /// What decoding a file told of it, or why it is skipped.
  private typealias Outcome = Result<Examined, Unusable>

  private struct Examined: Sendable {
    let sha256: String
    let perceptualHash: PerceptualHash
    let width: Int
    let height: Int
  }

  private struct Unusable: Error {
    let reason: Skip.Reason
  }

  private static func examine(
    _ candidates: [FolderScan.Candidate], progress: (@Sendable (Progress) -> Void)?
  ) -> [Outcome] {
    let finished = Mutex<[(index: Int, outcome: Outcome)]>([])
    Parallel().forEach(candidates.count) { index in
      let outcome = examine(candidates[index].file)
      finished.withLock {
        $0.append((index, outcome))
        progress?(Progress(done: $0.count, total: candidates.count))
      }
    }
    return finished.withLock { $0.sorted { $0.index < $1.index }.map(\.outcome) }
  }

  private static func examine(_ file: String) -> Outcome {
    do {
      let data = try FileReading.data(at: file, limit: ImageDecoder.maximumFileSize)
      let image = try ImageDecoder.decode(data, name: file)
      guard min(image.width, image.height) >= minimumSide else {
        return .failure(Unusable(reason: .tooSmall(width: image.width, height: image.height)))
      }
      return .success(
        Examined(
          sha256: SHA256Digest(of: data).hex, perceptualHash: PerceptualHash(of: image),
          width: image.width, height: image.height))
    } catch let error as FileError {
      return .failure(Unusable(reason: .init(error)))
    } catch let error as ImageError {
      return .failure(Unusable(reason: .init(error)))
    } catch {
      return .failure(Unusable(reason: .unreadable(error.localizedDescription)))
    }
  }

  /// Photos and skips on their way to a set.
  private struct Assembly {
    let scan: FolderScan
    private var usable: [(candidate: FolderScan.Candidate, examined: Examined)] = []
    private var skipped: [Skip]
    private var findings = FaceSetFindings()

    init(scan: FolderScan) {
      self.scan = scan
      skipped = scan.skipped
    }

    mutating func add(_ candidate: FolderScan.Candidate, _ outcome: Outcome) {
      switch outcome {
      case .success(let examined): usable.append((candidate, examined))
      case .failure(let unusable):
        skipped.append(Skip(path: candidate.path, reason: unusable.reason))
      }
    }

    /// Groups of two or more byte-identical photos as indices into `usable`, in order.
    private func identicalGroups() -> [[Int]] {
      Dictionary(grouping: usable.indices) { usable[$0].examined.sha256 }.values
        .filter { $0.count > 1 }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    private mutating func remove(_ indices: Set<Int>) {
      usable = usable.indices.filter { !indices.contains($0) }.map { usable[$0] }
    }

    mutating func removeSharedAcrossIdentities() {
      var removed: Set<Int> = []
      for group in identicalGroups()
      where Set(group.map { usable[$0].candidate.identity }).count > 1 {
        let paths = group.map { usable[$0].candidate.path }
        findings.sharedAcrossIdentities.append(paths)
        for path in paths {
          let others = paths.filter { $0 != path }
          skipped.append(Skip(path: path, reason: .sharedAcrossIdentities(others)))
        }
        removed.formUnion(group)
      }
      remove(removed)
    }

    mutating func removeDuplicates() {
      var removed: Set<Int> = []
      for group in identicalGroups() {
        let paths = group.map { usable[$0].candidate.path }
        findings.duplicates.append(paths)
        for path in paths.dropFirst() {
          skipped.append(Skip(path: path, reason: .duplicate(of: paths[0])))
        }
        removed.formUnion(group.dropFirst())
      }
      remove(removed)
    }

    func faceSet(path: String) throws(FaceFolderError) -> FaceSet {
      let skips = skipped.sorted {
        $0.path.unicodeScalars.lexicographicallyPrecedes($1.path.unicodeScalars)
      }
      let present = Set(usable.map(\.candidate.identity))
      let identities = scan.identities.filter(present.contains)
      guard let first = identities.first else {
        // What lies in the wrong place says more than a stray text file.
        let example =
          skips.first { [.outsideIdentityFolder, .nestedFolder].contains($0.reason) }
          ?? skips.first { $0.reason != .hidden } ?? skips.first
        throw .noImages(path: path, filesLookedAt: scan.filesLookedAt, example: example)
      }
      guard identities.count > 1 else {
        throw .singleIdentity(path: path, identity: first, photos: usable.count)
      }
      var findings = findings
      findings.identitiesWithoutPhotos = scan.identities.filter { !present.contains($0) }
      let numbers = Dictionary(
        uniqueKeysWithValues: zip(identities, identities.indices))
      let photos = usable.compactMap { entry in
        numbers[entry.candidate.identity].map {
          Photo(
            identity: $0, path: entry.candidate.path, file: entry.candidate.file,
            sha256: entry.examined.sha256, perceptualHash: entry.examined.perceptualHash,
            width: entry.examined.width, height: entry.examined.height)
        }
      }
      return FaceSet(
        path: path, identities: identities, photos: photos, skipped: skips, findings: findings)
    }
  }
}
