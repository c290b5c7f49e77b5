import FacetDownload
import FacetFiles
import FacetTestSupport
import Foundation
import Synchronization
import Testing

/// What is found beside the place: parts of earlier fetches, of others, and what isn't one.
@Suite("Parts") struct PartTests {
  private let folder: TemporaryFolder
  private let host = HostedFile()
  private let told = Told()

  init() throws {
    folder = try TemporaryFolder()
    try AtomicFile.makeDirectory(folder.file("cache"))
  }

  private var place: String { folder.file("cache/net.pth") }
  private var part: String { place + ".part" }

  private func goodServer() throws -> LoopbackServer {
    let host = host
    return try LoopbackServer { request, _ in host.answer(request) }
  }

  private func record(
    _ url: URL, total: Int? = nil, tag: String = "\"v1\""
  ) throws -> Data {
    try JSONEncoder().encode(
      ResumeRecord(
        url: url.absoluteString, entityTag: tag, lastModified: nil, total: total))
  }

  private func fetch(
    _ server: LoopbackServer, _ options: DownloadOptions = .quick()
  ) throws -> DownloadReceipt {
    try Downloader(options).fetch(
      host.target(in: folder), from: server.url("net.pth"), report: told.report)
  }

  @Test("a part that another process left is gone on with")
  func left() throws {
    let server = try goodServer()
    try AtomicFile.write(host.body.prefix(1234), to: part)
    try AtomicFile.write(record(server.url("net.pth"), total: host.body.count), to: part + ".json")
    #expect(try fetch(server).newBytes == host.body.count - 1234)
    #expect(server.requests.map(\.offset) == [1234])
    #expect(bytes(place) == host.body)
    #expect(names(in: folder.file("cache")) == ["net.pth"])
  }

  @Test("a part that lacks only its name: nothing is asked for")
  func complete() throws {
    let server = try goodServer()
    try AtomicFile.write(host.body, to: part)
    try AtomicFile.write(record(server.url("net.pth"), total: host.body.count), to: part + ".json")
    #expect(try fetch(server).newBytes == 0)
    #expect(server.requests.isEmpty)
    #expect(bytes(place) == host.body)
  }

  @Test(
    "a part that can't be used is begun anew",
    arguments: ["none", "damaged", "elsewhere", "too large", "control characters"])
  func useless(kind: String) throws {
    let server = try goodServer()
    let url = server.url("net.pth")
    try AtomicFile.write(host.body.prefix(1234), to: part)
    switch kind {
    case "damaged": try AtomicFile.write("{\"url\": ", to: part + ".json")
    case "elsewhere": try AtomicFile.write(record(server.url("other.pth")), to: part + ".json")
    case "too large": try AtomicFile.write(record(url, total: 1000), to: part + ".json")
    case "control characters":
      try AtomicFile.write(record(url, tag: "\"x\"\r\nCookie: a=b"), to: part + ".json")
    default: break
    }
    _ = try fetch(server)
    #expect(server.requests.map(\.range) == [nil])
    #expect(server.requests[0].fields["cookie"] == nil)
    #expect(told.restarts.count == 1)
    #expect(bytes(place) == host.body)
    #expect(names(in: folder.file("cache")) == ["net.pth"])
  }

  @Test("a part with wrong bytes, as after a power failure, costs one new beginning")
  func wrongBytes() throws {
    let server = try goodServer()
    try AtomicFile.write(Data(count: 5000), to: part)
    try AtomicFile.write(record(server.url("net.pth"), total: host.body.count), to: part + ".json")
    _ = try fetch(server)
    #expect(server.requests.map(\.offset) == [5000, nil])
    #expect(bytes(place) == host.body)
  }

  @Test("the record says whose bytes they are before there are any")
  func recordComesFirst() throws {
    let host = host
    let part = part
    let found = Mutex<[(Int, Bool)]>([])
    let server = try LoopbackServer { request, _ in host.answer(request) }
    try Downloader(.quick()).fetch(host.target(in: folder), from: server.url("net.pth")) { event in
      guard case .received = event else { return }
      let record = bytes(part + ".json").flatMap {
        try? JSONDecoder().decode(ResumeRecord.self, from: $0)
      }
      let expected = ResumeRecord(
        url: server.url("net.pth").absoluteString, entityTag: host.entityTag,
        lastModified: host.lastModified, total: host.body.count)
      found.withLock { $0.append((bytes(part)?.count ?? -1, record == expected)) }
    }
    let states = found.withLock { $0 }
    #expect(states.first?.0 == 0)
    #expect(states.allSatisfy { $0.1 })
  }

  @Test("two at once: one fetches, the other waits and finds the file")
  func twoAtOnce() async throws {
    let host = host
    let release = DispatchSemaphore(value: 0)
    let server = try LoopbackServer { request, _ in
      release.wait()
      return host.answer(request)
    }
    let target = host.target(in: folder)
    let url = server.url("net.pth")
    let receipts = try await withThrowingTaskGroup(of: DownloadReceipt.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try await onThread {
            try Downloader(.quick()).fetch(target, from: url) { event in
              // The server answers once the other one waits.
              if event == .waitingForOtherProcess { release.signal() }
            }
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(receipts.map(\.newBytes).sorted() == [0, host.body.count])
    #expect(server.requests.count == 1)
    #expect(bytes(place) == host.body)
    #expect(names(in: folder.file("cache")) == ["net.pth"])
  }

  @Test("a part that another process holds for too long is left alone")
  func held() throws {
    let server = try goodServer()
    try AtomicFile.write(host.body.prefix(1000), to: part)
    let descriptor = open(part, O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    defer { close(descriptor) }
    var options = DownloadOptions.quick()
    options.otherProcessTimeout = .milliseconds(50)
    let target = host.target(in: folder)
    let error = try failure { () throws(DownloadError) in
      try Downloader(options).fetch(target, from: server.url("net.pth"), report: told.report)
    }
    #expect(error == .busy(part: part))
    #expect(told.events == [.waitingForOtherProcess])
    #expect(bytes(part) == host.body.prefix(1000))
    #expect(server.requests.isEmpty)
  }

  @Test("a link is not written through")
  func link() throws {
    let server = try goodServer()
    try AtomicFile.write("mine", to: folder.file("precious"))
    try FileManager.default.createSymbolicLink(
      atPath: part, withDestinationPath: folder.file("precious"))
    let target = host.target(in: folder)
    let error = try failure { () throws(DownloadError) in
      try Downloader(.quick()).fetch(target, from: server.url("net.pth"))
    }
    #expect(error == .file(.notWritable(path: part, reason: "it is a link; remove it")))
    #expect(bytes(folder.file("precious")) == Data("mine".utf8))
  }

  @Test("folders in the way", arguments: ["cache/net.pth", "cache/net.pth.part"])
  func folders(name: String) throws {
    let server = try goodServer()
    try AtomicFile.makeDirectory(folder.file(name))
    let target = host.target(in: folder)
    let error = try failure { () throws(DownloadError) in
      try Downloader(.quick()).fetch(target, from: server.url("net.pth"))
    }
    guard case .file = error else { throw error }
    #expect(error.description.contains(name))
    #expect(server.requests.isEmpty)
  }
}

/// Runs what blocks on a thread of its own.
private func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
  }
}
