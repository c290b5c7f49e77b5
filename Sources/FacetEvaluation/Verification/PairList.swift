/// The pairs of a verification protocol, without scores: an LFW-style `pairs.txt`, or CSV.
///
/// In a `pairs.txt` the first line holds the number of folds and of pairs a kind and fold (one number: one fold).
/// Each fold is a block of genuine lines `name n1 n2` and one of impostor lines `name1 n1 name2
/// n2`, separated by tabs or spaces.
/// CSV has the columns `img1,img2,same` and, for a protocol with folds, `fold`.
public struct PairList: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    /// The line it stands on, from 1.
    public let line: Int
    /// From 1 in a `pairs.txt`, as given in CSV; 1 where there are none.
    public let fold: Int
    /// Image paths, in a `pairs.txt` as LFW names them: `Name/Name_0001.jpg`.
    public let probe: String
    public let reference: String
    public let same: Bool
  }

  public let entries: [Entry]

  init(entries: [Entry]) { self.entries = entries }

  /// The pairs in a file's text, CSV when its first line has a comma.
  public init(contents text: String) throws(EvaluationError) {
    let first = text.split(whereSeparator: \.isNewline).first {
      $0.contains { $0 != " " && $0 != "\t" }
    }
    if first?.contains(",") == true {
      try self.init(csv: text)
    } else {
      try self.init(text: text)
    }
  }

  /// Parses a `pairs.txt`.
  ///
  /// - Parameter imageExtension: the ending of the images' file names, without the dot.
  public init(text: String, imageExtension: String = "jpg") throws(EvaluationError) {
    var lines: [(number: Int, fields: [String], text: String)] = []
    // A byte order mark would be part of the first number.
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    let raw = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in raw.enumerated() {
      let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).map(String.init)
      if !fields.isEmpty { lines.append((index + 1, fields, String(line))) }
    }
    guard let header = lines.first else { throw .noPairs }
    let sizes = header.fields.compactMap { Int($0) }
    guard sizes.count == header.fields.count, (1...2).contains(sizes.count),
      sizes.allSatisfy({ $0 > 0 })
    else {
      throw .invalidLine(
        line: header.number, expected: "the number of folds and of pairs", got: header.text)
    }
    let folds = sizes.count == 2 ? sizes[0] : 1
    let perKind = sizes[sizes.count - 1]
    let (pairs, overflow) = folds.multipliedReportingOverflow(by: perKind)
    guard !overflow, pairs <= Int.max / 2, lines.count - 1 == 2 * pairs else {
      throw .sizeMismatch(
        what: "lines after the first", expected: "\(folds) x 2 x \(perKind)",
        got: "\(lines.count - 1)")
    }
    func path(_ name: String, _ number: Int) -> String {
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
      return "\(name)/\(name)_\(zeros)\(digits).\(imageExtension)"
    }
    var entries: [Entry] = []
    for (index, line) in lines.dropFirst().enumerated() {
      let same = index / perKind % 2 == 0
      let f = line.fields
      let needed = same ? 3 : 4
      guard f.count == needed, let first = Int(f[1]), let second = Int(f[needed - 1]),
        first >= 0, second >= 0
      else {
        throw .invalidLine(
          line: line.number,
          expected: same ? "a genuine pair, name n1 n2" : "an impostor pair, name1 n1 name2 n2",
          got: line.text)
      }
      entries.append(
        Entry(
          line: line.number, fold: index / (2 * perKind) + 1, probe: path(f[0], first),
          reference: path(same ? f[0] : f[2], second), same: same))
    }
    self.entries = entries
  }
}

extension PairList {
  /// Parses CSV text with the columns `img1,img2,same` (or `probe,reference,same`) and perhaps
  /// `fold`, in any order; others are ignored.
  ///
  /// Throws an error that names the line on a bad header, field count, label or fold, when there are
  /// no pairs, and when all are genuine or all impostor.
  public init(csv text: String) throws(EvaluationError) {
    var reader = CSVReader(text)
    guard let header = try reader.next() else { throw .noPairs }
    let columns = try CSVColumns(
      header, required: ["probe", "reference", "same"], expected: "img1,img2,same")
    var entries: [Entry] = []
    while let row = try reader.next() {
      try columns.check(row)
      entries.append(
        Entry(
          line: row.line, fold: columns.has("fold") ? try columns.fold(row) : 1,
          probe: columns.text("probe", row), reference: columns.text("reference", row),
          same: try columns.same(row)))
    }
    if entries.isEmpty { throw .noPairs }
    let genuine = entries.count { $0.same }
    if genuine == 0 { throw .noGenuinePairs(impostor: entries.count) }
    if genuine == entries.count { throw .noImpostorPairs(genuine: genuine) }
    self.init(entries: entries)
  }
}
