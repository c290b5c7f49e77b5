import FacetFiles
import Foundation

/// Whether an output has somewhere to go, which a long job finds out at its beginning.
enum OutputPlace {
  /// Throws `notWritable` when nothing can be written at `path`; makes nothing.
  ///
  /// - Returns: the folders above it that will have to be made, the deepest first.
  static func check(_ path: String) throws(FileError) -> [String] {
    var missing: [String] = []
    var folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) {
      missing.append(folder.path)
      folder = folder.deletingLastPathComponent()
    }
    guard FileReading.isDirectory(folder.path) else {
      throw .notWritable(path: path, reason: "\(folder.path) is a file, not a folder")
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw .notWritable(path: path, reason: "the folder \(folder.path) is not writable")
    }
    return missing
  }

  /// The same for a file, which must not be a folder.
  static func checkFile(_ path: String) throws(FileError) {
    if FileReading.isDirectory(path) {
      throw .notWritable(path: path, reason: "it is a folder; name a file")
    }
    _ = try check(path)
  }
}
