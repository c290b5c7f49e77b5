import FacetDownload
import Foundation
import Synchronization
import Testing

extension DownloadOptions {
  /// Long waits for what must come, short pauses between attempts.
  static func quick(retries: Int = 5) -> DownloadOptions {
    var options = DownloadOptions()
    options.retries = retries
    options.firstPause = .milliseconds(1)
    options.longestPause = .milliseconds(4)
    options.answerTimeout = .seconds(60)
    options.stallTimeout = .seconds(60)
    return options
  }

  /// A server's silence is soon noticed.
  static func impatient(retries: Int) -> DownloadOptions {
    var options = quick(retries: retries)
    options.stallTimeout = .milliseconds(300)
    return options
  }
}

/// What a download told.
final class Told: Sendable {
  private let stored = Mutex<[DownloadEvent]>([])

  var events: [DownloadEvent] { stored.withLock { $0 } }

  var report: @Sendable (DownloadEvent) -> Void {
    { [self] event in stored.withLock { $0.append(event) } }
  }

  var retries: Int {
    events.filter { if case .retrying = $0 { true } else { false } }.count
  }

  var restarts: [String] {
    events.compactMap { if case .startingOver(let reason) = $0 { reason } else { nil } }
  }
}

/// The download error of a call that must fail.
func failure(
  at location: SourceLocation = #_sourceLocation, _ call: () throws(DownloadError) -> Void
) throws -> DownloadError {
  do {
    try call()
  } catch {
    return error
  }
  Issue.record("nothing was thrown", sourceLocation: location)
  throw CancellationError()
}

/// What lies in a folder, hidden files too; nothing when there is no folder.
func names(in folder: String) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}

func bytes(_ path: String) -> Data? { try? Data(contentsOf: URL(fileURLWithPath: path)) }
