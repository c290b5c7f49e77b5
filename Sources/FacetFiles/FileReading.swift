import Foundation

/// Reading of whole files with errors that name the file.
public enum FileReading {
  /// The bytes of the file at `path`.
  ///
  /// - Parameter limit: the largest size in bytes that is read; a larger file is refused before
  ///   anything is allocated.
  public static func data(at path: String, limit: Int = 4 << 30) throws(FileError) -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .notFound(path: path)
    }
    if isDirectory.boolValue { throw .isADirectory(path: path) }
    do {
      let bytes = status(of: path).map { Int($0.st_size) } ?? 0
      if bytes > limit { throw FileError.tooLarge(path: path, bytes: bytes, limit: limit) }
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as FileError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: reason(of: error))
    }
  }

  /// The names in the folder at `path`, sorted by Unicode scalar so that every machine agrees;
  /// names that begin with a dot are left out.
  public static func names(in path: String) throws(FileError) -> [String] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .notFound(path: path)
    }
    guard isDirectory.boolValue else { throw .notADirectory(path: path) }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    } catch {
      throw .unreadable(path: path, reason: reason(of: error))
    }
  }

  /// Whether a folder is at `path`.
  public static func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  /// What the system says of the file at `path`, a link's target for a link.
  static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  static func reason(of error: any Error) -> String {
    if let posix = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError {
      return String(cString: strerror(Int32(posix.code)))
    }
    return error.localizedDescription
  }
}
