/// The scored pairs of a `scores.csv`, read from and written as text.
///
/// The columns are `probe,reference,same,score`; `same` is 0/1 or true/false. `img1`, `img2` and
/// `cosine` are taken for probe, reference and score. Further columns are ignored, but for `fold` (a
/// whole number), which keeps the folds of a protocol.
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
    let columns = try CSVColumns(
      header, required: ["probe", "reference", "same", "score"],
      expected: "probe,reference,same,score")
    let hasFolds = columns.has("fold")
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
      try columns.check(row)
      let (probe, reference) = (columns.text("probe", row), columns.text("reference", row))
      let same = try columns.same(row)
      let score = try columns.score(row)
      if hasFolds { folds.append(try columns.fold(row)) }
      pairs.append(
        ScoredPair(
          probe: probe, reference: reference, same: same, score: score,
          probeIdentity: identity(probe), referenceIdentity: identity(reference)))
    }
    if pairs.isEmpty { throw .noPairs }
    let genuine = pairs.count { $0.same }
    if genuine == 0 { throw .noGenuinePairs(impostor: pairs.count) }
    if genuine == pairs.count { throw .noImpostorPairs(genuine: genuine) }
    self.init(pairs, folds: hasFolds ? folds : nil)
  }

  /// The table as CSV text with LF line ends; scores are written so that they read back exactly.
  public var csv: String {
    var text = "probe,reference,same,score" + (folds == nil ? "\n" : ",fold\n")
    for (index, pair) in pairs.enumerated() {
      text += CSVReader.quoted(pair.probe) + "," + CSVReader.quoted(pair.reference)
      text += pair.same ? ",1," : ",0,"
      text += "\(pair.score)" + (folds.map { ",\($0[index])\n" } ?? "\n")
    }
    return text
  }
}
