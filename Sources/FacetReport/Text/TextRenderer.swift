/// Renders a report's summary for a terminal: plain text, aligned, at most 100 columns wide.
public enum TextRenderer {
  /// Headline figures, verdicts and warnings, and how many files were skipped; ends with a line
  /// feed.
  ///
  /// - Parameter width: the most columns of a line, at least 40.
  public static func render(_ report: Report, width: Int = 100) -> String {
    let width = max(40, width)
    var lines: [String] = []
    lines += wrapped(report.title, width: width)
    if !report.subtitle.isEmpty { lines += wrapped(report.subtitle, width: width) }
    let summary = report.summary
    if !summary.figures.isEmpty {
      lines.append("")
      lines += figures(summary.figures, width: width)
    }
    if !summary.verdicts.isEmpty || !summary.warnings.isEmpty { lines.append("") }
    for verdict in summary.verdicts {
      let sign = ToneView("", verdict.tone).sign
      lines += wrapped(verdict.sentence, first: (sign.isEmpty ? "-" : sign) + " ", width: width)
    }
    for warning in summary.warnings {
      lines += wrapped(warning, first: "! warning: ", width: width)
    }
    let skipped = report.sections.flatMap(\.blocks).flatMap { block -> [SkippedFile] in
      if case .skips(let files) = block { files } else { [] }
    }
    if !skipped.isEmpty {
      lines.append("")
      lines += wrapped(SkippedFile.heading(skipped), width: width)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A table in aligned columns under its caption; numbers are set right. Where there is no room
  /// intervals are left out, then names are shortened.
  public static func render(_ table: Table, width: Int = 100) throws(ReportError) -> String {
    try table.check()
    let isNumeric = table.numericColumns
    let gaps = 2 * max(0, table.columns.count - 1)
    func natural(_ texts: [[String]]) -> [Int] {
      table.columns.indices.map { column in
        texts.map { TextWidth.columns($0[column]) }.max() ?? 0
      }
    }
    var texts = texts(of: table, hasIntervals: true)
    let least = zip(natural(texts), isNumeric).map { $1 ? $0 : min($0, 16) }
    if least.reduce(gaps, +) > width { texts = self.texts(of: table, hasIntervals: false) }
    let widths = fitted(natural(texts), isNumeric: isNumeric, to: width - gaps)
    let lines = texts.map { row in
      trimmed(
        row.indices.map { padded(row[$0], widths[$0], isRight: isNumeric[$0]) }
          .joined(separator: "  "))
    }
    var result = table.caption.isEmpty ? [] : wrapped(table.caption, width: width)
    if let heading = lines.first {
      result += [heading, String(repeating: "-", count: min(width, widths.reduce(0, +) + gaps))]
    }
    return (result + lines.dropFirst()).joined(separator: "\n") + "\n"
  }

  /// The headings and then the cells of `table`, each on one line.
  private static func texts(of table: Table, hasIntervals: Bool) -> [[String]] {
    let rows = table.rows.map { row in
      row.cells.map { cell in
        if case .number(let value, let format, _) = cell, !hasIntervals {
          return format.string(value)
        }
        return cell.plainText
      }
    }
    return ([table.columns.map(\.title)] + rows).map { $0.map(oneLine) }
  }

  /// Widths of columns that together take at most `room`: the widest columns of text give way first
  /// (down to 10), then whatever is widest.
  private static func fitted(_ widths: [Int], isNumeric: [Bool], to room: Int) -> [Int] {
    var widths = widths
    while widths.reduce(0, +) > room {
      let texts = widths.indices.filter { !isNumeric[$0] && widths[$0] > 10 }
      let candidates = texts.isEmpty ? widths.indices.filter { widths[$0] > 3 } : texts
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return widths
  }

  private static func figures(_ figures: [HeadlineFigure], width: Int) -> [String] {
    let names = figures.map { oneLine($0.name) }
    let values = figures.map { $0.format.string($0.value) }
    let nameWidth = min(width / 3, names.map(TextWidth.columns).max() ?? 0)
    let valueWidth = values.map(TextWidth.columns).max() ?? 0
    return figures.indices.flatMap { index -> [String] in
      let figure = figures[index]
      let head =
        "  " + padded(names[index], nameWidth, isRight: false) + "  "
        + padded(values[index], valueWidth, isRight: true)
      let interval = figure.interval.map { PageBuilder.described($0, figure.format) }
      let more = [interval, figure.count.isEmpty ? nil : figure.count].compactMap { $0 }
      if more.isEmpty { return [head] }
      return wrapped(more.joined(separator: "; "), first: head + "  ", width: width)
    }
  }

  private static func oneLine(_ text: String) -> String {
    String(PlainText.clean(text).map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func padded(_ text: String, _ width: Int, isRight: Bool) -> String {
    let text = TextWidth.shortened(text, to: width)
    let space = String(repeating: " ", count: max(0, width - TextWidth.columns(text)))
    return isRight ? space + text : text + space
  }

  /// `text` in lines of at most `width` columns, the first begun by `first` and the others indented
  /// by as much; a word longer than a line is broken.
  static func wrapped(_ text: String, first: String = "", width: Int) -> [String] {
    let indent = min(TextWidth.columns(first), width - 20)
    var lines: [String] = []
    var line = first
    var isEmpty = true
    func end() {
      lines.append(trimmed(line))
      line = String(repeating: " ", count: indent)
      isEmpty = true
    }
    for word in oneLine(text).split(separator: " ") {
      var rest = String(word)
      if !isEmpty && TextWidth.columns(line) + 1 + TextWidth.columns(rest) > width { end() }
      while TextWidth.columns(line) + TextWidth.columns(rest) + (isEmpty ? 0 : 1) > width {
        let (head, tail) = TextWidth.split(rest, at: width - TextWidth.columns(line))
        line += head
        rest = tail
        end()
      }
      line += (isEmpty ? "" : " ") + rest
      isEmpty = false
    }
    lines.append(trimmed(line))
    return lines
  }
}
