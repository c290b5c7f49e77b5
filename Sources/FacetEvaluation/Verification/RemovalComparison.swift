/// Which pixels an order of a removal study begins with.
public enum RemovalDirection: String, CaseIterable, Codable, Sendable {
  /// The first pixels go; a small area is good.
  case deletion
  /// The first pixels come back on black; a large area is good.
  case insertion

  /// What a difference of areas is multiplied by so that more is better.
  public var gain: Double { self == .deletion ? -1 : 1 }
}

/// An order of pixels held against orders that know nothing of the network, on the same pairs.
///
/// It **beats** its controls when it is better than every one of them: the p-value of that is the
/// largest of theirs (an intersection-union test, Berger 1982), so a win over the weakest control is
/// none. Statements on one control have a p-value of their own. Both are adjusted over everything that
/// is said at once (``adjusted(_:)``).
public struct RemovalComparison: Codable, Sendable, Equatable {
  public struct Control: Codable, Sendable, Equatable {
    public let name: String
    /// The area of the order minus that of the control, with its own interval over people.
    public let difference: PairedDifference
    /// Two-sided; `nil` with too few people (``MapScore/leastPeople``).
    public let p: Double?
    /// By Holm over all controls of all comparisons made together.
    public fileprivate(set) var adjusted: Double?
    /// By the adjusted p-value.
    public fileprivate(set) var standing = MapScore.Standing.undecided

    public init(name: String, difference: PairedDifference, p: Double?) {
      self.name = name
      self.difference = difference
      self.p = p
    }
  }

  public let direction: RemovalDirection
  public private(set) var controls: [Control]
  /// Of being better than every control: the largest of the controls' p-values, 1 where the order is
  /// ahead of not all of them; `nil` with too few people.
  public let p: Double?
  /// The same by Holm over all comparisons made together.
  public private(set) var adjusted: Double?
  /// Whether the order is shown to be better than every control.
  public private(set) var beatsControls = false

  /// Nothing is shown before it was adjusted, alone or with others.
  ///
  /// - Parameter controls: at least one.
  public init(_ direction: RemovalDirection, _ controls: [Control]) {
    precondition(!controls.isEmpty, "a comparison with no control")
    self.direction = direction
    self.controls = controls
    let known = controls.compactMap(\.p)
    let isAhead = controls.allSatisfy { direction.gain * $0.difference.value > 0 }
    p = known.count < controls.count ? nil : isAhead ? known.max() : 1
  }

  /// The controls it is shown to stand so to.
  public func controls(_ standing: MapScore.Standing) -> [String] {
    controls.filter { $0.standing == standing }.map(\.name)
  }

  /// Comparisons that are told together: being better than all controls is adjusted over comparisons,
  /// what is said of single controls over all controls of all comparisons (``Holm``).
  public static func adjusted(_ comparisons: [RemovalComparison]) -> [RemovalComparison] {
    var found = comparisons
    let known = found.indices.filter { found[$0].p != nil }
    for (place, p) in zip(known, Holm.adjusted(known.compactMap { found[$0].p })) {
      found[place].adjusted = p
      found[place].beatsControls = p <= MapScore.level
    }
    let places = found.indices.flatMap { index in
      found[index].controls.indices.filter { found[index].controls[$0].p != nil }
        .map { (index, $0) }
    }
    let each = Holm.adjusted(places.compactMap { found[$0].controls[$1].p })
    for ((index, place), p) in zip(places, each) {
      let gain = found[index].direction.gain * found[index].controls[place].difference.value
      found[index].controls[place].adjusted = p
      found[index].controls[place].standing = MapScore.Standing(gain, p: p)
    }
    return found
  }
}
