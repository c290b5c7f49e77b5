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
  /// `path` without links to the folder it is in, such as `.`.
  private let target: String
  private let staging: String
  /// Folders above it that did not exist, the deepest first.
  private let madeParents: [String]
  private let replaces: Bool
  private static let unfinished = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - replacing: whether a folder that holds something may be replaced on commit.
  /// - Throws: `outputExists`, `outputIsFile`, or a `FileError` when `path` can't be written.
  public init(_ path: String, replacing: Bool = false) throws {
    let url = URL(fileURLWithPath: path).standardizedFileURL
    self.path = path
    target = url.path
    replaces = replacing
    staging =
      url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).part").path
    madeParents = try OutputPlace.check(path)
    if FileManager.default.fileExists(atPath: path) {
      guard FileReading.isDirectory(path) else { throw WorkbenchError.outputIsFile(path: path) }
      if !replacing, !(try Self.isEmpty(path)) { throw WorkbenchError.outputExists(path: path) }
    }
    try? FileManager.default.removeItem(atPath: staging)
    try Self.make(staging, for: path)
    _ = Self.unfinished.withLock { $0.insert(staging) }
  }

  /// Makes the hidden folder; an error names the one the user named.
  private static func make(_ staging: String, for path: String) throws {
    do {
      try AtomicFile.makeDirectory(staging)
    } catch {
      guard case .notWritable(_, let reason) = error else { throw error }
      throw FileError.notWritable(path: path, reason: reason)
    }
  }

  /// The path to write `name` (which may hold folders) to, now.
  public func file(_ name: String) -> String { staging + "/" + name }

  /// Puts the folder in place.
  public func commit() throws {
    let aside = staging + ".old"
    // A signal's handler waits for this lock, so it finds the old folder in place or the new one.
    try Self.unfinished.withLock { unfinished in
      if FileManager.default.fileExists(atPath: target) {
        guard try replaces || Self.isEmpty(path) else {
          throw WorkbenchError.outputExists(path: path)
        }
        try move(target, to: aside)
        unfinished.insert(aside)
      }
      do {
        try move(staging, to: target)
      } catch {
        if unfinished.remove(aside) != nil { rename(aside, target) }
        throw error
      }
      unfinished.remove(staging)
    }
    try? FileManager.default.removeItem(atPath: aside)
    _ = Self.unfinished.withLock { $0.remove(aside) }
  }

  private func move(_ from: String, to: String) throws {
    guard rename(from, to) == 0 else {
      throw FileError.notWritable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Whether a folder holds nothing; a hidden file is something.
  private static func isEmpty(_ path: String) throws -> Bool {
    guard try FileReading.names(in: path).isEmpty else { return false }
    return try FileManager.default.contentsOfDirectory(atPath: path).isEmpty
  }

  deinit {
    let wasUnfinished = Self.unfinished.withLock { $0.remove(staging) != nil }
    guard wasUnfinished else { return }
    try? FileManager.default.removeItem(atPath: staging)
    // Only empty ones go.
    for parent in madeParents { rmdir(parent) }
  }

  /// Removes what uncommitted jobs of this program have written.
  public static func removeUnfinished() {
    for folder in unfinished.withLock({ $0 }) {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// Ends the program with `status` and removes what its jobs have not committed; for a program that
  /// was told to stop.
  ///
  /// Other threads may still be writing, and would begin a removed folder again. So the program
  /// becomes the shell that removes: that ends all of its threads first.
  public static func removeUnfinishedAndExit(_ status: Int32) -> Never {
    unfinished.withLock { folders in
      guard !folders.isEmpty else { return }
      // A second signal must not end the removal; what is ignored stays so.
      for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
      let arguments = ["sh", "-c", "rm -rf -- \"$@\"; exit \(status)", "sh"] + folders.sorted()
      let pointers = arguments.map { strdup($0) } + [nil]
      execv("/bin/sh", pointers)
    }
    // Nothing to remove, or no shell.
    removeUnfinished()
    _exit(status)
  }
}
