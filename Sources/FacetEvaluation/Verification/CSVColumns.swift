/// The columns of a CSV table of pairs or of boxes, found by name in any order; others are passed over.
struct CSVColumns {
  let count: Int
  private let places: [String: Int]

  /// The names a column goes by: Facet's own first, then what published score lists use.
  private static let names = [
    "probe": ["probe", "img1"], "reference": ["reference", "img2"], "same": ["same"],
    "score": ["score", "cosine"], "fold": ["fold"], "file": ["file", "image"],
    "identity": ["identity"], "x0": ["x0"], "y0": ["y0"], "x1": ["x1"], "y1": ["y1"],
  ]

  /// - Parameters:
  ///   - header: the first record, and the line it is on.
  ///   - expected: what the error says a header looks like.
  init(
    _ header: (fields: [String], line: Int), required: [String], expected: String
  ) throws(EvaluationError) {
    let titles = header.fields.map { Self.trimmed($0).lowercased() }
    var places: [String: Int] = [:]
    for (column, names) in Self.names {
      places[column] = names.lazy.compactMap { titles.firstIndex(of: $0) }.first
    }
    guard required.allSatisfy({ places[$0] != nil }) else {
      throw .missingColumns(
        line: header.line, expected: expected, got: header.fields.joined(separator: ","))
    }
    count = titles.count
    self.places = places
  }

  func has(_ column: String) -> Bool { places[column] != nil }

  /// Refuses a record of another length than the header.
  func check(_ row: (fields: [String], line: Int)) throws(EvaluationError) {
    guard row.fields.count == count else {
      throw .fieldCount(line: row.line, expected: count, got: row.fields.count)
    }
  }

  /// The field of a column that is there, in a checked record.
  func text(_ column: String, _ row: (fields: [String], line: Int)) -> String {
    places[column].map { row.fields[$0] } ?? ""
  }

  /// Whether both images show one person.
  func same(_ row: (fields: [String], line: Int)) throws(EvaluationError) -> Bool {
    let field = text("same", row)
    switch Self.trimmed(field).lowercased() {
    case "1", "true": return true
    case "0", "false": return false
    default: throw .invalidLabel(line: row.line, got: field)
    }
  }

  func score(_ row: (fields: [String], line: Int)) throws(EvaluationError) -> Double {
    try number("score", row)
  }

  func number(_ column: String, _ row: (fields: [String], line: Int)) throws(EvaluationError)
    -> Double
  {
    let field = text(column, row)
    guard let number = Double(Self.trimmed(field)), number.isFinite else {
      throw .invalidNumber(line: row.line, column: column, got: field)
    }
    return number
  }

  func fold(_ row: (fields: [String], line: Int)) throws(EvaluationError) -> Int {
    let field = text("fold", row)
    guard let fold = Int(Self.trimmed(field)) else {
      throw .invalidNumber(line: row.line, column: "fold", got: field)
    }
    return fold
  }

  private static func trimmed(_ field: String) -> String {
    var part = Substring(field)
    while let c = part.first, c == " " || c == "\t" { part.removeFirst() }
    while let c = part.last, c == " " || c == "\t" { part.removeLast() }
    return String(part)
  }
}
