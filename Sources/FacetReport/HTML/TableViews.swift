extension Table {
  /// - Throws: `ReportError.tableRow` for a row whose cells are not as many as the columns.
  func check() throws(ReportError) {
    for (index, row) in rows.enumerated() where row.cells.count != columns.count {
      throw .tableRow(
        table: caption, row: index + 1, expected: columns.count, got: row.cells.count)
    }
  }
}

extension PageBuilder {
  /// The most rows of skipped files a page lists.
  static let mostSkips = 500

  static func view(_ table: Table) -> TableView {
    let kinds = table.numericColumns.map { $0 ? "num" : "txt" }
    return TableView(
      caption: PageText(table.caption), density: table.isCompact ? "compact" : "roomy",
      label: PageText(table.caption.isEmpty ? "Table" : table.caption),
      columns: zip(table.columns, kinds).map { column, kind in
        TableView.ColumnView(
          title: PageText(column.title), help: PageText(column.help), kind: kind)
      },
      rows: table.rows.map { row in
        TableView.RowView(
          emphasis: row.emphasis.rawValue, cells: zip(row.cells, kinds).map { view($0, $1) })
      })
  }

  private static func view(_ cell: Table.Cell, _ kind: String) -> TableView.CellView {
    var view = TableView.CellView(
      kind: kind, sort: PageText(""), text: PageText(""), whole: PageText(""),
      interval: PageText(""), badge: [])
    switch cell {
    case .text(let text):
      view.text = PageText(text)
      view.sort = PageText(text)
    case .name(let name):
      view.kind += " name"
      view.text = PageText(name)
      view.sort = PageText(name)
      view.whole = PageText(name)
    case .number(let value, let format, let interval):
      view.text = PageText(format.string(value))
      view.sort = PageText(value.isNaN ? "" : "\(value)")
      view.interval = PageText(interval.map(format.string) ?? "")
    case .badge(let text, let tone):
      view.badge = [ToneView(text, tone)]
      view.sort = PageText(text)
    case .missing:
      view.text = PageText("\u{2013}")
    }
    return view
  }

  static func view(_ files: [SkippedFile]) -> SkipsView {
    let rest = files.count - mostSkips
    return SkipsView(
      heading: PageText(SkippedFile.heading(files)),
      rows: files.prefix(mostSkips).map { DefinitionView(Definition($0.path, $0.reason)) },
      rest: PageText(
        rest > 0 ? "and \(NumberFormat.integer.string(Double(rest))) more" : ""))
  }
}

extension SkippedFile {
  /// For example `12 files skipped: 8 no face found, 4 not a picture`; the commonest reasons first.
  static func heading(_ files: [SkippedFile]) -> String {
    var counts: [String: Int] = [:]
    for file in files { counts[file.reason, default: 0] += 1 }
    let ranked = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
    let total = NumberFormat.integer.string(Double(files.count))
    let noun = files.count == 1 ? "file" : "files"
    guard ranked.count <= 4 else { return "\(total) \(noun) skipped" }
    return "\(total) \(noun) skipped: "
      + ranked.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
