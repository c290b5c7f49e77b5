import Foundation

/// A program as a cold process: started, and waited for.
///
/// The worker that does this is small: a process's peak memory as the kernel gives it is never less
/// than that of the one that started it.
struct ProcessSubject: Subject {
  let command: [String]
  let numbersCommand: [String]?
  let numbers: String?
  var peakKB: Int?

  init(_ load: WorkerLoad) throws(BenchError) {
    guard let command = load.command else {
      throw .refused(worker: "facet", reason: "no command to start was given")
    }
    self.command = command
    numbersCommand = load.numbersCommand
    numbers = load.numbers
  }

  mutating func run() throws -> Timing {
    let start = SuspendingClock.now
    let outcome = try Self.finished(command)
    let wall = (SuspendingClock.now - start) / .seconds(1)
    peakKB = max(peakKB ?? 0, outcome.peakKB)
    return Timing(wall: wall, user: outcome.userSeconds)
  }

  func arrays(in folder: String) throws -> [String: String] {
    guard let numbersCommand, let numbers else { return [:] }
    _ = try Self.finished(numbersCommand)
    return ["map": numbers]
  }

  /// Starts a command and waits. It reads nothing, and what it writes goes to the error output.
  private static func finished(_ command: [String]) throws(BenchError) -> Children.Outcome {
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { if nothing >= 0 { close(nothing) } }
    let pid = try Children.start(
      command, environment: ProcessInfo.processInfo.environment,
      streams: [nothing, STDERR_FILENO, STDERR_FILENO], ownGroup: false)
    let outcome = Children.wait(for: pid)
    guard outcome.isSuccess else {
      throw .refused(
        worker: command.prefix(2).joined(separator: " "), reason: "it \(outcome.words)")
    }
    return outcome
  }
}
