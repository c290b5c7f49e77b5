/// The table in the terminal: a line for each row, printed when the row is done.
public enum TerminalTable {
  private static let widths = [11, 14, 5, 33, 9, 9, 27, 5, 7, 6, 6]
  private static let titles = [
    "task", "net", "batch", "against", "Facet ms", "peer ms", "ratio", "GF/s", "of peak", "MB",
    "peer",
  ]

  /// The columns' names.
  public static let heading = line(titles) + "  difference"

  /// One row; its notes follow on lines of their own.
  public static func text(_ row: BenchRow, peak: Double?) -> String {
    let text = RowText(row: row, peak: peak)
    let start = [row.key.task.rawValue, row.key.net, "\(row.key.batch)", text.against]
    if let trouble = text.trouble {
      return line(start) + "  " + trouble
    }
    let sizes =
      [.batch, .pixels].contains(row.key.task)
      ? row.sides.map { "\n    \($0.title): \(CostTable.cost($0, row.key.task))" }.joined() : ""
    let figures = [
      text.facetTime, text.peerTime, text.ratio, text.gigaflops, text.share, text.facetMemory,
      text.peerMemory,
    ]
    return line(start + figures) + "  " + text.agreement + sizes
      + text.notes.map { "\n    \($0)" }.joined()
  }

  private static func line(_ cells: [String]) -> String {
    Swift.zip(cells, widths).enumerated().map { index, cell in
      let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      // Words begin at the left, numbers end at the right.
      return index < 2 || index == 3 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ")
  }
}

/// The cost of one image or pixel in calls of different size.
enum CostTable {
  /// In words: `5.31 ms an image`, `92.1 ns a pixel`.
  static func cost(_ side: BenchSide, _ task: BenchTask) -> String {
    guard let median = side.median, side.images > 0, side.pixels > 0 else { return RowText.none }
    if task == .batch {
      return RowText.milliseconds(median / Double(side.images)) + " ms an image"
    }
    // The same digits: a nanosecond is to a microsecond as a millisecond to a second.
    return RowText.milliseconds(1e6 * median / Double(side.images * side.pixels)) + " ns a pixel"
  }
}
