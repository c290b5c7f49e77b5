extension MatrixPlot {
  /// The most rows or columns that are drawn one by one.
  static let mostCells = 160

  /// The matrix with blocks of `block` by `block` cells drawn as one, which has the block's value of
  /// the largest magnitude, so that no lone error disappears; `block` is 1 for a matrix that is
  /// small enough as it is.
  var condensed: (plot: MatrixPlot, block: Int) {
    let longest = max(rows.count, columns.count)
    guard longest > MatrixPlot.mostCells else { return (self, 1) }
    let block = (longest + MatrixPlot.mostCells - 1) / MatrixPlot.mostCells
    func ranges(_ count: Int) -> [Range<Int>] {
      stride(from: 0, to: count, by: block).map { $0..<min($0 + block, count) }
    }
    func names(_ all: [String]) -> [String] {
      ranges(all.count).map { range in
        let (first, last) = (all[range.lowerBound], all[range.upperBound - 1])
        return first == last ? first : "\(first) … \(last)"
      }
    }
    var plot = self
    plot.values = ranges(rows.count).flatMap { rowRange in
      ranges(columns.count).map { columnRange in
        var strongest = Double.nan
        for row in rowRange {
          for column in columnRange {
            let value = values[row * columns.count + column]
            if strongest.isNaN || abs(value) > abs(strongest) { strongest = value }
          }
        }
        return strongest
      }
    }
    plot.rows = names(rows)
    plot.columns = names(columns)
    return (plot, block)
  }
}
