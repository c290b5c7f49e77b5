import FacetTensor

/// The header of a .npy file: what numpy.lib.format writes in front of an array's elements.
struct NumPyHeader {
  /// The code of the elements' type as it stands in the file, for example `<f4`.
  let code: String
  /// `nil` when the elements aren't real numbers: text, structures, complex numbers, Python objects.
  let type: ElementType?
  let bigEndian: Bool
  /// The first axis is the fastest.
  let fortranOrder: Bool
  let extents: [Int]
  /// Where the elements begin, in bytes from the file's start.
  let start: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest header that is read; numpy's own limit is 10,000.
  static let maximumLength = 1 << 16

  /// Where the elements begin, as the file's first 12 bytes give it.
  static func start(_ bytes: [UInt8], refuse: @escaping Refusal) throws(ZooError) -> Int {
    guard bytes.count >= 12, bytes.starts(with: magic), 1...3 ~= bytes[6] else {
      throw refuse(0, "it is no .npy file of version 1 to 3")
    }
    let wide = bytes[6] > 1
    let length =
      Int(bytes[8]) | Int(bytes[9]) << 8 | (wide ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    guard length <= maximumLength else {
      throw refuse(8, "the header claims \(length) bytes; at most \(maximumLength) are read")
    }
    return (wide ? 12 : 10) + length
  }

  /// Reads a header from a file's first bytes, which reach to the elements.
  init(_ bytes: [UInt8], refuse: @escaping Refusal) throws(ZooError) {
    start = try Self.start(bytes, refuse: refuse)
    guard start <= bytes.count else {
      throw refuse(8, "the header ends at byte \(start), after the file's end")
    }
    var fields = Fields(
      scanner: ByteScanner(Array(bytes[..<start]), from: bytes[6] > 1 ? 12 : 10), refuse: refuse)
    try fields.read()
    guard let code = fields.code, let fortranOrder = fields.fortranOrder,
      let extents = fields.extents
    else { throw refuse(10, "the header lacks descr, fortran_order or shape") }
    self.code = code
    type = Self.types[String(code.drop { "<>|=".contains($0) })]
    bigEndian = code.hasPrefix(">")
    self.fortranOrder = fortranOrder
    self.extents = extents
  }

  typealias Refusal = (_ offset: Int, _ reason: String) -> ZooError

  /// The shape, when elements of it make up `bytes` bytes exactly.
  func shape(bytes: Int, refuse: @escaping Refusal) throws(ZooError) -> (ElementType, Shape) {
    let list = extents.map(String.init).joined(separator: ", ")
    guard let type else {
      throw refuse(
        10, "elements of type '\(code)' are not read; save them with .astype('float32')")
    }
    guard let shape = ClaimedShape.shape(extents, limit: bytes) else {
      throw refuse(10, "the shape (\(list)) is not possible in \(bytes) bytes")
    }
    guard shape.count * type.size == bytes else {
      throw refuse(
        start,
        "\(bytes) bytes of elements; the shape (\(list)) of '\(code)' takes "
          + "\(shape.count * type.size)")
    }
    return (type, shape)
  }

  private static let types: [String: ElementType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16,
    "i1": .int8, "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool,
  ]
}

extension NumPyHeader {
  /// A Python dictionary of text, booleans and tuples of whole numbers.
  private struct Fields {
    var scanner: ByteScanner
    let refuse: Refusal
    var code: String?
    var fortranOrder: Bool?
    var extents: [Int]?

    mutating func read() throws(ZooError) {
      try expect("{")
      while !scanner.take("}") {
        guard let key = text() else { throw invalid("a key in quotes") }
        try expect(":")
        switch key {
        case "descr" where code == nil: code = try description()
        case "fortran_order" where fortranOrder == nil: fortranOrder = try boolean()
        case "shape" where extents == nil: extents = try tuple()
        default: throw refuse(scanner.position, "the key '\(key)' is unknown or occurs twice")
        }
        if !scanner.take(",") {
          try expect("}")
          break
        }
      }
      guard scanner.isAtEnd else {
        throw refuse(scanner.position, "something follows the header's dictionary")
      }
    }

    private func invalid(_ expected: String) -> ZooError {
      refuse(scanner.position, "the header is not valid: \(expected) was expected")
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ZooError) {
      guard scanner.take(character) else { throw invalid("'\(character)'") }
    }

    /// Text in quotes without escapes.
    private mutating func text() -> String? {
      guard let quote = scanner.next, quote == 0x27 || quote == 0x22 else { return nil }
      scanner.advance()
      let start = scanner.position
      while let byte = scanner.next, byte != quote { scanner.advance() }
      guard scanner.next != nil else { return nil }
      let text = String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self)
      scanner.advance()
      return text
    }

    /// A type's code; a list of fields stands for a structure, which has none.
    private mutating func description() throws(ZooError) -> String {
      if let text = text() { return text }
      guard scanner.take("[") else { throw invalid("a type's code in quotes") }
      var depth = 1
      while depth > 0 {
        if scanner.next == 0x27 || scanner.next == 0x22 {
          guard text() != nil else { throw invalid("a closing quote") }
          continue
        }
        guard let byte = scanner.next else { throw invalid("']'") }
        depth += byte == UInt8(ascii: "[") ? 1 : byte == UInt8(ascii: "]") ? -1 : 0
        scanner.advance()
      }
      return "a structure"
    }

    private mutating func boolean() throws(ZooError) -> Bool {
      scanner.skipSpace()
      if scanner.take(word: "True") { return true }
      if scanner.take(word: "False") { return false }
      throw invalid("True or False")
    }

    private mutating func tuple() throws(ZooError) -> [Int] {
      try expect("(")
      var numbers: [Int] = []
      while !scanner.take(")") {
        guard let number = scanner.integer() else { throw invalid("a whole number") }
        numbers.append(number)
        // Python 2 wrote long integers so.
        _ = scanner.take(word: "L")
        if !scanner.take(",") {
          try expect(")")
          break
        }
      }
      return numbers
    }
  }
}
