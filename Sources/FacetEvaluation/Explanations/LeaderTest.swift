/// Which of several methods is ahead of all others on the same images, if that is shown.
///
/// The one with the largest mean is looked for on the very images that are to prove it, so being ahead
/// counts only where its paired difference to every other is shown: the p-value is the largest of them,
/// times the number of others.
public struct LeaderTest: Codable, Sendable, Equatable {
  /// The methods' places by falling mean, ties by place; those without a value are left out.
  public let order: [Int]
  /// Of the first being ahead of all others; `nil` with one method, or too few people.
  public let p: Double?

  /// - Parameter values: of each method, one for each image; `nil` where there is none.
  public init(_ values: [[Double?]], identities: [Int], _ bootstrap: IdentityBootstrap) {
    let means = values.map { own -> Double? in
      let present = own.compactMap { $0 }
      return present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    }
    let order = values.indices.filter { means[$0] != nil }
      .sorted { (means[$1] ?? 0, $0) < (means[$0] ?? 0, $1) }
    self.order = order
    guard let first = order.first, order.count > 1 else {
      p = nil
      return
    }
    let others = order.dropFirst().map {
      MapScore.difference(values[first], values[$0], identities: identities, bootstrap)
    }
    let known = others.compactMap { score in
      // Images that only one of them has may turn a difference round.
      score.flatMap { score in score.p.map { score.value > 0 ? $0 : 1 } }
    }
    p =
      known.count < others.count
      ? nil : known.max().map { min(1, $0 * Double(others.count)) }
  }

  /// The one that is ahead; `nil` where that is not shown.
  public var leader: Int? { (p ?? 1) <= MapScore.level ? order.first : nil }
}
