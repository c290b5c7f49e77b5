import Foundation

/// How patient a download is.
public struct DownloadOptions: Sendable {
  /// The longest wait for a connection and the first bytes of an answer.
  public var answerTimeout: Duration = .seconds(30)
  /// The longest time without a single byte once an answer has begun.
  public var stallTimeout: Duration = .seconds(30)
  /// How often a broken transfer is tried again, counted anew after ``progressThatCounts``.
  public var retries = 5
  /// Bytes more than ever before after which a connection isn't called hopeless.
  public var progressThatCounts = 4 << 20
  /// The pause before the first retry; each next one is twice as long.
  public var firstPause: Duration = .seconds(1)
  public var longestPause: Duration = .seconds(30)
  /// The longest pause that a server may ask for with `Retry-After`; beyond it the fetch ends.
  public var longestRequestedPause: Duration = .seconds(120)
  /// How long to wait for another process that fetches the same file.
  public var otherProcessTimeout: Duration = .seconds(3600)
  /// Bytes that may wait in memory, beside those being written, for a slow disk before the transfer is
  /// broken off and resumed.
  public var backlogLimit = 64 << 20
  /// Free bytes for a file at a path; `nil` when the system doesn't say.
  package var freeSpace: @Sendable (String) -> Int? = { DiskSpace.free(at: $0) }

  public init() {}

  /// The pause before retry `number`, which counts from 1.
  package func pause(before number: Int) -> Duration {
    var pause = firstPause
    var left = number
    while left > 1, pause < longestPause {
      pause = pause * 2
      left -= 1
    }
    return min(pause, longestPause)
  }
}

/// Room on a disk.
enum DiskSpace {
  /// Bytes that this user may still write to the file system of `folder`.
  static func free(at folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = UInt64(status.f_bavail)
      .multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? Int.max : Int(clamping: bytes)
  }
}

extension Duration {
  /// In seconds.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
