import FacetWorkbench
import Foundation
import Synchronization

/// One line of progress on standard error, drawn over itself; nothing when that is no terminal.
final class ProgressLine: Sendable {
  static let shared = ProgressLine()

  private struct State {
    var phase = ""
    var fraction = 0.0
    var detail = ""
    var drawn = ContinuousClock.now - .seconds(1)
    var isOpen = false
  }

  private let state = Mutex(State())
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private static let barWidth = 28

  /// The progress that jobs report to.
  ///
  /// - Parameter notes: whether lines worth keeping are printed; only on a terminal.
  func progress(notes: Bool = false) -> FacetWorkbench.Progress {
    guard isTerminal else { return .silent }
    return FacetWorkbench.Progress { [self] event in
      switch event {
      case .step(let phase, let fraction, let detail): draw(phase, fraction, detail)
      case .detail(let detail): draw(detail: detail)
      case .note(let text):
        guard notes else { return }
        finish()
        write(text + "\n")
      }
    }
  }

  private func draw(_ phase: String, _ fraction: Double, _ detail: String) {
    state.withLock { state in
      // A phase's beginning and its end are always shown.
      let isNew = phase != state.phase || fraction >= 1
      (state.phase, state.fraction, state.detail) = (phase, min(max(fraction, 0), 1), detail)
      draw(&state, inAnyCase: isNew)
    }
  }

  private func draw(detail: String) {
    state.withLock { state in
      state.detail = detail
      draw(&state, inAnyCase: false)
    }
  }

  private func draw(_ state: inout State, inAnyCase: Bool) {
    let now = ContinuousClock.now
    // Ten lines a second are enough for eyes.
    guard inAnyCase || now - state.drawn > .milliseconds(100) else { return }
    (state.drawn, state.isOpen) = (now, true)
    let filled = Int((state.fraction * Double(Self.barWidth)).rounded())
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Self.barWidth - filled)
    let percent = "\(Int((100 * state.fraction).rounded()))"
    let padded = String(repeating: " ", count: 3 - percent.count) + percent
    let text = state.detail.isEmpty ? state.phase : "\(state.phase) \(state.detail)"
    // A line that wraps can't be drawn over.
    write("\r\u{1B}[K" + "\(bar) \(padded) %  \(text)".prefix(Self.columns - 1))
  }

  /// Clears the line, before anything else is printed.
  func finish() {
    state.withLock { state in
      guard state.isOpen else { return }
      state.isOpen = false
      write("\r\u{1B}[K")
    }
  }

  /// The terminal's width now; 80 where it doesn't say.
  private static var columns: Int {
    var size = winsize()
    let known = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return known ? Int(size.ws_col) : 80
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
