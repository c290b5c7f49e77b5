import FacetTestSupport
import Foundation
import Synchronization
import Testing

/// `facet weights`, with servers on this machine only. The published files can't be had here, so no
/// fetch of these ends well; FacetDownload's own tests have those that do.
@Suite("Fetching weights", .serialized) struct FetchWeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var cache: String { folder.file("cache") }
  private var place: String { cache + "/resnet18-f37072fd.pth" }
  private var part: String { place + ".part" }

  /// A run of the program with variables of the test's own, perhaps through a shell.
  private func start(
    _ arguments: [String], _ variables: [String: String] = [:], shell: String? = nil
  ) throws -> Process {
    let process = Process()
    let program = try FacetProgram.path()
    process.executableURL = URL(fileURLWithPath: shell == nil ? program : "/bin/sh")
    process.arguments = (shell.map { ["-c", $0, program] } ?? []) + arguments
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "LANG": "C.UTF-8",
      "HOME": folder.file("home"), "FACET_CACHE": cache,
    ].merging(variables) { $1 }
    for name in ["output", "errors"] { try write("", to: folder.file(name)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(
      forWritingTo: URL(fileURLWithPath: folder.file("output")))
    process.standardError = try FileHandle(
      forWritingTo: URL(fileURLWithPath: folder.file("errors")))
    try process.run()
    return process
  }

  private func end(_ process: Process) throws -> FacetProgram.Outcome {
    process.waitUntilExit()
    let status = process.terminationStatus
    return FacetProgram.Outcome(
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: try text(folder.file("output")), errors: try text(folder.file("errors")))
  }

  private func run(
    _ arguments: String..., variables: [String: String] = [:], shell: String? = nil
  ) throws -> FacetProgram.Outcome {
    try end(start(["weights"] + arguments, variables, shell: shell))
  }

  @Test("the list names every file, and what is there of it")
  func list() throws {
    try write("x", to: cache + "/vgg16-397923af.pth")
    try write(Data(count: 2_000_000), to: part)
    let outcome = try run("list")
    #expect(outcome.status == 0 && outcome.errors == "")
    func row(_ name: String) -> Substring {
      outcome.output.split(separator: "\n").first { $0.hasPrefix(name + " ") } ?? ""
    }
    #expect(row("vgg16").contains(/\svgg16-397923af.pth +yes$/))
    #expect(row("resnet18").contains(/\s46.8 MB .* resnet18-f37072fd.pth +2.0 MB of it$/))
    #expect(row("alexnet").contains(/\salexnet-owt-7be5be79.pth +no$/))
    #expect(outcome.output.contains("BSD-3-Clause"))
    #expect(outcome.output.contains("\nFolder: \(cache)\n"))
  }

  @Test("where the cache is")
  func folders() throws {
    for (variables, expected) in [
      (["FACET_CACHE": "", "XDG_CACHE_HOME": "/xdg"], "/xdg/facet/weights"),
      (["FACET_CACHE": "", "XDG_CACHE_HOME": "xdg"], folder.file("home/.cache/facet/weights")),
      (["FACET_CACHE": ""], folder.file("home/.cache/facet/weights")),
    ] {
      #expect(try run("list", variables: variables).output.contains("Folder: \(expected)\n"))
    }
  }

  @Test("checking: nothing there, a damaged file, and one that was named and isn't there")
  func verify() throws {
    #expect(try run("verify").status == 0)
    try write("damaged", to: place)
    for name in [[], ["resnet18"]] {
      let outcome = try end(start(["weights", "verify"] + name))
      #expect(outcome.status == 65)
      // SHA-256 of "damaged", by sha256sum.
      #expect(outcome.output.contains(/resnet18 +corrupt +41f0c27c +f37072fd/))
      #expect(outcome.errors.contains("\(place): not what was published"))
    }
    #expect(try text(place) == "damaged")
    let missing = try run("verify", "vgg16")
    #expect(missing.status == 66 && missing.output.contains(/vgg16 +missing/))
  }

  @Test("names and places that can't be meant")
  func usage() throws {
    let name = try run("fetch", "resnet19")
    #expect(name.status == 64 && name.errors.contains("did you mean 'resnet18'?"))
    let address = try run("fetch", "resnet18", "--from", "http://mirror.invalid/models")
    #expect(address.status == 64 && address.errors.contains("over https only"))
    #expect(address.errors.contains("resnet18-f37072fd.pth"))
    let nowhere = try run("fetch", "resnet18", "--from", "")
    #expect(nowhere.status == 64 && nowhere.errors.contains("--from names no place"))
    #expect(!FileManager.default.fileExists(atPath: cache))
  }

  @Test("a folder with another file under the name")
  func wrongFolder() throws {
    try write("other", to: folder.file("disk/resnet18-f37072fd.pth"))
    let outcome = try run("fetch", "resnet18", "--from", folder.file("disk"))
    #expect(outcome.status == 65 && outcome.errors.contains("must begin with f37072fd"))
    #expect(try names(in: cache) == [])
    let none = try run("fetch", "vgg16", variables: ["FACET_WEIGHTS_URL": folder.file("disk")])
    #expect(none.status == 66)
    #expect(none.errors.contains(folder.file("disk/vgg16-397923af.pth: no such file")))
  }

  @Test("nobody answers: what else can be done is said")
  func nobody() throws {
    let outcome = try run("fetch", "resnet18", "--from", "http://127.0.0.1:1/models")
    #expect(outcome.status == 66 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: http://127.0.0.1:1/models/resnet18-f37072fd.pth"))
    #expect(outcome.errors.contains("--from PLACE") && outcome.errors.contains(cache))
  }

  @Test("a log-in page instead of the file")
  func page() throws {
    let server = try OneAnswerServer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nHi!\n")
    let outcome = try run("fetch", "resnet18", "--from", server.base)
    #expect(outcome.status == 65 && outcome.errors.contains("the server offers 4 bytes"))
    #expect(try names(in: cache) == [])
  }

  @Test("stopped in the middle: the part stays, and the next run goes on", arguments: [2, 9, 15])
  func stopped(signal: Int32) throws {
    let bytes = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    let server = try OneAnswerServer(
      "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 46830453\r\n\r\n", bytes)
    let process = try start(["weights", "fetch", "resnet18", "--from", server.base])
    var waits = 0
    while (try? Data(contentsOf: URL(fileURLWithPath: part)).count) != bytes.count, waits < 6000 {
      usleep(10_000)
      waits += 1
    }
    kill(process.processIdentifier, signal)
    #expect(try end(process).status == 128 + signal)
    #expect(try Data(contentsOf: URL(fileURLWithPath: part)) == bytes)
    server.answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
    let next = try run("fetch", "resnet18", "--from", server.base)
    #expect(next.status == 66 && next.errors.contains("HTTP 404"))
    #expect(server.heads.count == 2)
    #expect(server.heads.last?.contains("\r\nRange: bytes=1000000-\r\n") == true)
    #expect(server.heads.last?.contains("\r\nIf-Range: \"v1\"\r\n") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: part)) == bytes)
  }

  @Test("a file system that takes no more: what is there is kept")
  func full() throws {
    let server = try OneAnswerServer(
      "HTTP/1.1 200 OK\r\nContent-Length: 46830453\r\n\r\n", Data(count: 2_000_000))
    // Blocks of 512 bytes; the signal that would end the program is ignored.
    let outcome = try run(
      "fetch", "resnet18", "--from", server.base,
      shell: "trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\"")
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("\(part) can't be written: File too large"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: part)) == Data(count: 512_000))
  }

  @Test("a proxy is asked when there is one")
  func proxy() throws {
    let server = try OneAnswerServer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
    let outcome = try run(
      "fetch", "resnet18", "--from", "http://127.0.0.1:1/models",
      variables: ["http_proxy": "http://127.0.0.1:\(server.port)"])
    #expect(outcome.errors.contains("HTTP 404"))
    #expect(
      server.heads.first?.hasPrefix("GET http://127.0.0.1:1/models/resnet18-f37072fd.pth ") == true)
  }
}

