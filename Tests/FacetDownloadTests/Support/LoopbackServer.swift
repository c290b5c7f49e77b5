import Foundation
import Synchronization

/// A request as a server saw it.
struct SeenRequest: Sendable {
  let line: String
  /// Names in lower case.
  let fields: [String: String]

  var range: String? { fields["range"] }

  /// The first byte of `Range: bytes=N-`.
  var offset: Int? {
    range.flatMap { $0.firstMatch(of: /^bytes=(\d+)-$/)?.1 }.flatMap { Int($0) }
  }
}

/// What a server does with a connection after it has read the request, step by step; then it closes.
enum ServerStep: Sendable {
  case send(Data)
  /// Says nothing more until the client goes away or the server is stopped.
  case hold
  /// Breaks the connection off hard (RST).
  case reset

  static func send(_ text: String) -> ServerStep { .send(Data(text.utf8)) }
}

/// A server on this machine that behaves as badly as a test wants, with plain sockets.
final class LoopbackServer: Sendable {
  typealias Behaviour = @Sendable (_ request: SeenRequest, _ number: Int) -> [ServerStep]

  struct Failure: Error {
    let call: String
    let number: Int32
  }

  let port: UInt16
  private let listener: Int32
  private let behaviour: Behaviour
  private let seen = Mutex<[SeenRequest]>([])
  private let served = Mutex(0)
  private let isStopped = Mutex(false)

  /// - Parameter behaviour: gets the requests with their numbers, from 0.
  init(_ behaviour: @escaping Behaviour) throws {
    // A proxy that the machine uses must not get what is meant for this server.
    setenv("no_proxy", "127.0.0.1,localhost", 1)
    self.behaviour = behaviour
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw Failure(call: "socket", number: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard bound else { throw Failure(call: "bind", number: errno) }
    Thread.detachNewThread { [weak self] in
      while self.map({ !$0.hasStopped }) ?? false {
        guard Self.isReady(descriptor, milliseconds: 50) else { continue }
        let client = accept(descriptor, nil, nil)
        guard client >= 0, let self else { break }
        Thread.detachNewThread { self.serve(client) }
      }
      close(descriptor)
    }
  }

  deinit { stop() }

  func stop() { isStopped.withLock { $0 = true } }

  private var hasStopped: Bool { isStopped.withLock { $0 } }

  var base: URL { URL(string: "http://127.0.0.1:\(port)/models") ?? URL(fileURLWithPath: "/") }

  func url(_ name: String) -> URL { base.appendingPathComponent(name) }

  /// All requests until now.
  var requests: [SeenRequest] { seen.withLock { $0 } }

  /// Connections that are over, by whoever ended them.
  var ended: Int { served.withLock { $0 } }

  private func serve(_ client: Int32) {
    defer {
      close(client)
      served.withLock { $0 += 1 }
    }
    guard let request = readHead(client) else { return }
    let number = seen.withLock { seen in
      seen.append(request)
      return seen.count - 1
    }
    for step in behaviour(request, number) {
      switch step {
      case .send(let data): guard send(data, to: client) else { return }
      case .hold: hold(client)
      case .reset:
        // What was sent must have been read, or it is lost with the connection.
        usleep(100_000)
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
          client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        return
      }
    }
    // Closing while the request is unread would reset the connection.
    shutdown(client, Int32(SHUT_WR))
  }

  private func readHead(_ client: Int32) -> SeenRequest? {
    var head = Data()
    while head.range(of: Data("\r\n\r\n".utf8)) == nil {
      guard Self.isReady(client, milliseconds: 50) else {
        if hasStopped { return nil }
        continue
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0, head.count < 1 << 16 else { return nil }
      head.append(contentsOf: buffer[..<count])
      // A client that begins with TLS won't say more until it is answered.
      if head.first == 0x16 { return SeenRequest(line: "TLS", fields: [:]) }
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return SeenRequest(line: lines[0], fields: fields)
  }

  private func send(_ data: Data, to client: Int32) -> Bool {
    var done = 0
    while done < data.count {
      let sent = data.withUnsafeBytes { buffer in
        Glibc.send(
          client, buffer.baseAddress.map { $0 + done }, buffer.count - done,
          Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      done += sent
    }
    return true
  }

  private func hold(_ client: Int32) {
    while !hasStopped {
      guard Self.isReady(client, milliseconds: 50) else { continue }
      var byte: UInt8 = 0
      if recv(client, &byte, 1, 0) <= 0 { return }
    }
  }

  private static func isReady(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }
}
