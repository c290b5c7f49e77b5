import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

/// Fetches that end well, from servers of all kinds.
@Suite("Fetching") struct FetchTests {
  private let folder: TemporaryFolder
  private let host = HostedFile()
  private let told = Told()

  init() throws { folder = try TemporaryFolder() }

  private var place: String { folder.file("cache/net.pth") }

  @discardableResult
  private func fetch(
    _ server: LoopbackServer, _ options: DownloadOptions = .quick()
  ) throws -> DownloadReceipt {
    try Downloader(options).fetch(
      host.target(in: folder), from: server.url("net.pth"), report: told.report)
  }

  @Test("a good server: one plain request, and nothing but the file is left")
  func plain() throws {
    let host = host
    let server = try LoopbackServer { request, _ in host.answer(request) }
    let receipt = try fetch(server)
    #expect(bytes(place) == host.body)
    #expect(receipt.sha256 == host.digest)
    #expect(receipt.bytes == host.body.count && receipt.newBytes == host.body.count)
    #expect(names(in: folder.file("cache")) == ["net.pth"])
    #expect(server.requests.count == 1)
    #expect(server.requests[0].line == "GET /models/net.pth HTTP/1.1")
    #expect(server.requests[0].range == nil)
    #expect(server.requests[0].fields["accept-encoding"] == "identity")
    #expect(server.requests[0].fields["cookie"] == nil)
    guard
      case .received(let last) = told.events.last(where: {
        if case .received = $0 { true } else { false }
      })
    else { throw CancellationError() }
    #expect(last.bytes == host.body.count && last.fraction == 1)
    #expect(told.events.last == .checking(fraction: 1))
  }

  @Test("a file that is there is not asked for")
  func present() throws {
    let server = try LoopbackServer { _, _ in status("500 No") }
    try AtomicFile.write(host.body, to: place)
    let receipt = try fetch(server)
    #expect(receipt.newBytes == 0 && receipt.sha256 == host.digest)
    #expect(server.requests.isEmpty)
  }

  @Test("a damaged file is replaced")
  func damaged() throws {
    let host = host
    let server = try LoopbackServer { request, _ in host.answer(request) }
    try AtomicFile.write(host.body.dropLast(), to: place)
    try fetch(server)
    #expect(bytes(place) == host.body)
  }

