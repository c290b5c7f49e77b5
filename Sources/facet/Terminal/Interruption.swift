@preconcurrency import Dispatch
import FacetWorkbench
import Foundation

/// Ctrl-C and termination: what a job has half written is removed before the program ends.
enum Interruption {
  private static let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      FileHandle.standardError.write(Data("\nStopped; no output is left half-written.\n".utf8))
      OutputFolder.removeUnfinishedAndExit(128 + number)
    }
    return source
  }

  static func removeUnfinishedOutput() {
    for source in sources { source.resume() }
  }
}
