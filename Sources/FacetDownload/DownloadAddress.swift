import Foundation

/// Which addresses files are fetched from.
///
/// Only `https`: the digest that a published file is known by has eight digits in its name, which
/// finds damage but not a forger, so the connection has to be one that can't be tampered with. Plain
/// `http` is allowed to this machine itself.
public enum DownloadAddress {
  /// The address that a user gave.
  public static func parse(_ text: String) throws(DownloadError) -> URL {
    guard let url = URL(string: text), url.scheme != nil else {
      throw .address(text, reason: "this is no address; it must begin with https://")
    }
    try check(url)
    return url
  }

  /// Throws `address` when nothing may be fetched from `url`.
  public static func check(_ url: URL) throws(DownloadError) {
    // A password in an address must not end up on a terminal.
    guard url.user == nil, url.password == nil else {
      throw .address(
        "\(url.scheme ?? "")://\(url.host ?? "")",
        reason: "an address with a user name or a password is not supported")
    }
    guard let host = url.host, !host.isEmpty else {
      throw .address(url.absoluteString, reason: "the address names no host")
    }
    switch url.scheme?.lowercased() {
    case "https": return
    case "http":
      guard isLoopback(host) else {
        throw .address(
          url.absoluteString,
          reason: "files are fetched over https only, because on http anybody on the way can "
            + "replace them")
      }
    case let scheme:
      throw .address(
        url.absoluteString, reason: "'\(scheme ?? "")' can't be fetched from; https can")
    }
  }

  /// Whether a host's name is this machine's own, by its letters alone.
  package static func isLoopback(_ host: String) -> Bool {
    if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "127" else { return false }
    return parts.allSatisfy { part in
      part.utf8.count <= 3 && part.utf8.allSatisfy { (48...57).contains($0) }
        && UInt8(part) != nil
    }
  }
}
