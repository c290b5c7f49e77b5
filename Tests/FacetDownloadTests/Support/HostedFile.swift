import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation

/// A file that a server of a test has, and the answers it can give for it.
struct HostedFile: Sendable {
  let body: Data
  var entityTag: String? = "\"v1\""
  var lastModified: String? = "Wed, 21 Oct 2015 07:28:00 GMT"

  /// Bytes that look random, the same for the same seed.
  init(count: Int = 300_000, seed: UInt64 = 1) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    body = Data(
      (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 24)
      })
  }

  var digest: SHA256Digest { SHA256Digest(of: body) }
  var prefix: String { String(digest.hex.prefix(8)) }

  /// Where it is to be fetched to.
  func target(in folder: TemporaryFolder, bytes: ClosedRange<Int>? = nil) -> PublishedFile {
    PublishedFile(path: folder.file("cache/net.pth"), sha256Prefix: prefix, bytes: bytes)
  }

  private var validators: String {
    (entityTag.map { "ETag: \($0)\r\n" } ?? "")
      + (lastModified.map { "Last-Modified: \($0)\r\n" } ?? "")
  }

  func wholeHead(length: Int? = nil) -> ServerStep {
    .send("HTTP/1.1 200 OK\r\n\(validators)Content-Length: \(length ?? body.count)\r\n\r\n")
  }

  func partHead(from offset: Int) -> ServerStep {
    .send(
      "HTTP/1.1 206 Partial Content\r\n\(validators)"
        + "Content-Range: bytes \(offset)-\(body.count - 1)/\(body.count)\r\n"
        + "Content-Length: \(body.count - offset)\r\n\r\n")
  }

  /// The whole, whatever was asked for.
  var whole: [ServerStep] { [wholeHead(), .send(body)] }

  /// As a good server: the part that was asked for, if the file is still the one meant.
  func answer(_ request: SeenRequest) -> [ServerStep] {
    guard let offset = request.offset, isMeant(by: request) else { return whole }
    guard offset < body.count else {
      return [
        .send(
          "HTTP/1.1 416 No\r\nContent-Range: bytes */\(body.count)\r\nContent-Length: 0\r\n\r\n")
      ]
    }
    return [partHead(from: offset), .send(body[offset...])]
  }

  private func isMeant(by request: SeenRequest) -> Bool {
    guard let condition = request.fields["if-range"] else { return true }
    return condition == entityTag || condition == lastModified
  }

  /// The same, broken off after so many bytes of the body.
  func answer(_ request: SeenRequest, cutAfter count: Int) -> [ServerStep] {
    answer(request).map { step in
      guard case .send(let data) = step, !data.starts(with: Data("HTTP".utf8)) else { return step }
      return .send(data.prefix(count))
    }
  }
}

func status(_ line: String, _ fields: String = "", body: String = "no") -> [ServerStep] {
  [.send("HTTP/1.1 \(line)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")]
}
