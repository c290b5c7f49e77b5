@preconcurrency import Dispatch
import FacetBench
import Foundation
import Synchronization

/// One line of progress on standard error, drawn over itself; nothing when that is no terminal.
final class ProgressText: Sendable {
  static let shared = ProgressText()

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let isOpen = Mutex(false)

  func show(_ text: String) {
    guard isTerminal else { return }
    isOpen.withLock { $0 = true }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  /// Clears the line, before anything else is printed.
  func clear() {
    isOpen.withLock { isOpen in
      if isOpen { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
      isOpen = false
    }
  }
}

/// Ctrl-C and termination: workers and files go before the program ends; rows that are done stay.
enum Interruption {
  private static let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      ProgressText.shared.clear()
      FileHandle.standardError.write(Data("Stopped; rows that were done are kept.\n".utf8))
      Children.endAll()
      Workspace.removeAll()
      _exit(128 + number)
    }
    return source
  }

  static func endChildren() {
    for source in sources { source.resume() }
  }
}
