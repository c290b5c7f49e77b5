import FacetEvaluation
import FacetFiles
import FacetImage
import FacetThreads
import Foundation
import Synchronization

/// The images a protocol's pairs are of: where they are, and what is missing.
struct PairImages: Sendable {
  struct File: Sendable, Equatable {
    /// Relative to the folder.
    let name: String
    /// Where it can be opened.
    let path: String
    /// SHA-256 of its bytes.
    let hash: String
  }

  let folder: String
  /// The files found, by the name in the list.
  private(set) var files: [String: File]
  /// Names in the list without a usable file, and why; sorted by name.
  private(set) var missing: [(name: String, reason: String)]

  /// Endings that are tried, in this order, where the one in the list isn't there.
  private static let endings = [
    "jpg", "jpeg", "png", "JPG", "JPEG", "PNG", "pgm", "ppm", "gif",
  ]

  /// Looks for every image of `list` and reads its bytes once, on all cores.
  ///
  /// - Parameter listPath: the list's file, for errors.
  /// - Throws: `badData` for a path that leads out of the folder; `FileError` when there is no folder.
  init(_ list: PairList, listPath: String, folder: String, _ progress: Progress) throws {
    guard FileReading.isDirectory(folder) else {
      throw FileManager.default.fileExists(atPath: folder)
        ? FileError.notADirectory(path: folder) : FileError.notFound(path: folder)
    }
    self.folder = folder
    var names = Set<String>()
    for entry in list.entries {
      for name in [entry.probe, entry.reference] where !names.contains(name) {
        guard Self.isInside(name) else {
          throw WorkbenchError.badData(
            "\(listPath): line \(entry.line): the image \"\(name)\" is not inside \(folder); "
              + "expected a path below it such as Ann_Lee/Ann_Lee_0001.jpg")
        }
        names.insert(name)
      }
    }
    let sorted = names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let looked = Mutex<(done: Int, results: [Int: Result<File?, FileError>])>((0, [:]))
    Parallel().forEach(sorted.count) { index in
      let result = Self.file(sorted[index], in: folder)
      looked.withLock {
        $0.results[index] = result
        $0.done += 1
        progress.step("looking at images", Double($0.done) / Double(sorted.count))
      }
    }
    files = [:]
    missing = []
    let results = looked.withLock { $0.results }
    for (index, name) in sorted.enumerated() {
      switch results[index] {
      case .success(let file?): files[name] = file
      case .failure(let error): missing.append((name, "\(error)"))
      default: missing.append((name, "no such file"))
      }
    }
  }

  /// Whether a path stays below the folder it is relative to.
  private static func isInside(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"))
    return !parts.isEmpty && !name.utf8.starts(with: "/".utf8) && !name.utf8.contains(0)
      && !parts.contains { $0.elementsEqual("..".utf8) }
  }

  private static func file(_ name: String, in folder: String) -> Result<File?, FileError> {
    for candidate in [name] + alternatives(to: name) where isRegularFile(folder + "/" + candidate) {
      let path = folder + "/" + candidate
      do {
        let data = try FileReading.data(at: path, limit: ImageDecoder.maximumFileSize)
        return .success(File(name: candidate, path: path, hash: SHA256Digest(of: data).hex))
      } catch {
        return .failure(error)
      }
    }
    return .success(nil)
  }

  private static func alternatives(to name: String) -> [String] {
    guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else {
      return endings.map { "\(name).\($0)" }
    }
    return endings.map { "\(name[...dot])\($0)" }.filter { $0 != name }
  }

  /// Reading from a pipe or a device might never end.
  private static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Without the images that turned out not to be usable: SHA-256 of their bytes, and why.
  mutating func remove(_ unusable: [String: String]) {
    guard !unusable.isEmpty else { return }
    for (name, file) in files {
      guard let reason = unusable[file.hash] else { continue }
      files[name] = nil
      missing.append((name, reason))
    }
    missing.sort { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
  }

  /// The bytes there are, each once, in the order of their first name.
  var distinct: [File] {
    var seen = Set<String>()
    return files.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
      .map(\.value).filter { seen.insert($0.hash).inserted }
  }

  /// One digest for the whole set: of all images' hashes, sorted.
  var sha256: String {
    SHA256Digest(of: Data(files.values.map(\.hash).sorted().joined(separator: "\n").utf8)).hex
  }

  /// The pairs of which both images are there.
  func complete(_ list: PairList) -> [(entry: PairList.Entry, probe: File, reference: File)] {
    list.entries.compactMap { entry in
      guard let probe = files[entry.probe], let reference = files[entry.reference] else {
        return nil
      }
      return (entry, probe, reference)
    }
  }
}
