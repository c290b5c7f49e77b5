import FacetFiles
import Foundation
import Synchronization

/// A job's output folder, which appears whole or not at all.
///
/// Everything is written to a hidden folder beside the wanted one; ``commit()`` renames it into place.
/// When the job fails, is killed by a signal the program handles, or just ends without committing, the
/// hidden folder is removed and what was there before is untouched.
public final class OutputFolder: Sendable {
  public let path: String
  private let staging: String
  private let replaces: Bool
  private static let unfinished = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - replacing: whether a folder that holds something may be replaced on commit.
  /// - Throws: `outputExists`, or a `FileError` when `path` is a file or can't be written.
  public init(_ path: String, replacing: Bool = false) throws {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    self.path = path
    replaces = replacing
    staging =
      url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).part").path
    if FileManager.default.fileExists(atPath: path) {
      guard FileReading.isDirectory(path) else { throw WorkbenchError.outputIsFile(path: path) }
      if !replacing, !(try FileReading.names(in: path)).isEmpty {
        throw WorkbenchError.outputExists(path: path)
      }
    }
    try? FileManager.default.removeItem(atPath: staging)
    try AtomicFile.makeDirectory(staging)
    _ = Self.unfinished.withLock { $0.insert(staging) }
  }

  /// The path to write `name` (which may hold folders) to, now.
  public func file(_ name: String) -> String { staging + "/" + name }

  /// Puts the folder in place.
  public func commit() throws {
    let manager = FileManager.default
    var old: String?
    if manager.fileExists(atPath: path) {
      let isEmpty = try FileReading.names(in: path).isEmpty
      guard isEmpty || replaces else { throw WorkbenchError.outputExists(path: path) }
      let aside = staging + ".old"
      try move(path, to: aside)
      old = aside
    }
    do {
      try move(staging, to: path)
    } catch {
      if let old { try? manager.moveItem(atPath: old, toPath: path) }
      throw error
    }
    if let old { try? manager.removeItem(atPath: old) }
    _ = Self.unfinished.withLock { $0.remove(staging) }
  }

  private func move(_ from: String, to: String) throws {
    guard rename(from, to) == 0 else {
      throw FileError.notWritable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    let wasUnfinished = Self.unfinished.withLock { $0.remove(staging) != nil }
    if wasUnfinished { try? FileManager.default.removeItem(atPath: staging) }
  }

  /// Removes what uncommitted jobs have written; for a program that was told to stop.
  public static func removeUnfinished() {
    for folder in unfinished.withLock({ $0 }) {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }
}
