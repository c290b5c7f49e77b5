/// A figure of maps, averaged over images.
public struct MapScore: Codable, Sendable, Equatable {
  public let value: Double
  /// Over resampled people; `nil` with fewer than two of them.
  public let interval: ConfidenceInterval?
  /// Images behind it; those without a value are left out.
  public let images: Int

  /// - Parameters:
  ///   - values: one for each image; `nil` where there is none.
  ///   - identities: who is on each image, any numbers.
  /// - Returns: `nil` when no image has a value.
  public init?(_ values: [Double?], identities: [Int], _ bootstrap: IdentityBootstrap) {
    precondition(
      values.count == identities.count, "\(identities.count) people for \(values.count) values")
    let present = zip(values, identities).compactMap { value, identity in
      value.map { (value: $0, identity: identity) }
    }
    if present.isEmpty { return nil }
    let list = present.map(\.value)
    value = list.reduce(0, +) / Double(list.count)
    interval = try? bootstrap.mean(list, identities: present.map(\.identity))
    images = list.count
  }

  /// What an interval says of a difference to a control.
  public enum Standing: String, Codable, Sendable {
    case better
    case worse
    /// The interval holds 0, or there is none: no effect shown.
    case undecided
  }

  /// Of a difference, method minus control, of which larger is better.
  public var standing: Standing {
    guard let interval else { return .undecided }
    return interval.low > 0 ? .better : interval.high < 0 ? .worse : .undecided
  }
}

extension MapScore {
  /// The mean of the paired differences `first - second`, over images where both have a value.
  public static func difference(
    _ first: [Double?], _ second: [Double?], identities: [Int], _ bootstrap: IdentityBootstrap
  ) -> MapScore? {
    MapScore(
      zip(first, second).map { a, b in
        guard let a, let b else { return nil }
        return a - b
      }, identities: identities, bootstrap)
  }
}
