import FacetFiles
import FacetImage
import Foundation

/// The files a folder of faces offers, before any is decoded.
struct FolderScan {
  /// A regular file inside an identity's folder.
  struct Candidate: Sendable {
    let identity: String
    let path: String
    let file: String
  }

  private(set) var candidates: [Candidate] = []
  /// The folders, sorted; each may turn out to hold no photo.
  private(set) var identities: [String] = []
  private(set) var skipped: [Skip] = []
  /// Files seen that are not hidden.
  private(set) var filesLookedAt = 0

  init(of root: String) throws(FaceFolderError) {
    let names: [String]
    do {
      names = try FolderScan.names(in: root)
    } catch {
      throw .file(error)
    }
    if names.isEmpty { throw .empty(path: root) }
    for name in names {
      let path = root + "/" + name
      if name.hasPrefix(".") {
        skipped.append(Skip(path: name, reason: .hidden))
      } else if FileReading.isDirectory(path) {
        scanIdentity(name, at: path)
      } else {
        filesLookedAt += 1
        skipped.append(Skip(path: name, reason: FolderScan.reasonOutside(path)))
      }
    }
  }

  private mutating func scanIdentity(_ identity: String, at folder: String) {
    identities.append(identity)
    let names: [String]
    do {
      names = try FolderScan.names(in: folder)
    } catch {
      skipped.append(Skip(path: identity, reason: .init(error)))
      return
    }
    for name in names {
      let (path, file) = (identity + "/" + name, folder + "/" + name)
      if name.hasPrefix(".") {
        skipped.append(Skip(path: path, reason: .hidden))
      } else if FileReading.isDirectory(file) {
        skipped.append(Skip(path: path, reason: .nestedFolder))
      } else {
        filesLookedAt += 1
        if let problem = FolderScan.problem(opening: file) {
          skipped.append(Skip(path: path, reason: .unreadable(problem)))
        } else {
          candidates.append(Candidate(identity: identity, path: path, file: file))
        }
      }
    }
  }

  /// All names in a folder, hidden ones too, sorted by Unicode scalar.
  private static func names(in folder: String) throws(FileError) -> [String] {
    // Called for its errors: it tells missing, a file and unreadable apart.
    _ = try FileReading.names(in: folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
  }

  /// Why a file must not be opened: reading from a pipe or a device might never end.
  private static func problem(opening file: String) -> String? {
    var status = stat()
    if stat(file, &status) != 0 {
      return errno == ENOENT ? "a link to nothing" : String(cString: strerror(errno))
    }
    return status.st_mode & S_IFMT == S_IFREG ? nil : "a pipe, socket or device"
  }

  private static func reasonOutside(_ file: String) -> Skip.Reason {
    if let problem = problem(opening: file) { return .unreadable(problem) }
    guard let handle = FileHandle(forReadingAtPath: file) else {
      return .unreadable("it can't be opened")
    }
    defer { try? handle.close() }
    let head = (try? handle.read(upToCount: 512)) ?? Data()
    if ImageFormat(sniffing: head) != nil { return .outsideIdentityFolder }
    return .notAnImage(looksLike: ImageFormat.appearance(of: head))
  }
}
