/// What a download tells while it runs, from the thread that called it.
public enum DownloadEvent: Sendable, Equatable {
  /// Another process fetches the same file; this one waits for it.
  case waitingForOtherProcess
  /// The transfer goes on where an earlier one broke off, with so many bytes there already.
  case resuming(at: Int)
  /// At most ten times a second.
  case received(DownloadProgress)
  /// A transfer broke off; the next attempt comes after `pause`.
  case retrying(reason: String, attempt: Int, pause: Duration)
  /// What was there can't be used; the file is fetched from its beginning.
  case startingOver(reason: String)
  /// The digest is computed; the fraction of the file that is done.
  case checking(fraction: Double)
}

/// How far a download is.
public struct DownloadProgress: Sendable, Equatable {
  /// Bytes on the disk, those of earlier attempts too.
  public let bytes: Int
  /// The file's size, when the server told it.
  public let total: Int?
  /// Over the last ten seconds; `nil` in the first moments.
  public let bytesPerSecond: Double?

  package init(bytes: Int, total: Int?, bytesPerSecond: Double?) {
    self.bytes = bytes
    self.total = total
    self.bytesPerSecond = bytesPerSecond
  }

  /// In [0, 1]; 0 when the size isn't known.
  public var fraction: Double {
    guard let total, total > 0 else { return 0 }
    return min(1, Double(bytes) / Double(total))
  }

  /// What remains at this rate, in seconds.
  public var secondsLeft: Double? {
    guard let total, let bytesPerSecond, bytesPerSecond > 0 else { return nil }
    return Double(max(0, total - bytes)) / bytesPerSecond
  }
}

/// The rate of a transfer over its last ten seconds.
package struct TransferRate {
  private struct Sample {
    let seconds: Double
    let bytes: Int
  }

  private var samples: [Sample] = []
  private let window: Double

  package init(window: Double = 10) { self.window = window }

  /// Notes that `bytes` were there at a time, in seconds from anywhere; times must not fall.
  package mutating func add(bytes: Int, at seconds: Double) {
    samples.append(Sample(seconds: seconds, bytes: bytes))
    // The last sample before the window stays: the rate is over the whole of it.
    while samples.count > 2, samples[1].seconds <= seconds - window { samples.removeFirst() }
  }

  /// `nil` before a fifth of a second has passed.
  package var bytesPerSecond: Double? {
    guard let first = samples.first, let last = samples.last, last.seconds - first.seconds >= 0.2
    else { return nil }
    return Double(last.bytes - first.bytes) / (last.seconds - first.seconds)
  }
}
