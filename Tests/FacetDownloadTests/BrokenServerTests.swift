import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation
import Testing

/// Transfers that break off: how often it is tried, and what is kept.
@Suite("Broken transfers") struct BrokenServerTests {
  private let folder: TemporaryFolder
  private let host = HostedFile()
  private let told = Told()

  init() throws { folder = try TemporaryFolder() }

  private var place: String { folder.file("cache/net.pth") }

  private func fail(_ server: LoopbackServer, _ options: DownloadOptions) throws -> DownloadError {
    let target = host.target(in: folder)
    return try failure { () throws(DownloadError) in
      try Downloader(options).fetch(target, from: server.url("net.pth"), report: told.report)
    }
  }

  @Test("cut off always: so many attempts, the part is kept, the next fetch goes on from it")
  func cutAlways() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number < 4 ? host.answer(request, cutAfter: 1000) : host.answer(request)
    }
    let error = try fail(server, .quick(retries: 3))
    guard case .gaveUp(let url, 4, let reason, let part, 4000) = error else { throw error }
    #expect(url == server.url("net.pth").absoluteString)
    #expect(!reason.isEmpty)
    #expect(part == place + ".part")
    #expect(error.description.contains("4000 bytes of it are kept in \(part)"))
    #expect(server.requests.map(\.offset) == [nil, 1000, 2000, 3000])
    #expect(told.retries == 3)
    #expect(names(in: folder.file("cache")) == ["net.pth.part", "net.pth.part.json"])
    #expect(bytes(part) == host.body.prefix(4000))

    let receipt = try Downloader(.quick()).fetch(
      host.target(in: folder), from: server.url("net.pth"), report: told.report)
    #expect(server.requests.last?.offset == 4000)
    #expect(server.requests.last?.fields["if-range"] == "\"v1\"")
    #expect(told.events.contains(.resuming(at: 4000)))
    #expect(receipt.newBytes == host.body.count - 4000)
    #expect(bytes(place) == host.body)
    #expect(names(in: folder.file("cache")) == ["net.pth"])
  }

  @Test("attempts are counted anew while the file grows")
  func progressCounts() throws {
    let host = host
    let server = try LoopbackServer { request, _ in host.answer(request, cutAfter: 30_000) }
    var options = DownloadOptions.quick(retries: 1)
    options.progressThatCounts = 30_000
    try Downloader(options).fetch(host.target(in: folder), from: server.url("net.pth"))
    #expect(server.requests.count == 10)
    #expect(bytes(place) == host.body)
  }

  @Test("but not while it only begins anew")
  func noProgress() throws {
    let host = host
    let server = try LoopbackServer { _, _ in
      [host.wholeHead(), .send(host.body.prefix(30_000))]
    }
    var options = DownloadOptions.quick(retries: 2)
    options.progressThatCounts = 30_000
    guard case .gaveUp(_, _, _, _, 30_000) = try fail(server, options) else {
      throw CancellationError()
    }
    #expect(server.requests.count == 3)
  }

  @Test("a stall is noticed, and the fetch goes on where it stalled")
  func stall() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0 ? host.answer(request, cutAfter: 50_000) + [.hold] : host.answer(request)
    }
    try Downloader(.impatient(retries: 50)).fetch(
      host.target(in: folder), from: server.url("net.pth"), report: told.report)
    #expect(bytes(place) == host.body)
    // A machine that is slow may seem to stall earlier.
    #expect(server.requests[1].offset ?? 0 <= 50_000)
    #expect(
      told.events.contains {
        if case .retrying("no bytes for 300 ms", 1, _) = $0 { true } else { false }
      })
  }

  @Test("stalls always: an error that says so, and the part is kept")
  func stallAlways() throws {
    let host = host
    let server = try LoopbackServer { request, _ in
      host.answer(request, cutAfter: 20_000) + [.hold]
    }
    let error = try fail(server, .impatient(retries: 1))
    guard case .gaveUp(_, 2, "no bytes for 300 ms", let part, let kept) = error else {
      throw error
    }
    #expect(kept <= 40_000 && bytes(part) ?? Data() == host.body.prefix(kept))
  }

  @Test("a server that never answers")
  func noAnswer() throws {
    let server = try LoopbackServer { _, _ in [.hold] }
    var options = DownloadOptions.quick()
    options.answerTimeout = .milliseconds(300)
    #expect(
      try fail(server, options)
        == .unreachable(
          url: server.url("net.pth").absoluteString, reason: "no answer for 300 ms"))
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("a connection that is reset")
  func reset() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0 ? host.answer(request, cutAfter: 50_000) + [.reset] : host.answer(request)
    }
    try Downloader(.quick()).fetch(host.target(in: folder), from: server.url("net.pth"))
    #expect(bytes(place) == host.body)
    // Bytes that weren't read before the reset are lost.
    #expect(server.requests.count == 2 && server.requests[1].offset ?? 0 <= 50_000)
  }

  @Test(
    "answers that are none",
    arguments: ["", "\u{0}\u{1}garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"])
  func garbage(text: String) throws {
    let server = try LoopbackServer { _, _ in [.send(text)] }
    guard case .gaveUp(_, 3, _, _, 0) = try fail(server, .quick(retries: 2)) else {
      throw CancellationError()
    }
    #expect(server.requests.count == 3)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("a length that is too long, then 416: what is there is the whole file")
  func claimsTooMuch() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number == 0
        ? [host.wholeHead(length: host.body.count + 10), .send(host.body)] : host.answer(request)
    }
    try Downloader(.quick()).fetch(host.target(in: folder), from: server.url("net.pth"))
    #expect(bytes(place) == host.body)
    #expect(server.requests.map(\.offset) == [nil, host.body.count])
  }

  @Test("a length that is always too long")
  func claimsTooMuchAlways() throws {
    let host = host
    let server = try LoopbackServer { _, _ in
      [host.wholeHead(length: host.body.count + 10), .send(host.body)]
    }
    guard case .gaveUp(_, 3, _, _, _) = try fail(server, .quick(retries: 2)) else {
      throw CancellationError()
    }
    #expect(!FileManager.default.fileExists(atPath: place))
  }

  @Test("a length that is too short: the file is not the expected one")
  func claimsTooLittle() throws {
    let host = host
    let server = try LoopbackServer { _, _ in
      [host.wholeHead(length: host.body.count - 10), .send(host.body)]
    }
    #expect(
      try fail(server, .quick())
        == .wrongContent(
          source: server.url("net.pth").absoluteString, expectedPrefix: host.prefix,
          got: SHA256Digest(of: host.body.dropLast(10)), bytes: host.body.count - 10))
    #expect(server.requests.count == 1)
    #expect(names(in: folder.file("cache")) == [])
  }

  @Test("a server that always changes its mind about the range")
  func otherRanges() throws {
    let host = host
    let server = try LoopbackServer { request, number in
      number % 2 == 0
        ? host.answer(request, cutAfter: 1000) : [host.partHead(from: 7), .send(host.body[7...])]
    }
    guard
      case .gaveUp(_, _, "the server sends another part than was asked for", _, _) =
        try fail(server, .quick(retries: 20))
    else { throw CancellationError() }
    #expect(server.requests.count == 8)
  }
}
