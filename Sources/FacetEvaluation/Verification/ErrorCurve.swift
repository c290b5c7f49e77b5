/// The error counts of a score set at every candidate threshold.
///
/// A pair is accepted iff its score >= t. The candidates are every distinct score, ascending, and
/// +infinity, so tied scores move together. Building it costs a sort; it then is read in O(n).
public struct ErrorCurve: Sendable {
  /// Ascending; the last is +infinity.
  public let thresholds: [Double]
  /// The number of impostor pairs accepted at each threshold, descending.
  public let falseMatches: [Int]
  /// The number of genuine pairs rejected at each threshold, ascending.
  public let falseNonMatches: [Int]
  public let genuine: Int
  public let impostor: Int

  public init(_ scores: ScoreSet) {
    let genuineScores = scores.genuine.sorted()
    let impostorScores = scores.impostor.sorted()
    genuine = genuineScores.count
    impostor = impostorScores.count
    var thresholds: [Double] = []
    var falseMatches: [Int] = []
    var falseNonMatches: [Int] = []
    var g = 0
    var i = 0
    while g < genuineScores.count || i < impostorScores.count {
      let nextGenuine = g < genuineScores.count ? genuineScores[g] : .infinity
      let nextImpostor = i < impostorScores.count ? impostorScores[i] : .infinity
      let t = min(nextGenuine, nextImpostor)
      thresholds.append(t)
      falseNonMatches.append(g)
      falseMatches.append(impostorScores.count - i)
      while g < genuineScores.count && genuineScores[g] == t { g += 1 }
      while i < impostorScores.count && impostorScores[i] == t { i += 1 }
    }
    thresholds.append(.infinity)
    falseNonMatches.append(g)
    falseMatches.append(0)
    self.thresholds = thresholds
    self.falseMatches = falseMatches
    self.falseNonMatches = falseNonMatches
  }

  public var count: Int { thresholds.count }

  /// The false match rate at threshold `index`.
  public func fmr(_ index: Int) -> Double { Double(falseMatches[index]) / Double(impostor) }

  /// The false non-match rate at threshold `index`.
  public func fnmr(_ index: Int) -> Double { Double(falseNonMatches[index]) / Double(genuine) }

  /// The index of the smallest candidate threshold that is >= `threshold`, which accepts the same
  /// pairs.
  public func index(of threshold: Double) -> Int {
    var low = 0
    var high = thresholds.count - 1
    while low < high {
      let middle = (low + high) / 2
      if thresholds[middle] >= threshold { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// How many pairs are decided rightly at threshold `index`.
  public func correct(_ index: Int) -> Int {
    genuine - falseNonMatches[index] + impostor - falseMatches[index]
  }
}
