import FacetFiles

/// Why a file could not be fetched.
///
/// Whatever came of the file before an error is kept beside its place and is where the next fetch goes
/// on, except where a case says otherwise.
public enum DownloadError: Error, Equatable, CustomStringConvertible {
  /// An address that files aren't fetched from; see ``DownloadAddress``.
  case address(String, reason: String)
  /// No connection to the host could be made.
  case unreachable(url: String, reason: String)
  /// The server's answer was no, and asking again would not change it.
  case refused(url: String, reason: String)
  /// It was tried as often as allowed; `bytes` of the file are kept at `part`.
  case gaveUp(url: String, attempts: Int, reason: String, part: String, bytes: Int)
  /// What the server offers isn't as large as the file must be; none of it was written.
  case wrongSize(url: String, expected: ClosedRange<Int>, got: Int)
  /// A file whose SHA-256 is another one. When it was downloaded, it has been deleted.
  case wrongContent(source: String, expectedPrefix: String, got: SHA256Digest, bytes: Int)
  /// The disk has too little room. `needed` is `nil` when it ran full while writing.
  case noSpace(path: String, needed: Int?, free: Int?)
  /// Another process has been fetching the same file for longer than was waited.
  case busy(part: String)
  case file(FileError)

  public var description: String {
    switch self {
    case .address(let address, _): "\(address): \(reason)"
    case .unreachable(let url, _), .refused(let url, _), .gaveUp(let url, _, _, _, _),
      .wrongSize(let url, _, _):
      "\(url): \(reason)"
    case .wrongContent(let source, _, _, _): "\(source) \(reason)"
    case .noSpace(let path, _, _): "\(path) can't be written: \(reason)"
    case .busy: reason
    case .file(let error): error.description
    }
  }

  /// What was wrong, without the name of what it was wrong with.
  public var reason: String {
    switch self {
    case .address(_, let reason), .unreachable(_, let reason), .refused(_, let reason): reason
    case .gaveUp(_, let attempts, let reason, let part, let bytes):
      "\(reason) (\(attempts) attempts). "
        + (bytes == 0
          ? "Nothing of it has come; try again later"
          : "\(bytes) bytes of it are kept in \(part); the next fetch goes on from there")
    case .wrongSize(_, let expected, let got):
      "the server offers \(got) bytes, and the file must have "
        + (expected.count == 1
          ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)")
        + "; it may be a log-in or error page, not the file"
    case .wrongContent(_, let prefix, let got, let bytes):
      "is not the expected file: its SHA-256 must begin with \(prefix); "
        + "these \(bytes) bytes have \(got)"
    case .noSpace(_, let needed, let free):
      "the disk "
        + (needed.map { "must have room for \($0) more bytes and has \(free ?? 0)" } ?? "is full")
        + ". Make room and fetch again; what has come so far is kept"
    case .busy(let part):
      "another process is fetching this file (it holds \(part)); try again when it is done"
    case .file(let error): error.description
    }
  }
}
