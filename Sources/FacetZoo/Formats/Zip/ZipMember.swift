/// A file inside a zip archive, as the central directory describes it.
struct ZipMember {
  enum Method: Equatable {
    case stored
    case deflated
    /// Read by no one here: encrypted, or compressed in another way.
    case unreadable(String)
  }

  let name: String
  let method: Method
  let crc: UInt32
  /// Bytes in the archive.
  let compressed: Int
  /// Bytes of the file itself, as far as the directory is to be believed.
  let size: Int
  /// Whether sizes and checksum follow the bytes, because the writer didn't know them before.
  let hasDescriptor: Bool
  /// Where the local header begins, in bytes from the archive's start.
  let header: Int
  /// Where the bytes begin.
  var start = 0
}
