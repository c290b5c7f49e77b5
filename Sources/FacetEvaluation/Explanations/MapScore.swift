/// A figure of maps, averaged over images.
public struct MapScore: Codable, Sendable, Equatable {
  public let value: Double
  /// Over resampled people; `nil` with fewer than ``leastPeople`` of them, and where all of them have
  /// one value, of which resampling knows nothing.
  public let interval: ConfidenceInterval?
  /// Images behind it; those without a value are left out.
  public let images: Int
  /// On these images.
  public let people: Int
  /// Of a difference: the p-value of ``SignFlipTest``; `nil` with fewer than ``leastPeople``.
  public private(set) var p: Double?

  /// With fewer people nothing is decided, and no interval is given. When there is no effect and people
  /// are normally distributed, a percentile interval of 95 % leaves 0 out in 51 % of cases with 2
  /// people, 29 % with 3, 17 % with 5 and still 11 % with 8, so what is shown hangs on ``p``.
  public static let leastPeople = 8
  /// A p-value up to this shows an effect.
  public static let level = 0.05

  /// - Parameters:
  ///   - values: one for each image; `nil` where there is none.
  ///   - identities: who is on each image, any numbers.
  /// - Returns: `nil` when no image has a value.
  public init?(_ values: [Double?], identities: [Int], _ bootstrap: IdentityBootstrap) {
    let present = Self.present(values, identities)
    if present.values.isEmpty { return nil }
    value = present.values.reduce(0, +) / Double(present.values.count)
    people = Set(present.identities).count
    let isConstant = present.values.allSatisfy { $0 == present.values[0] }
    interval =
      people < Self.leastPeople || isConstant
      ? nil : try? bootstrap.mean(present.values, identities: present.identities)
    images = present.values.count
  }

  /// What is known of the figure: the interval, or the one value that enough people all have; `nil` with
  /// too few people.
  public var range: ClosedRange<Double>? {
    if let interval { return interval.low...interval.high }
    return people < Self.leastPeople ? nil : value...value
  }

  private static func present(_ values: [Double?], _ identities: [Int]) -> (
    values: [Double], identities: [Int]
  ) {
    precondition(
      values.count == identities.count, "\(identities.count) people for \(values.count) values")
    let places = values.indices.filter { values[$0] != nil }
    return (places.compactMap { values[$0] }, places.map { identities[$0] })
  }

  /// What a difference to a control says.
  public enum Standing: String, Codable, Sendable {
    case better
    case worse
    /// No effect shown, or too few people to show one.
    case undecided

    /// - Parameters:
    ///   - difference: method minus control, larger being better.
    ///   - p: two-sided; `nil` decides nothing.
    public init(_ difference: Double, p: Double?) {
      guard let p, p <= MapScore.level, difference != 0 else {
        self = .undecided
        return
      }
      self = difference > 0 ? .better : .worse
    }
  }

  /// Of a difference by itself; where there are more, see ``ControlComparison``.
  public var standing: Standing { Standing(value, p: p) }
}

extension MapScore {
  /// The mean of the paired differences `first - second`, over images where both have a value.
  public static func difference(
    _ first: [Double?], _ second: [Double?], identities: [Int], _ bootstrap: IdentityBootstrap
  ) -> MapScore? {
    let differences = zip(first, second).map { a, b -> Double? in
      guard let a, let b else { return nil }
      return a - b
    }
    guard var score = MapScore(differences, identities: identities, bootstrap) else { return nil }
    if score.people >= leastPeople {
      let present = present(differences, identities)
      score.p = try? SignFlipTest(
        present.values, identities: present.identities, seed: bootstrap.seed
      ).p
    }
    return score
  }
}
