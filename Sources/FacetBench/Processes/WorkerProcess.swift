import Foundation

/// A worker at work: a process that answers one line for each line it is sent.
public final class WorkerProcess {
  /// For messages.
  public let name: String
  /// How it was started, for messages.
  private let command: [String]
  private let pid: pid_t
  private let input: Int32
  private let output: Int32
  private let errorFile: String
  private var buffer = Data()
  private var hasEnded = false

  /// Starts a worker.
  ///
  /// - Parameters:
  ///   - environment: added to this process's own.
  ///   - errorFile: gets what the worker writes to its error output.
  public init(
    _ name: String, command: [String], environment: [String: String] = [:], errorFile: String
  ) throws(BenchError) {
    self.name = name
    self.command = command
    self.errorFile = errorFile
    // Writing to a worker that has died is an answer that doesn't come, not this process's end.
    signal(SIGPIPE, SIG_IGN)
    var toWorker: [Int32] = [-1, -1]
    var fromWorker: [Int32] = [-1, -1]
    guard pipe(&toWorker) == 0, pipe(&fromWorker) == 0 else {
      for end in toWorker where end >= 0 { close(end) }
      throw .cannotStart(command: name, reason: "no pipe: " + String(cString: strerror(errno)))
    }
    // The next worker must not hold this one's pipes open.
    for end in toWorker + fromWorker { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let errors = open(errorFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { for end in [toWorker[0], fromWorker[1], errors] where end >= 0 { close(end) } }
    (input, output) = (toWorker[1], fromWorker[0])
    do {
      pid = try Children.start(
        command,
        environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new },
        streams: [toWorker[0], fromWorker[1], errors >= 0 ? errors : STDERR_FILENO],
        ownGroup: true)
    } catch {
      close(toWorker[1])
      close(fromWorker[0])
      throw error
    }
  }

  deinit { end() }

  /// Sends a request and waits for its reply. A worker that fails to give one is ended.
  ///
  /// - Parameter limit: seconds to wait at most.
  public func ask(_ request: WorkerRequest, limit: Double) throws(BenchError) -> WorkerReply {
    guard !hasEnded else { throw .ended(worker: name, how: "has ended", words: "") }
    guard let line = try? WorkerLine.data(request), send(line) else { throw stopped() }
    let answer = try receive(until: SuspendingClock.now + .seconds(limit), limit)
    guard let reply = WorkerLine.value(WorkerReply.self, answer) else {
      end()
      let text = String(decoding: answer.prefix(200), as: UTF8.self)
      throw .garbage(worker: name, line: text)
    }
    if let missing = reply.missing, !missing.isEmpty {
      throw .notInstalled(worker: name, packages: missing, python: command.first ?? "python3")
    }
    guard reply.ok else {
      throw .refused(worker: name, reason: reply.error ?? "it gave no reason")
    }
    return reply
  }

  /// Seconds that the worker's threads have computed so far; 0 where the system doesn't say.
  public var computedSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard !hasEnded, clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return 0
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Ends the worker and what it has started; nothing happens when it has ended.
  public func end() { _ = finish(kill: true) }

  private func finish(kill isKilled: Bool) -> Children.Outcome? {
    guard !hasEnded else { return nil }
    hasEnded = true
    if isKilled { kill(-pid, SIGKILL) }
    close(input)
    close(output)
    return Children.wait(for: pid)
  }

  /// The error for a worker whose pipe is closed.
  private func stopped() -> BenchError {
    // One that closed its pipe but goes on would never be waited for to the end.
    var patience = 50
    var information = siginfo_t()
    while patience > 0, !hasEnded {
      information.si_signo = 0
      waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT | WNOHANG)
      if information.si_signo != 0 { break }
      usleep(20_000)
      patience -= 1
    }
    let outcome = finish(kill: information.si_signo == 0)
    return .ended(
      worker: name,
      how: patience == 0 ? "closed its output" : outcome?.words ?? "has ended", words: lastWords)
  }

  /// The last lines of its error output, on one line.
  private var lastWords: String {
    guard let data = FileManager.default.contents(atPath: errorFile) else { return "" }
    let lines = String(decoding: data.suffix(4000), as: UTF8.self).split(separator: "\n")
    return lines.suffix(3).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " | ")
  }

  private func send(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(input, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }

  private func receive(until end: SuspendingClock.Instant, _ limit: Double) throws(BenchError)
    -> Data
  {
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      if let place = buffer.firstIndex(of: 0x0A) {
        let line = Data(buffer[..<place])
        buffer = Data(buffer[(place + 1)...])
        return line
      }
      guard buffer.count <= WorkerLine.limit else {
        self.end()
        throw .garbage(worker: name, line: "a line of over \(WorkerLine.limit) bytes")
      }
      let left = (end - SuspendingClock.now) / .milliseconds(1)
      guard left > 0 else {
        self.end()
        throw .silent(worker: name, seconds: limit)
      }
      var watched = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&watched, 1, Int32(min(left.rounded(.up), 1e6)))
      if ready <= 0 { continue }
      let count = read(output, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw stopped() }
      buffer.append(contentsOf: piece[..<count])
    }
  }
}
