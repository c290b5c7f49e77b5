/// The scored pairs of a `scores.csv`, read from and written as text.
///
/// The columns are `probe,reference,same,score`; `same` is 0/1 or true/false. Further columns are
/// ignored, but for `fold` (a whole number), which keeps the folds of a protocol.
public struct ScoreTable: Sendable, Equatable {
  public var pairs: [ScoredPair]
  /// The fold of each pair, when the table has them.
  public var folds: [Int]?

  public init(_ pairs: [ScoredPair], folds: [Int]? = nil) {
    precondition(folds == nil || folds?.count == pairs.count, "as many folds as pairs")
    self.pairs = pairs
    self.folds = folds
  }

  /// Parses CSV text (RFC 4180: quoted fields, LF or CRLF, an optional byte order mark).
  ///
  /// Throws an error that names the line on a bad header, field count, label or number, when there
  /// are no pairs, and when all are genuine or all impostor.
  public init(csv text: String) throws(EvaluationError) {
    var reader = CSVReader(text)
    guard let header = try reader.next() else { throw .noPairs }
    let columns = header.fields.map { Self.trimmed($0).lowercased() }
    var place: [Int] = []
    for name in ["probe", "reference", "same", "score"] {
      guard let index = columns.firstIndex(of: name) else {
        throw .missingColumns(
          line: header.line, expected: "probe,reference,same,score",
          got: header.fields.joined(separator: ","))
      }
      place.append(index)
    }
    let foldColumn = columns.firstIndex(of: "fold")
    var pairs: [ScoredPair] = []
    var folds: [Int] = []
    // Names repeat in nearly every line; identities are cut out of each once.
    var identities: [String: String] = [:]
    func identity(_ name: String) -> String {
      if let known = identities[name] { return known }
      let found = ScoredPair.identity(ofImage: name)
      identities[name] = found
      return found
    }
    while let row = try reader.next() {
      let fields = row.fields
      guard fields.count == columns.count else {
        throw .fieldCount(line: row.line, expected: columns.count, got: fields.count)
      }
      let (probe, reference) = (fields[place[0]], fields[place[1]])
      guard let same = Self.label(fields[place[2]]) else {
        throw .invalidLabel(line: row.line, got: fields[place[2]])
      }
      guard let score = Double(Self.trimmed(fields[place[3]])), score.isFinite else {
        throw .invalidNumber(line: row.line, column: "score", got: fields[place[3]])
      }
      if let foldColumn {
        guard let fold = Int(Self.trimmed(fields[foldColumn])) else {
          throw .invalidNumber(line: row.line, column: "fold", got: fields[foldColumn])
        }
        folds.append(fold)
      }
      pairs.append(
        ScoredPair(
          probe: probe, reference: reference, same: same, score: score,
          probeIdentity: identity(probe), referenceIdentity: identity(reference)))
    }
    if pairs.isEmpty { throw .noPairs }
    let genuine = pairs.count { $0.same }
    if genuine == 0 { throw .noGenuinePairs(impostor: pairs.count) }
    if genuine == pairs.count { throw .noImpostorPairs(genuine: genuine) }
    self.init(pairs, folds: foldColumn == nil ? nil : folds)
  }

  /// The table as CSV text with LF line ends; scores are written so that they read back exactly.
  public var csv: String {
    var text = folds == nil ? "probe,reference,same,score\n" : "fold,probe,reference,same,score\n"
    for (index, pair) in pairs.enumerated() {
      if let folds { text += "\(folds[index])," }
      text += CSVReader.quoted(pair.probe) + "," + CSVReader.quoted(pair.reference)
      text += pair.same ? ",1," : ",0,"
      text += "\(pair.score)\n"
    }
    return text
  }

  private static func label(_ field: String) -> Bool? {
    switch trimmed(field).lowercased() {
    case "1", "true": true
    case "0", "false": false
    default: nil
    }
  }

  private static func trimmed(_ field: String) -> String {
    var part = Substring(field)
    while let c = part.first, c == " " || c == "\t" { part.removeFirst() }
    while let c = part.last, c == " " || c == "\t" { part.removeLast() }
    return String(part)
  }
}
