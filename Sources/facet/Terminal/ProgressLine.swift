import FacetWorkbench
import Foundation
import Synchronization

/// One line of progress on standard error, drawn over itself; nothing when that is no terminal.
final class ProgressLine: Sendable {
  static let shared = ProgressLine()

  private struct State {
    var phase = ""
    var drawn = ContinuousClock.now - .seconds(1)
    var isOpen = false
  }

  private let state = Mutex(State())
  private let isTerminal = isatty(STDERR_FILENO) == 1

  /// The progress that jobs report to.
  ///
  /// - Parameter notes: whether lines worth keeping are printed; only on a terminal.
  func progress(notes: Bool = false) -> FacetWorkbench.Progress {
    FacetWorkbench.Progress { [self] event in
      guard isTerminal else { return }
      switch event {
      case .step(let phase, let fraction): draw(phase, fraction)
      case .note(let text):
        guard notes else { return }
        finish()
        write(text + "\n")
      }
    }
  }

  private func draw(_ phase: String, _ fraction: Double) {
    state.withLock { state in
      let now = ContinuousClock.now
      // Ten lines a second are enough for eyes; a phase's beginning is always shown.
      guard phase != state.phase || fraction >= 1 || now - state.drawn > .milliseconds(100) else {
        return
      }
      (state.phase, state.drawn, state.isOpen) = (phase, now, true)
      let width = 28
      let filled = Int((min(max(fraction, 0), 1) * Double(width)).rounded())
      let bar =
        String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      let percent = "\(Int((100 * min(max(fraction, 0), 1)).rounded()))"
      let padded = String(repeating: " ", count: 3 - percent.count) + percent
      write("\r\u{1B}[K\(bar) \(padded) %  \(phase)")
    }
  }

  /// Clears the line, before anything else is printed.
  func finish() {
    state.withLock { state in
      guard state.isOpen else { return }
      state.isOpen = false
      write("\r\u{1B}[K")
    }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
