import FacetFiles

/// A file to fetch: where it goes, and how it is known.
public struct PublishedFile: Hashable, Sendable {
  /// Where it goes; the folders above are made.
  public let path: String
  /// Lower-case hexadecimal digits that its SHA-256 begins with, at least eight.
  public let sha256Prefix: String
  /// The sizes in bytes that it can have, as far as that is known.
  public let bytes: ClosedRange<Int>?

  public init(path: String, sha256Prefix: String, bytes: ClosedRange<Int>? = nil) {
    self.path = path
    self.sha256Prefix = sha256Prefix
    self.bytes = bytes
  }

  /// Whether a digest is the file's.
  public func matches(_ digest: SHA256Digest) -> Bool {
    sha256Prefix.utf8.count >= 8 && digest.hex.hasPrefix(sha256Prefix)
  }
}

/// What became of a fetch.
public struct DownloadReceipt: Hashable, Sendable {
  public let sha256: SHA256Digest
  /// The file's size in bytes.
  public let bytes: Int
  /// How many of the bytes came now; 0 when the file was there already.
  public let newBytes: Int
}
