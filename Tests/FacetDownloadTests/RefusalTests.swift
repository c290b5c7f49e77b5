import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

/// What isn't tried again, and what isn't written at all.
@Suite("Refusals") struct RefusalTests {
  private let folder: TemporaryFolder
  private let host = HostedFile()

  init() throws { folder = try TemporaryFolder() }

  private var place: String { folder.file("cache/net.pth") }

  private func fail(
    _ server: LoopbackServer, _ options: DownloadOptions = .quick(),
    bytes: ClosedRange<Int>? = nil
  ) throws -> DownloadError {
    let target = host.target(in: folder, bytes: bytes)
    return try failure { () throws(DownloadError) in
      try Downloader(options).fetch(target, from: server.url("net.pth"))
    }
  }

  @Test("another file: nothing in place, nothing left, one request")
  func wrongFile() throws {
    let other = HostedFile(seed: 9)
    let server = try LoopbackServer { request, _ in other.answer(request) }
    let error = try fail(server)
    #expect(
      error
        == .wrongContent(
          source: server.url("net.pth").absoluteString, expectedPrefix: host.prefix,
          got: other.digest, bytes: other.body.count))
    #expect(error.description.contains(host.prefix) && error.description.contains(other.digest.hex))
    #expect(server.requests.count == 1)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("another file keeps a damaged one in its place")
  func wrongFileOverDamaged() throws {
    let other = HostedFile(seed: 9)
    let server = try LoopbackServer { request, _ in other.answer(request) }
    try AtomicFile.write("mine", to: place)
    _ = try fail(server)
    #expect(bytes(place) == Data("mine".utf8))
    #expect(names(in: folder.file("cache")) == ["net.pth"])
  }

