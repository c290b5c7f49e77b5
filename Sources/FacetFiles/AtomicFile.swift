import Foundation

/// Writing of whole files: a reader sees the old file or the new one, never a part.
public enum AtomicFile {
  /// Writes `data` to a temporary file beside `path` and renames it into place.
  ///
  /// When anything fails (no permission, a full disk) the temporary file is removed and what was at
  /// `path` is untouched. Missing parent folders are made. A device or a pipe is refused: renaming
  /// would replace it.
  public static func write(_ data: Data, to path: String) throws(FileError) {
    let url = URL(fileURLWithPath: path)
    if FileReading.isDirectory(path) { throw .isADirectory(path: path) }
    if let status = FileReading.status(of: path), status.st_mode & S_IFMT != S_IFREG {
      throw .notWritable(path: path, reason: "it is a device or a pipe, not a file")
    }
    try makeDirectory(url.deletingLastPathComponent().path)
    // Two writers of one path must not share a temporary file, in one process or in two.
    let name = ".\(url.lastPathComponent).\(UUID().uuidString).part"
    let temporary = url.deletingLastPathComponent().appendingPathComponent(name)
    do {
      try data.write(to: temporary)
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw .notWritable(path: path, reason: FileReading.reason(of: error))
    }
    guard rename(temporary.path, path) == 0 else {
      let reason = String(cString: strerror(errno))
      try? FileManager.default.removeItem(at: temporary)
      throw .notWritable(path: path, reason: reason)
    }
  }

  /// Writes `text` as UTF-8; see ``write(_:to:)-(Data,_)``.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Data(text.utf8), to: path)
  }

  /// Makes the folder at `path` and its parents; nothing happens when it exists.
  public static func makeDirectory(_ path: String) throws(FileError) {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
      if isDirectory.boolValue { return }
      throw .notADirectory(path: path)
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .notWritable(path: path, reason: FileReading.reason(of: error))
    }
  }
}