  @Test("a broken transfer goes on where it broke, if the file is the same")
  func resumes() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0 ? host.answer(request, cutAfter: 100_000) : host.answer(request)
    }
    try fetch(server)
    #expect(bytes(place) == host.body)
    #expect(server.requests.map(\.range) == [nil, "bytes=100000-"])
    #expect(server.requests[1].fields["if-range"] == "\"v1\"")
    #expect(told.retries == 1 && told.restarts.isEmpty)
  }

  @Test("a weak tag is no condition; the date is")
  func weakTag() throws {
    var host = host
    host.entityTag = "W/\"v1\""
    let weak = host
    let server = try LoopbackServer { request, number in
      number == 0 ? weak.answer(request, cutAfter: 1000) : weak.answer(request)
    }
    try fetch(server)
    #expect(server.requests[1].fields["if-range"] == host.lastModified)
    #expect(bytes(place) == host.body)
  }

  @Test("without tag and date it is resumed too: the digest decides")
  func noValidators() throws {
    var host = host
    (host.entityTag, host.lastModified) = (nil, nil)
    let bare = host
    let server = try LoopbackServer { request, number in
      number == 0 ? bare.answer(request, cutAfter: 1000) : bare.answer(request)
    }
    try fetch(server)
    #expect(server.requests[1].offset == 1000)
    #expect(server.requests[1].fields["if-range"] == nil)
    #expect(bytes(place) == host.body)
  }

  @Test("a server that ignores Range sends all of it again")
  func ignoresRange() throws {
    let host = host
    let server = try LoopbackServer { _, number in
      number == 0 ? [host.wholeHead(), .send(host.body.prefix(70_000))] : host.whole
    }
    try fetch(server)
    #expect(server.requests[1].offset == 70_000)
    #expect(bytes(place) == host.body)
    #expect(told.restarts == ["the server sends the whole file"])
  }

  @Test("a file that changed between two attempts is fetched anew", arguments: [false, true])
  func changed(ignoresCondition: Bool) throws {
    let host = host
    var other = HostedFile(seed: 2)
    other.entityTag = "\"v0\""
    let old = other
    let server = try LoopbackServer { request, number in
      if number == 0 { return old.answer(request, cutAfter: 5000) }
      guard ignoresCondition, let offset = request.offset else { return host.answer(request) }
      return [host.partHead(from: offset), .send(host.body[offset...])]
    }
    try fetch(server)
    #expect(bytes(place) == host.body)
    #expect(server.requests[1].offset == 5000)
    #expect(server.requests.count == (ignoresCondition ? 3 : 2))
    #expect(told.restarts.count == 1)
  }

  @Test("pieces that don't fit together, unnoticed by the server, cost one new beginning")
  func mixture() throws {
    let host = host
    let old = HostedFile(seed: 2)
    let server = try LoopbackServer { request, number in
      number == 0 ? old.answer(request, cutAfter: 5000) : host.answer(request)
    }
    try fetch(server)
    #expect(bytes(place) == host.body)
    #expect(server.requests.map(\.offset) == [nil, 5000, nil])
    #expect(told.restarts == ["the pieces of several attempts don't make the file"])
  }

  @Test("a server that tells no length")
  func chunked() throws {
    let host = host
    let server = try LoopbackServer { _, _ in
      [
        .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .send(String(host.body.count, radix: 16) + "\r\n"), .send(host.body),
        .send("\r\n0\r\n\r\n"),
      ]
    }
    try fetch(server)
    #expect(bytes(place) == host.body)
  }

  @Test("heads of 1xx before the true one, which may be a part's")
  func earlyHeads() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0
        ? host.answer(request, cutAfter: 5000)
        : [.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")] + host.answer(request)
    }
    try fetch(server)
    #expect(bytes(place) == host.body)
    #expect(server.requests.count == 2)
  }

  @Test("redirects keep the range; the address that was asked for is what a part is known by")
  func redirects() throws {
    let host = host
    let server = try LoopbackServer { request, _ in
      if request.line.contains("/models/") { return status("302 Found", "Location: ../b/x\r\n") }
      if request.line.contains("/b/") { return status("307 Moved", "Location: /c/y?z=1\r\n") }
      return request.offset == nil
        ? host.answer(request, cutAfter: 9000) : host.answer(request)
    }
    try fetch(server)
    #expect(bytes(place) == host.body)
    #expect(
      server.requests.map { $0.line.split(separator: " ")[1] } == [
        "/models/net.pth", "/b/x", "/c/y?z=1", "/models/net.pth", "/b/x", "/c/y?z=1",
      ])
    #expect(server.requests[5].offset == 9000)
  }

  @Test("a server that asks for a moment gets it", arguments: ["503 Busy", "429 Slow", "500 Oh"])
  func busyServer(line: String) throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number < 2 ? status(line, "Retry-After: 0\r\n") : host.answer(request)
    }
    try fetch(server)
    #expect(server.requests.count == 3)
    #expect(bytes(place) == host.body)
  }

  @Test("bytes that come faster than they are written are fetched in several goes")
  func backlog() throws {
    let host = HostedFile(count: 4 << 20)
    let server = try LoopbackServer { request, _ in host.answer(request) }
    var options = DownloadOptions.quick(retries: 0)
    options.backlogLimit = 200_000
    let told = told
    try Downloader(options).fetch(host.target(in: folder), from: server.url("net.pth")) { event in
      told.report(event)
      // A disk that writes nothing until the first transfer has been broken off.
      guard case .received = event else { return }
      for _ in 0..<6000 where server.ended == 0 { usleep(10_000) }
    }
    #expect(bytes(place) == host.body)
    #expect(server.requests.count > 1)
    #expect(server.requests.dropFirst().allSatisfy { ($0.offset ?? 0) > 0 })
  }
}