  @Test("an empty file")
  func empty() throws {
    let server = try LoopbackServer { _, _ in status("200 OK", body: "") }
    guard case .wrongContent(_, _, let got, 0) = try fail(server) else { throw CancellationError() }
    #expect(got.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test(
    "answers that asking again doesn't change",
    arguments: ["404 Not Found", "410 Gone", "403 No", "400 Bad", "204 Nothing", "300 Many"])
  func permanent(line: String) throws {
    let server = try LoopbackServer { _, _ in status(line) }
    guard case .refused(_, let reason) = try fail(server) else { throw CancellationError() }
    #expect(reason.contains("HTTP \(line.prefix(3))"))
    #expect(server.requests.count == 1)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test(
    "no password is asked for or sent",
    arguments: ["Basic realm=\"x\"", "Negotiate", "Digest realm=\"x\", nonce=\"y\""])
  func unauthorised(scheme: String) throws {
    let server = try LoopbackServer { _, _ in
      status("401 No", "WWW-Authenticate: \(scheme)\r\n")
    }
    #expect(
      try fail(server)
        == .refused(
          url: server.url("net.pth").absoluteString,
          reason: "the server demands a permission (HTTP 401)"))
    #expect(server.requests.count == 1)
  }

  @Test("a server that is always busy is asked as often as allowed", arguments: [500, 503])
  func busy(status code: Int) throws {
    let server = try LoopbackServer { _, _ in status("\(code) No") }
    guard case .gaveUp(_, 4, let reason, _, 0) = try fail(server, .quick(retries: 3)) else {
      throw CancellationError()
    }
    #expect(reason.contains("HTTP \(code)"))
    #expect(server.requests.count == 4)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("a server that asks for too long a wait isn't waited for")
  func longWait() throws {
    let server = try LoopbackServer { _, _ in status("503 No", "Retry-After: 7200\r\n") }
    guard case .refused(_, let reason) = try fail(server) else { throw CancellationError() }
    #expect(reason.contains("HTTP 503") && reason.contains("7200 s"))
    #expect(server.requests.count == 1)
  }

  @Test(
    "redirects to where nothing is fetched from",
    arguments: [
      "http://example.invalid/x", "http://127.0.0.1.example.invalid/x", "file:///etc/passwd",
      "ftp://example.invalid/x", "//example.invalid/x", "https://me:secret@example.invalid/",
    ])
  func redirects(location: String) throws {
    let server = try LoopbackServer { _, _ in status("302 Found", "Location: \(location)\r\n") }
    guard case .refused(_, let reason) = try fail(server) else { throw CancellationError() }
    #expect(reason.contains("redirects elsewhere"))
    #expect(!reason.contains("secret"))
    #expect(server.requests.count == 1)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("redirects in a circle end")
  func circle() throws {
    let server = try LoopbackServer { _, _ in status("301 Moved", "Location: /again\r\n") }
    guard case .refused(_, "more than 8 redirects") = try fail(server) else {
      throw CancellationError()
    }
    #expect(server.requests.count == 8)
  }

  @Test("a size that the file can't have is refused before a byte is written")
  func wrongSize() throws {
    let page = try LoopbackServer { _, _ in
      status("200 OK", "Content-Type: text/html\r\n", body: "<html>Log in</html>")
    }
    let expected = host.body.count - 5...host.body.count + 5
    let error = try fail(page, bytes: expected)
    #expect(
      error
        == .wrongSize(url: page.url("net.pth").absoluteString, expected: expected, got: 19))
    #expect(error.description.contains("log-in"))
    #expect(names(in: folder.file("cache")) == [])
    // The right size is accepted.
    let host = host
    let server = try LoopbackServer { request, _ in host.answer(request) }
    try Downloader(.quick()).fetch(
      host.target(in: folder, bytes: expected), from: server.url("net.pth"))
    #expect(bytes(place) == host.body)
  }

  @Test("a server without end is stopped at the largest size the file can have")
  func endless() throws {
    let chunk = Data(repeating: 7, count: 1 << 16)
    let server = try LoopbackServer { _, _ in
      [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
        + (0..<64).flatMap { _ in [.send("10000\r\n"), .send(chunk), .send("\r\n")] } + [.hold]
    }
    guard case .wrongSize(_, 1...100_000, 100_001) = try fail(server, bytes: 1...100_000) else {
      throw CancellationError()
    }
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("a packed file is refused")
  func packed() throws {
    let server = try LoopbackServer { _, _ in status("200 OK", "Content-Encoding: br\r\n") }
    guard case .refused(_, let reason) = try fail(server) else { throw CancellationError() }
    #expect(reason.contains("Content-Encoding"))
  }

  @Test("no room: before anything is asked for, or as soon as the size is known")
  func noRoom() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0 ? host.answer(request, cutAfter: 1000) : host.answer(request)
    }
    var options = DownloadOptions.quick(retries: 0)
    options.freeSpace = { _ in host.body.count - 1 }
    let part = place + ".part"
    #expect(
      try fail(server, options, bytes: host.body.count...host.body.count)
        == .noSpace(path: part, needed: host.body.count, free: host.body.count - 1))
    #expect(server.requests.isEmpty)
    #expect(
      try fail(server, options)
        == .noSpace(path: part, needed: host.body.count, free: host.body.count - 1))
    #expect(server.requests.count == 1)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("what has come already needs no room, and is kept when there is none for the rest")
  func roomForTheRest() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0 ? host.answer(request, cutAfter: 1000) : host.answer(request)
    }
    var options = DownloadOptions.quick(retries: 0)
    guard case .gaveUp = try fail(server, options) else { throw CancellationError() }
    let rest = host.body.count - 1000
    options.freeSpace = { _ in rest - 1 }
    let error = try fail(server, options)
    #expect(error == .noSpace(path: place + ".part", needed: rest, free: rest - 1))
    #expect(error.description.contains("kept"))
    #expect(bytes(place + ".part") == host.body.prefix(1000))
    options.freeSpace = { _ in rest }
    try Downloader(options).fetch(host.target(in: folder), from: server.url("net.pth"))
    #expect(bytes(place) == host.body)
    #expect(server.requests.last?.offset == 1000)
  }

  @Test("a server that can't prove who it is isn't asked again")
  func untrusted() throws {
    let server = try LoopbackServer { _, _ in status("400 Bad") }
    let target = host.target(in: folder)
    let url = try #require(URL(string: "https://127.0.0.1:\(server.port)/net.pth"))
    let error = try failure { () throws(DownloadError) in
      try Downloader(.quick()).fetch(target, from: url)
    }
    guard case .unreachable(_, let reason) = error else { throw error }
    #expect(reason.contains("SSL"))
    #expect(server.requests.map(\.line) == ["TLS"])
  }

  @Test("nobody there")
  func nobody() throws {
    let server = try LoopbackServer { _, _ in [] }
    let port = server.port
    server.stop()
    // The listener is closed within a few of its 50 ms.
    var last: DownloadError?
    let url = try #require(URL(string: "http://127.0.0.1:\(port)/net.pth"))
    let target = host.target(in: folder)
    for _ in 0..<100 {
      last = try failure { () throws(DownloadError) in
        try Downloader(.quick(retries: 0)).fetch(target, from: url)
      }
      if case .unreachable = last { break }
      usleep(20_000)
    }
    guard case .unreachable(_, let reason) = last else { throw try #require(last) }
    #expect(reason.contains("127.0.0.1"))
    #expect(names(in: folder.file("cache")) == [])
  }
}
