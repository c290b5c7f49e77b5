/// All subsets of size m of 0..<k, in lexicographic order of their ascending index lists.
enum Subsets {
  /// The most subsets that are enumerated.
  static let limit = 200_000

  /// k choose m, or nil when it exceeds ``limit``.
  static func count(of k: Int, size m: Int) -> Int? {
    guard m >= 0, m <= k else { return 0 }
    var result = 1
    for i in 0..<min(m, k - m) {
      result = result * (k - i) / (i + 1)
      if result > limit { return nil }
    }
    return result
  }

  /// Calls `body` with each subset.
  static func forEach(of k: Int, size m: Int, _ body: ([Int]) -> Void) {
    guard m >= 0, m <= k else { return }
    var members = Array(0..<m)
    while true {
      body(members)
      var last = m - 1
      while last >= 0 && members[last] == k - m + last { last -= 1 }
      if last < 0 { return }
      members[last] += 1
      for i in last + 1..<max(last + 1, m) { members[i] = members[i - 1] + 1 }
    }
  }

  /// Calls `body` with each subset and the sum of its rows, added in ascending order.
  ///
  /// Sums of shared beginnings are kept, so a subset costs little more than one addition of rows.
  /// - Parameter rows: k rows of equal length.
  static func forEachSum(
    of rows: [[Double]], size m: Int, _ body: ([Int], UnsafeBufferPointer<Double>) -> Void
  ) {
    let width = rows.first?.count ?? 0
    var sums = [Double](repeating: 0, count: (m + 1) * width)
    var previous = [Int](repeating: -1, count: m)
    sums.withUnsafeMutableBufferPointer { sums in
      forEach(of: rows.count, size: m) { members in
        var depth = 0
        while depth < m && members[depth] == previous[depth] { depth += 1 }
        while depth < m {
          let from = depth * width
          rows[members[depth]].withUnsafeBufferPointer { row in
            for i in 0..<width { sums[from + width + i] = sums[from + i] + row[i] }
          }
          depth += 1
        }
        previous = members
        body(members, UnsafeBufferPointer(rebasing: sums[m * width..<(m + 1) * width]))
      }
    }
  }
}
