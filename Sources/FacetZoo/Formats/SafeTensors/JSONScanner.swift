/// Reads JSON of a known structure from the front to the back.
///
/// A general parser builds a value for every bracket and forgets which key came twice; this one keeps
/// what it is asked for, knows the byte it is at, and doesn't call itself for brackets in brackets.
struct JSONScanner {
  private var scanner: ByteScanner
  let path: String

  init(_ bytes: [UInt8], from position: Int, path: String) {
    scanner = ByteScanner(bytes, from: position)
    self.path = path
  }

  var position: Int { scanner.position }

  /// Whether only space follows.
  var isAtEnd: Bool {
    mutating get {
      scanner.skipSpace()
      return scanner.isAtEnd
    }
  }

  var isAtObject: Bool {
    mutating get { isAt("{") }
  }

  var isAtString: Bool {
    mutating get { isAt("\"") }
  }

  private mutating func isAt(_ character: Unicode.Scalar) -> Bool {
    scanner.skipSpace()
    return scanner.next.map { UInt32($0) == character.value } ?? false
  }

  func refuse(_ reason: String) -> ZooError {
    .malformed(path: path, offset: position, reason: reason)
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ZooError) {
    guard scanner.take(character) else {
      throw refuse(
        "the header's JSON is not valid: '\(character)' was expected, "
          + (scanner.next.map { $0 < 0x80 ? "'\(Unicode.Scalar($0))'" : "byte \($0)" } ?? "its end")
          + " is there")
    }
  }

  /// An object; `body` reads the value of each key.
  mutating func object(
    _ body: (inout JSONScanner, _ key: String) throws(ZooError) -> Void
  ) throws(ZooError) {
    try expect("{")
    if scanner.take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try body(&self, key)
    } while scanner.take(",")
    try expect("}")
  }

  /// A list of at most `limit` whole numbers.
  mutating func integers(limit: Int) throws(ZooError) -> [Int] {
    try expect("[")
    if scanner.take("]") { return [] }
    var integers: [Int] = []
    repeat {
      guard integers.count < limit else { throw refuse("the list has more than \(limit) numbers") }
      guard let integer = scanner.integer() else {
        throw refuse("a whole number within 64 bits was expected")
      }
      integers.append(integer)
    } while scanner.take(",")
    try expect("]")
    return integers
  }

  mutating func string() throws(ZooError) -> String {
    scanner.skipSpace()
    guard scanner.next == UInt8(ascii: "\"") else { throw refuse("a text in quotes was expected") }
    scanner.advance()
    var text: [UInt8] = []
    while let byte = scanner.next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw refuse("a control character is in a text") }
      scanner.advance()
      if byte == UInt8(ascii: "\\") {
        text += Array(String(try escape()).utf8)
      } else {
        text.append(byte)
      }
    }
    guard scanner.next != nil else { throw refuse("a text has no closing quote") }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw refuse("the text before is not UTF-8")
    }
    scanner.advance()
    return string
  }

  /// What follows a backslash.
  private mutating func escape() throws(ZooError) -> Unicode.Scalar {
    let simple: [UInt8: Unicode.Scalar] = [
      0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r",
      0x74: "\t",
    ]
    guard let byte = scanner.next else { throw refuse("a text has no closing quote") }
    scanner.advance()
    if let scalar = simple[byte] { return scalar }
    guard byte == UInt8(ascii: "u") else { throw refuse("an unknown escape is in a text") }
    let first = try codeUnit()
    guard 0xD800...0xDBFF ~= first else {
      guard let scalar = Unicode.Scalar(first) else { throw refuse("half a pair of surrogates") }
      return scalar
    }
    guard scanner.take(word: "\\u") else { throw refuse("half a pair of surrogates") }
    let second = try codeUnit()
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw refuse("half a pair of surrogates") }
    return scalar
  }

  private mutating func codeUnit() throws(ZooError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = scanner.next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else { throw refuse("four hexadecimal digits were expected") }
      unit = unit << 4 | UInt32(digit)
      scanner.advance()
    }
    return unit
  }

  /// Passes a value nobody wants: up to the comma or bracket behind it.
  mutating func skipValue() throws(ZooError) {
    var open: [UInt8] = []
    repeat {
      scanner.skipSpace()
      switch scanner.next {
      case UInt8(ascii: "\""): _ = try string()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < 64 else { throw refuse("brackets are nested more than 64 deep") }
        open.append(scanner.next == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        scanner.advance()
      case let byte? where byte == open.last:
        open.removeLast()
        scanner.advance()
      case UInt8(ascii: "}"), UInt8(ascii: "]"), nil: throw refuse("a value was expected")
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard !open.isEmpty else { throw refuse("a value was expected") }
        scanner.advance()
      default: try skipWord()
      }
    } while !open.isEmpty
  }

  /// Passes a number, `true`, `false` or `null`.
  private mutating func skipWord() throws(ZooError) {
    let start = position
    while let byte = scanner.next, byte > 0x20, !",:{}[]\"".utf8.contains(byte) {
      scanner.advance()
    }
    let word = String(decoding: scanner.bytes[start..<position], as: UTF8.self)
    guard ["true", "false", "null"].contains(word) || Double(word) != nil else {
      throw refuse("a value was expected")
    }
  }
}
