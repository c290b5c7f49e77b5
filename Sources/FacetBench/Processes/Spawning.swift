import Foundation
import Synchronization

/// Programs that were started and not yet waited for.
public enum Children {
  private static let groups = Mutex<Set<pid_t>>([])

  /// Ends every worker and what it has started: for an interrupted run.
  public static func endAll() {
    groups.withLock { for group in $0 { kill(-group, SIGKILL) } }
  }

  /// How a program ended, and what it took.
  struct Outcome {
    let status: Int32
    let userSeconds: Double
    /// The largest resident memory in kB.
    let peakKB: Int

    /// Whether it ended by itself and said that all went well.
    var isSuccess: Bool { status == 0 }

    /// In words: `exited with 3`, `was ended by signal 9`.
    var words: String {
      status & 0x7F == 0
        ? "exited with \((status >> 8) & 0xFF)" : "was ended by signal \(status & 0x7F)"
    }
  }

  /// Starts a program, looked for on the PATH.
  ///
  /// - Parameters:
  ///   - streams: its standard input, output and error.
  ///   - ownGroup: whether it heads a process group, so that what it starts can be ended with it.
  static func start(
    _ command: [String], environment: [String: String], streams: [Int32], ownGroup: Bool
  ) throws(BenchError) -> pid_t {
    guard let program = command.first else {
      throw .cannotStart(command: "", reason: "no program is named")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    // What this process ignores (an interruption it handles itself) a child shouldn't.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    if ownGroup { flags |= Int32(POSIX_SPAWN_SETPGROUP) }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var arguments = command.map { strdup($0) } + [nil]
    var variables =
      environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var pid: pid_t = 0
    // The lock is held until the group is known, so that an interruption can't miss it.
    let code = groups.withLock { groups in
      let code = posix_spawnp(&pid, program, &actions, &attributes, &arguments, &variables)
      if code == 0, ownGroup { groups.insert(pid) }
      return code
    }
    guard code == 0 else {
      throw .cannotStart(
        command: command.joined(separator: " "), reason: String(cString: strerror(code)))
    }
    return pid
  }

  /// Waits until a program has ended.
  static func wait(for pid: pid_t) -> Outcome {
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    // Only now does its number become free, under the lock: nobody is ended in its place.
    return groups.withLock { groups in
      var status: Int32 = 0
      var usage = rusage()
      wait4(pid, &status, 0, &usage)
      groups.remove(pid)
      let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
      return Outcome(status: status, userSeconds: user, peakKB: Int(usage.ru_maxrss))
    }
  }
}
