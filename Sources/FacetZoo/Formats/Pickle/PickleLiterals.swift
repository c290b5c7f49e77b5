// Numbers, text and bytes.
extension PickleMachine {
  /// The value that an instruction and what follows it are.
  mutating func literal(_ opcode: PickleOpcode) throws(ZooError) -> PickleValue {
    switch opcode {
    case .none: .none
    case .newTrue: .bool(true)
    case .newFalse: .bool(false)
    case .binInt: .int(Int(Int32(truncatingIfNeeded: try input.number(4))))
    case .binInt1: .int(Int(try input.byte()))
    case .binInt2: .int(Int(try input.number(2)))
    case .int, .long: try decimal()
    case .long1: try long(try input.length(1))
    case .long4: try long(try input.length(4))
    case .float: try decimalFloat()
    // The one number that has its highest byte first.
    case .binFloat: .float(Double(bitPattern: try input.number(8).byteSwapped))
    case .string: try quoted()
    case .binString: text(try input.take(try input.length(4)))
    case .shortBinString: text(try input.take(try input.length(1)))
    case .unicode: text(Self.unescaped(try input.line(), unicode: true))
    case .binUnicode: try unicode(4)
    case .shortBinUnicode: try unicode(1)
    case .binUnicode8: try unicode(8)
    case .shortBinBytes: try bytes(1)
    case .binBytes: try bytes(4)
    default: try bytes(8)
    }
  }

  private mutating func unicode(_ size: Int) throws(ZooError) -> PickleValue {
    let bytes = try input.take(try input.length(size))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refuse("a text is not UTF-8")
    }
    return heap.text(text)
  }

  /// Bytes are passed over.
  private mutating func bytes(_ size: Int) throws(ZooError) -> PickleValue {
    input.skip(try input.length(size))
    return .opaque
  }

  /// A string of Python 2, which is text or bytes; no one can tell.
  private mutating func text(_ bytes: [UInt8]) -> PickleValue {
    String(validating: bytes, as: UTF8.self).map { heap.text($0) } ?? .opaque
  }

  /// A two's complement number of `count` bytes.
  private mutating func long(_ count: Int) throws(ZooError) -> PickleValue {
    guard count <= 8 else {
      input.skip(count)
      return .opaque
    }
    guard count > 0 else { return .int(0) }
    let number = Int64(bitPattern: try input.number(count))
    let shift = Int64(64 - 8 * count)
    return .int(Int((number << shift) >> shift))
  }

  /// A number in digits; `00` and `01` are how protocol 0 writes False and True.
  private mutating func decimal() throws(ZooError) -> PickleValue {
    var text = String(decoding: try input.line(), as: UTF8.self)
    if text == "00" { return .bool(false) }
    if text == "01" { return .bool(true) }
    if text.hasSuffix("L") { text.removeLast() }
    if let int = Int(text) { return .int(int) }
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      throw refuse("a whole number was expected")
    }
    return .opaque
  }

  private mutating func decimalFloat() throws(ZooError) -> PickleValue {
    guard let float = Double(String(decoding: try input.line(), as: UTF8.self)) else {
      throw refuse("a number was expected")
    }
    return .float(float)
  }

  /// A string in quotes with Python's escapes.
  private mutating func quoted() throws(ZooError) -> PickleValue {
    let line = try input.line()
    guard line.count >= 2, let quote = line.first, quote == line.last,
      quote == 0x27 || quote == 0x22
    else { throw refuse("a string in quotes was expected") }
    return text(Self.unescaped(Array(line[1..<line.count - 1]), unicode: false))
  }

  /// The bytes that escaped text stands for, as UTF-8 when it is Unicode, which knows only `\u` and
  /// `\U` and holds Latin-1 otherwise.
  private static func unescaped(_ line: [UInt8], unicode: Bool) -> [UInt8] {
    let simple: [UInt8: UInt8] = [
      0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x5C: 0x5C, 0x27: 0x27, 0x22: 0x22,
    ]
    var out: [UInt8] = []
    var i = 0
    func hexadecimal(_ count: Int) -> UInt32? {
      guard i + 2 + count <= line.count else { return nil }
      return UInt32(String(decoding: line[i + 2..<i + 2 + count], as: UTF8.self), radix: 16)
    }
    while i < line.count {
      let (byte, next) = (line[i], i + 1 < line.count ? line[i + 1] : 0)
      let width = next == UInt8(ascii: "u") ? 4 : 8
      if byte == 0x5C, unicode, next == UInt8(ascii: "u") || next == UInt8(ascii: "U"),
        let scalar = hexadecimal(width).flatMap(Unicode.Scalar.init)
      {
        out += Array(String(scalar).utf8)
        i += 2 + width
      } else if byte == 0x5C, !unicode, next == UInt8(ascii: "x"), let value = hexadecimal(2) {
        out.append(UInt8(truncatingIfNeeded: value))
        i += 4
      } else if byte == 0x5C, !unicode, let value = simple[next] {
        out.append(value)
        i += 2
      } else {
        out += unicode ? Array(String(Unicode.Scalar(byte)).utf8) : [byte]
        i += 1
      }
    }
    return out
  }
}
