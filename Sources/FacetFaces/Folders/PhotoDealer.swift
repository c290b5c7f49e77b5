import FacetTensor

/// Deals the groups of one identity's photos to parts by fractions.
struct PhotoDealer {
  /// Training first; it is the part that is never left empty.
  private let fractions: [Double]
  private var random: RandomStream

  init(fractions: [Double], seed: UInt64, identity: String) {
    self.fractions = fractions
    // FNV-1a of the name, so that another identity's coming or going changes nothing here.
    let hash = identity.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    random = RandomStream(seed: seed, Int(hash >> 1))
  }

  /// The photos of each part. Groups stay whole; as many parts as there are groups for are filled,
  /// training before test before calibration.
  mutating func deal(_ groups: [[Int]]) -> [[Int]] {
    let wanted = [0, 2, 1].filter { fractions[$0] > 0 }.prefix(groups.count)
    let targets = self.targets(photos: groups.reduce(0) { $0 + $1.count }, parts: Array(wanted))
    // Largest first, so that small groups are left to even out; shuffled before, for equal sizes.
    let order = groups.shuffled(using: &random).enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    var parts = [[Int]](repeating: [], count: fractions.count)
    for (place, group) in order.enumerated() {
      let empty = wanted.filter { parts[$0].isEmpty }
      // When every group left is needed to fill a part, only empty parts may take it.
      let open = order.count - place <= empty.count ? empty : Array(wanted)
      let deficits = open.map { targets[$0] - parts[$0].count }
      guard let largest = deficits.max(), let choice = deficits.firstIndex(of: largest) else {
        continue
      }
      parts[open[choice]] += group
    }
    return parts
  }

  /// How many photos each part should get: at least one, in proportion to the fractions by the
  /// method of largest remainders, with ties drawn by lot so that no part gains over many people.
  private mutating func targets(photos: Int, parts: [Int]) -> [Int] {
    let sum = parts.reduce(0) { $0 + fractions[$1] }
    var targets = [Int](repeating: 0, count: fractions.count)
    var remainders: [(part: Int, remainder: Double)] = []
    for part in parts {
      let share = Double(photos) * fractions[part] / sum
      // 0.6 of 10 must be 6 although the product may come out a little less.
      let whole = (share + 1e-9).rounded(.down)
      targets[part] = Int(whole)
      remainders.append((part, ((share - whole) * 1e6).rounded()))
    }
    let order = remainders.shuffled(using: &random).enumerated()
      .sorted { ($1.element.remainder, $0.offset) < ($0.element.remainder, $1.offset) }
    let left = photos - targets.reduce(0, +)
    for (_, entry) in order.prefix(max(0, left)) { targets[entry.part] += 1 }
    for part in parts where targets[part] == 0 {
      guard let richest = parts.max(by: { targets[$0] < targets[$1] }) else { continue }
      targets[richest] -= 1
      targets[part] = 1
    }
    return targets
  }
}
