import COpenSSL
import Foundation

/// A SHA-256 digest (FIPS 180-4), computed by OpenSSL.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The digest of `data`.
  public init(of data: Data) {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let done = data.withUnsafeBytes {
      EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil)
    }
    precondition(done == 1 && length == 32, "OpenSSL could not compute SHA-256")
    hex = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  public var description: String { hex }
}
