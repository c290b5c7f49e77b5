import FacetTensor

/// Which photos evidence is measured on.
package enum PhotoChoice {
  /// One photo of each person after the other, until there are enough, in a seeded order: the first few
  /// are of as many people as there can be, wherever a budget cuts them off.
  ///
  /// - Parameter identities: who is on each photo.
  /// - Returns: places in `identities`.
  package static func spread(_ identities: [String], count: Int, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, 0x9EA1)
    let order = identities.indices.shuffled(using: &stream)
    var turns: [String: Int] = [:]
    let ranked = order.map { place -> (turn: Int, place: Int) in
      let turn = turns[identities[place], default: 0]
      turns[identities[place]] = turn + 1
      return (turn, place)
    }
    return ranked.enumerated()
      .sorted { ($0.element.turn, $0.offset) < ($1.element.turn, $1.offset) }
      .prefix(count).map(\.element.place)
  }
}
