extension ErrorRates {
  /// The midpoint EER without sorting all scores: they are counted into bins, and only the bin in
  /// which FNMR overtakes FMR is sorted. Exactly ``EqualErrorRate/midpoint``, ties included.
  ///
  /// Both lists must hold at least one score, and finite ones only.
  /// - Complexity: O(n), where scores don't crowd into one bin.
  public static func midpoint(
    genuine: UnsafeBufferPointer<Double>, impostor: UnsafeBufferPointer<Double>
  ) -> Double {
    precondition(!genuine.isEmpty && !impostor.isEmpty, "no genuine or no impostor scores")
    var low = Double.infinity
    var high = -Double.infinity
    for list in [genuine, impostor] {
      for score in list {
        low = min(low, score)
        high = max(high, score)
      }
    }
    let bins = max(16, min(4096, (genuine.count + impostor.count) / 8))
    // Half scores keep the range finite; binning is monotone, so ties share a bin.
    let span = high / 2 - low / 2
    let scale = span > 0 ? Double(bins - 1) / span : 0
    let half = low / 2
    func bin(_ score: Double) -> Int {
      let place = (score / 2 - half) * scale
      return place < Double(bins) ? Int(place) : bins - 1
    }
    var inBin = [Int](repeating: 0, count: 2 * bins)
    for score in genuine { inBin[2 * bin(score)] += 1 }
    for score in impostor { inBin[2 * bin(score) + 1] += 1 }

    var state = ErrorCounts(
      falseMatches: impostor.count, falseNonMatches: 0, impostor: impostor.count,
      genuine: genuine.count)
    var crossingBin = 0
    while true {
      var end = state
      end.falseNonMatches += inBin[2 * crossingBin]
      end.falseMatches -= inBin[2 * crossingBin + 1]
      if end.isAtOrPastCrossing { break }
      state = end
      crossingBin += 1
    }
    let g = genuine.filter { bin($0) == crossingBin }.sorted()
    let i = impostor.filter { bin($0) == crossingBin }.sorted()
    var (nextG, nextI) = (0, 0)
    while true {
      let before = state
      let score = min(
        nextG < g.count ? g[nextG] : .infinity, nextI < i.count ? i[nextI] : .infinity)
      while nextG < g.count && g[nextG] == score {
        nextG += 1
        state.falseNonMatches += 1
      }
      while nextI < i.count && i[nextI] == score {
        nextI += 1
        state.falseMatches -= 1
      }
      if state.isAtOrPastCrossing {
        return EERCrossing(before: state.isExact ? state : before, after: state).midpoint
      }
    }
  }
}
