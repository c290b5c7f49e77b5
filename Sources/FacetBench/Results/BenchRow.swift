/// One line of the table: Facet and one peer, or Facet alone.
public struct BenchRow: Equatable, Codable, Sendable {
  public enum Status: String, Codable, Sendable {
    case measured
    /// Both were measured, and their numbers differ.
    case disagrees
    /// The peer isn't installed, or a program isn't there.
    case skipped
    case failed
  }

  public var key: RowKey
  public var status: Status
  /// Why a row was skipped or failed.
  public var reason: String?
  /// Facet's first; then the peer's, one for each of its variants.
  public var sides: [BenchSide]
  public var agreement: [Agreement]
  /// Of one call of Facet's first side; `nil` where that is no sensible number.
  public var multiplyAdds: Int?
  /// The layer that maps are of.
  public var layer: String?
  public var start: MachineState
  public var end: MachineState

  public init(
    key: RowKey, status: Status = .measured, reason: String? = nil, sides: [BenchSide] = [],
    agreement: [Agreement] = [], multiplyAdds: Int? = nil, layer: String? = nil,
    start: MachineState, end: MachineState
  ) {
    self.key = key
    self.status = status
    self.reason = reason
    self.sides = sides
    self.agreement = agreement
    self.multiplyAdds = multiplyAdds
    self.layer = layer
    self.start = start
    self.end = end
  }

  /// Facet's side.
  public var facet: BenchSide? { sides.first }

  /// The peer's best variant: the one with the least median. Where Facet is alone, what its first
  /// side is compared with; nothing for calls of different size.
  public var best: BenchSide? {
    guard ![.batch, .pixels].contains(key.task) else { return nil }
    return sides.dropFirst().filter { $0.median != nil && $0.failure == nil }
      .min { ($0.median ?? 0) < ($1.median ?? 0) }
  }

  /// The peer's time divided by Facet's, round by round.
  public var ratio: Spread? {
    guard let facet, let best else { return nil }
    return Spread(ratiosOf: best.samples, to: facet.samples)
  }

  /// 1e9 operations a second of Facet's side, a multiply-add being two.
  public var gigaflops: Double? {
    guard let multiplyAdds, let median = facet?.median, median > 0 else { return nil }
    return 2 * Double(multiplyAdds) / median / 1e9
  }

  /// The comparison that came out worst: one that failed, else the largest part of its limit.
  public var worstAgreement: Agreement? {
    agreement.max { a, b in
      (a.difference.map { $0 / a.limit } ?? .infinity)
        < (b.difference.map { $0 / b.limit } ?? .infinity)
    }
  }

  /// The part of the time that the machine's host gave to others, 0...1.
  public var stolenShare: Double { end.stolenShare(since: start) }

  /// The part of the time that other programs took, 0...1.
  public var othersShare: Double { end.othersShare(since: start) }
}

/// One process that was measured.
public struct BenchSide: Equatable, Codable, Sendable {
  /// `Facet` or the peer's title.
  public var name: String
  /// Of PyTorch the memory format.
  public var variant: String?
  public var threads: Int
  /// Images in a call.
  public var images: Int
  /// Pixels of an image.
  public var pixels: Int
  /// Wall seconds of every timed call, round by round.
  public var calls: [[Double]]
  /// The same of the time its threads computed, where the work is a process of its own.
  public var userSeconds: [Double]
  /// The largest resident memory in kB: when all was loaded, and at the end.
  public var loadedKB: Int?
  public var peakKB: Int?
  /// Seconds it waited for the other sides, and seconds it computed meanwhile.
  public var waited: Double
  public var computedWaiting: Double
  public var versions: [String: String]
  /// Why it ended early.
  public var failure: String?

  public init(
    name: String, variant: String? = nil, threads: Int, images: Int, pixels: Int,
    calls: [[Double]] = [], userSeconds: [Double] = [], loadedKB: Int? = nil, peakKB: Int? = nil,
    waited: Double = 0, computedWaiting: Double = 0, versions: [String: String] = [:],
    failure: String? = nil
  ) {
    self.name = name
    self.variant = variant
    self.threads = threads
    self.images = images
    self.pixels = pixels
    self.calls = calls
    self.userSeconds = userSeconds
    self.loadedKB = loadedKB
    self.peakKB = peakKB
    self.waited = waited
    self.computedWaiting = computedWaiting
    self.versions = versions
    self.failure = failure
  }

  /// One number a round: the median of its calls, in seconds.
  public var samples: [Double] { calls.compactMap { Spread.median($0) } }

  /// Seconds of a call.
  public var median: Double? { Spread.median(samples) }

  /// The name with its variant.
  public var title: String { variant.map { "\(name), \($0)" } ?? name }
}
