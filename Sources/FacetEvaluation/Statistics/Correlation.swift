/// Correlation of two lists of numbers.
public enum Correlation {
  /// Pearson's r, in [-1, 1]; nil when the lists are shorter than 2 or one is constant.
  public static func pearson(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "lists of \(x.count) and \(y.count)")
    return weightedPearson(x, y, weights: nil)
  }

  /// Spearman's rho: Pearson's r of the ranks, tied values taking their average rank.
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    pearson(averageRanks(x), averageRanks(y))
  }

  /// Ranks from 1, ascending; tied values all take the mean of the ranks they cover.
  public static func averageRanks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count && values[order[end]] == values[order[start]] { end += 1 }
      let rank = Double(start + 1 + end) / 2
      for place in start..<end { ranks[order[place]] = rank }
      start = end
    }
    return ranks
  }

  /// Pearson's r where case i counts `weights[i]` times; nil when a list is constant over the cases
  /// that count.
  static func weightedPearson(_ x: [Double], _ y: [Double], weights: [Double]?) -> Double? {
    var total = 0.0
    var sumX = 0.0
    var sumY = 0.0
    var ends: (lowX: Double, highX: Double, lowY: Double, highY: Double)?
    for i in x.indices {
      let w = weights?[i] ?? 1
      if w == 0 { continue }
      total += w
      sumX += w * x[i]
      sumY += w * y[i]
      let e = ends ?? (x[i], x[i], y[i], y[i])
      ends = (min(e.lowX, x[i]), max(e.highX, x[i]), min(e.lowY, y[i]), max(e.highY, y[i]))
    }
    // By the extremes: a variance of rounding errors must not pass for a spread.
    guard let ends, ends.lowX < ends.highX, ends.lowY < ends.highY else { return nil }
    let meanX = sumX / total
    let meanY = sumY / total
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0
    for i in x.indices {
      let w = weights?[i] ?? 1
      let dx = x[i] - meanX
      let dy = y[i] - meanY
      xx += w * dx * dx
      yy += w * dy * dy
      xy += w * dx * dy
    }
    guard xx > 0, yy > 0 else { return nil }
    // One root of the product is exact for equal lists, as long as it does not leave the range.
    let product = xx * yy
    let scale =
      product.isNormal ? product.squareRoot() : xx.squareRoot() * yy.squareRoot()
    return max(-1, min(1, xy / scale))
  }
}

/// Quantiles of a sample.
enum Quantile {
  /// The `q` quantile of ascending `sorted`, interpolated between neighbours (Hyndman and Fan's
  /// type 7). At least one value is needed.
  static func of(_ sorted: [Double], _ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let below = min(Int(place), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The percentile interval of bootstrap values, which need not be sorted.
  static func interval(
    _ values: [Double], confidence: Double, method: IntervalMethod
  ) -> ConfidenceInterval {
    let sorted = values.sorted()
    let tail = (1 - confidence) / 2
    return ConfidenceInterval(
      low: of(sorted, tail), high: of(sorted, 1 - tail), confidence: confidence, method: method,
      resamples: values.count)
  }
}
