/// The records of CSV text as RFC 4180 has them, one at a time.
struct CSVReader {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next record and the line it begins on; nil at the end. Empty lines are passed over.
  mutating func next() throws(EvaluationError) -> (fields: [String], line: Int)? {
    while position < bytes.count && (bytes[position] == .lf || bytes[position] == .cr) {
      if bytes[position] == .lf { line += 1 }
      position += 1
    }
    guard position < bytes.count else { return nil }
    let start = line
    var fields: [String] = []
    while true {
      fields.append(try field())
      guard position < bytes.count else { break }
      if bytes[position] == .comma {
        position += 1
        continue
      }
      if bytes[position] == .cr { position += 1 }
      if position < bytes.count && bytes[position] == .lf { position += 1 }
      line += 1
      break
    }
    return (fields, start)
  }

  /// Reads one field and stops at the comma, line end or end of text after it.
  private mutating func field() throws(EvaluationError) -> String {
    guard position < bytes.count, bytes[position] == .quote else {
      let start = position
      while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    let opened = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != .quote {
        if byte == .lf { line += 1 }
        content.append(byte)
      } else if position < bytes.count && bytes[position] == .quote {
        content.append(byte)
        position += 1
      } else {
        guard position == bytes.count || isEnd(bytes[position]) else {
          throw .brokenQuote(line: line)
        }
        return String(decoding: content, as: UTF8.self)
      }
    }
    throw .brokenQuote(line: opened)
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == .comma || byte == .lf || byte == .cr }

  /// `field` as it stands in a record, quoted where it must be.
  static func quoted(_ field: String) -> String {
    let special: Set<UInt8> = [.comma, .quote, .lf, .cr]
    guard field.utf8.contains(where: special.contains) else { return field }
    let doubled = field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }
    return "\"" + doubled.joined() + "\""
  }
}

extension UInt8 {
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let lf = UInt8(ascii: "\n")
  fileprivate static let cr = UInt8(ascii: "\r")
}
