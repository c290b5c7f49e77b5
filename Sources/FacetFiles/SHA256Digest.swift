import COpenSSL
import Foundation

/// A SHA-256 digest (FIPS 180-4), computed by OpenSSL.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The digest of `data`.
  public init(of data: Data) {
    var stream = SHA256Stream()
    stream.update(data)
    self = stream.finish()
  }

  /// The digest of a file's bytes, of which `piece` at a time are in memory.
  ///
  /// - Parameters:
  ///   - piece: bytes read at once, at least 1.
  ///   - report: told after each piece how many bytes are done.
  /// - Throws: `unreadable` when the file can't be read to its end.
  public init(
    of file: FileBytes, piece: Int = 1 << 20, report: (Int) -> Void = { _ in }
  ) throws(FileError) {
    var stream = SHA256Stream()
    var done = 0
    while done < file.count {
      let end = done + min(max(1, piece), file.count - done)
      stream.update(try file.read(done..<end))
      done = end
      report(done)
    }
    self = stream.finish()
  }

  fileprivate init(bytes: [UInt8]) {
    hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  public var description: String { hex }
}

/// SHA-256 of bytes that come piece by piece; the pieces' bounds don't matter.
public struct SHA256Stream: ~Copyable {
  private let context: OpaquePointer?

  /// The digest of nothing yet.
  public init() {
    context = EVP_MD_CTX_new()
    let done = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(done == 1, "OpenSSL could not begin SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes at the end.
  public mutating func update(_ data: Data) {
    let done = data.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(done == 1, "OpenSSL could not compute SHA-256")
  }

  /// The digest of all that was added.
  public consuming func finish() -> SHA256Digest {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let done = EVP_DigestFinal_ex(context, &digest, &length)
    precondition(done == 1 && length == 32, "OpenSSL could not compute SHA-256")
    return SHA256Digest(bytes: digest)
  }
}