/// A server that gives everyone the same bytes and then says nothing more.
private final class OneAnswerServer: Sendable {
  struct Failure: Error {}

  let port: UInt16
  private let listener: Int32
  private let reply: Mutex<Data>
  private let seen = Mutex<[String]>([])

  var base: String { "http://127.0.0.1:\(port)/models" }
  /// The requests' heads.
  var heads: [String] { seen.withLock { $0 } }

  init(_ head: String, _ body: Data = Data()) throws {
    reply = Mutex(Data(head.utf8) + body)
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    listener = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let works = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard works else { throw Failure() }
    Thread.detachNewThread { [weak self] in
      // Ends when the listener is shut down.
      while case let client = accept(descriptor, nil, nil), client >= 0 {
        guard let self else { break }
        Thread.detachNewThread { self.serve(client) }
      }
      close(descriptor)
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// What is answered from now on.
  func answer(_ text: String) { reply.withLock { $0 = Data(text.utf8) } }

  private func serve(_ client: Int32) {
    defer { close(client) }
    var head = Data()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while head.range(of: Data("\r\n\r\n".utf8)) == nil {
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      head.append(contentsOf: buffer[..<count])
    }
    seen.withLock { $0.append(String(decoding: head, as: UTF8.self)) }
    let data = reply.withLock { $0 }
    var done = 0
    while done < data.count {
      let sent = data.withUnsafeBytes {
        send(client, $0.baseAddress.map { $0 + done }, data.count - done, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return }
      done += sent
    }
    // Until the client goes away.
    while recv(client, &buffer, buffer.count, 0) > 0 {}
  }
}
