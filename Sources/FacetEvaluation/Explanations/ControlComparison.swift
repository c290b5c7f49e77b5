/// A method in one test, held against every map that knows nothing of the network, on the same images.
///
/// A method **wins** when it is above all controls: the p-value of that is the largest of the controls'
/// (an intersection-union test, Berger 1982), so a win over the weakest of them is none. It **loses**
/// when it is below any: the p-value is the smallest of those it is below, times the number of controls
/// (Bonferroni).
public struct ControlComparison: Codable, Sendable, Equatable {
  public struct Difference: Codable, Sendable, Equatable {
    public let control: String
    /// Method minus control, larger being better.
    public let score: MapScore

    public init(_ control: String, _ score: MapScore) {
      self.control = control
      self.score = score
    }
  }

  /// In the order of the controls.
  public let differences: [Difference]
  /// Of a win or a loss, two-sided; `nil` with too few people (``MapScore/leastPeople``).
  public let p: Double?
  /// The same by Holm over all comparisons it was made among.
  public private(set) var adjusted: Double?

  /// - Parameter differences: at least one.
  public init(_ differences: [Difference]) {
    precondition(!differences.isEmpty, "a comparison with no control")
    self.differences = differences
    let known = differences.compactMap { item in
      item.score.p.map { (value: item.score.value, p: $0) }
    }
    let below = known.filter { $0.value < 0 }.map(\.p)
    p =
      known.count < differences.count
      ? nil
      : below.min().map { min(1, $0 * Double(differences.count)) } ?? known.map(\.p).max()
    adjusted = p
  }

  /// - Parameters:
  ///   - values: the method's, one for each image; `nil` where there is none.
  ///   - controls: the same of the controls; those without a value on any of the images are none.
  /// - Returns: `nil` when nothing can be compared.
  public init?(
    _ values: [Double?], against controls: [(name: String, values: [Double?])],
    identities: [Int], _ bootstrap: IdentityBootstrap
  ) {
    let differences = controls.compactMap { control in
      MapScore.difference(values, control.values, identities: identities, bootstrap)
        .map { Difference(control.name, $0) }
    }
    if differences.isEmpty { return nil }
    self.init(differences)
  }

  /// By the adjusted p-value: better than every control, or worse than one.
  public var standing: MapScore.Standing {
    MapScore.Standing(hardest.score.value, p: adjusted)
  }

  /// The control that the method is least above.
  public var hardest: Difference {
    differences.dropFirst().reduce(differences[0]) {
      $1.score.value < $0.score.value ? $1 : $0
    }
  }

  /// The controls that the method is below by themselves, the furthest first: whom a loss is to.
  public var ahead: [Difference] {
    differences.filter { $0.score.standing == .worse }.sorted { $0.score.value < $1.score.value }
  }

  /// The difference to one control.
  public subscript(control: String) -> MapScore? {
    differences.first { $0.control == control }?.score
  }

  /// All of a table adjusted together (``Holm``); those without a p-value are no part of the family.
  public static func adjusted(_ table: [ControlComparison?]) -> [ControlComparison?] {
    var table = table
    let places = table.indices.filter { table[$0]?.p != nil }
    let adjusted = Holm.adjusted(places.compactMap { table[$0]?.p })
    for (place, p) in zip(places, adjusted) { table[place]?.adjusted = p }
    return table
  }
}
