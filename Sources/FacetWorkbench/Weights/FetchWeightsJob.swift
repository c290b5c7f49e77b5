import FacetDownload
import FacetFiles
import FacetReport
import FacetZoo
import Foundation

/// `facet weights fetch`: published weights into the cache. The one job that opens a connection.
public struct FetchWeightsJob: Sendable {
  public let weights: PublishedWeights
  private let cache: WeightsCache
  private let source: WeightsSource
  private let options: DownloadOptions

  /// - Parameters:
  ///   - name: the design's name.
  ///   - from: another server's address, or a folder; `nil` for `FACET_WEIGHTS_URL` or torchvision's.
  public init(
    _ name: String, set: String = "imagenet", from: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    options: DownloadOptions = DownloadOptions()
  ) throws {
    weights = try PublishedWeights.named(name, set: set)
    // As from a variable that isn't set: it must not turn into a download from elsewhere.
    if let from, from.isEmpty { throw WorkbenchError.usage("--from names no place") }
    cache = WeightsCache(environment: environment)
    self.options = options
    do {
      source = try WeightsSource(given: from, environment: environment)
    } catch {
      throw WeightsFailure(weights: weights, cache: cache).error(error)
    }
  }

  /// Fetches the file unless it is there; returns what to tell the user.
  public func run(_ progress: Progress) throws -> String {
    let name = weights.architecture
    let receipt: DownloadReceipt
    do {
      receipt = try fetch { Self.tell($0, of: name, to: progress) }
    } catch {
      throw WeightsFailure(weights: weights, cache: cache).error(error)
    }
    return """
      \(name), \(weights.set): \(cache.path(of: weights))
      \(NumberFormat.bytes.string(Double(receipt.bytes))), SHA-256 \(receipt.sha256)\
      \(receipt.newBytes == 0 ? "; it was there already" : "")
      Licence: \(PublishedWeights.licence).
      \(PublishedWeights.terms)
      """
  }

  private func fetch(
    _ report: @escaping (DownloadEvent) -> Void
  ) throws(DownloadError) -> DownloadReceipt {
    let downloader = Downloader(options)
    switch source {
    case .folder(let folder):
      return try downloader.copy(cache.file(weights), fromFolder: folder, report: report)
    case .server(let base):
      let url = base.appendingPathComponent(weights.fileName)
      return try downloader.fetch(cache.file(weights), from: url, report: report)
    }
  }

  private static func tell(_ event: DownloadEvent, of name: String, to progress: Progress) {
    func size(_ bytes: Int) -> String { NumberFormat.bytes.string(Double(bytes)) }
    func seconds(_ value: Double) -> String {
      value < 59.5 ? "\(Int(value.rounded())) s" : NumberFormat.seconds.string(value)
    }
    switch event {
    case .waitingForOtherProcess:
      progress.step("waiting for another process that fetches \(name)", 0)
    case .resuming(let bytes): progress.note("\(name): going on after \(size(bytes))")
    case .received(let received):
      var parts = [size(received.bytes) + (received.total.map { " of \(size($0))" } ?? "")]
      if let rate = received.bytesPerSecond { parts.append("\(size(Int(rate)))/s") }
      if let left = received.secondsLeft {
        parts.append("\(seconds(max(1, left))) left")
      }
      progress.step("\(name): \(parts.joined(separator: ", "))", received.fraction)
    case .retrying(let reason, let attempt, let pause):
      progress.note(
        "\(name): attempt \(attempt) broke off: \(reason). Again in "
          + seconds(Double(pause.components.seconds)))
    case .startingOver(let reason): progress.note("\(name): from the beginning, as \(reason)")
    case .checking(let fraction): progress.step("checking \(name)", fraction)
    }
  }
}
