/// What can go wrong with a file or a folder the user named.
///
/// Each case carries the path as the user gave it and, where the system said one, the reason.
public enum FileError: Error, Equatable, CustomStringConvertible {
  case notFound(path: String)
  case isADirectory(path: String)
  case notADirectory(path: String)
  case unreadable(path: String, reason: String)
  case notWritable(path: String, reason: String)
  case tooLarge(path: String, bytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .notFound(let path): "\(path): no such file or folder"
    case .isADirectory(let path): "\(path) is a folder; a file was expected"
    case .notADirectory(let path): "\(path) is a file; a folder was expected"
    case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
    case .notWritable(let path, let reason): "\(path) can't be written: \(reason)"
    case .tooLarge(let path, let bytes, let limit):
      "\(path) has \(bytes) bytes; at most \(limit) are read"
    }
  }
}
