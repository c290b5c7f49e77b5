/// A place in a text of bytes that moves on as pieces of it are recognised. It never goes back or
/// calls itself, so the text may be hostile.
struct ByteScanner {
  let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// The byte at the position; `nil` at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func advance() { position += 1 }

  /// Passes spaces, tabs and ends of lines.
  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || 0x09...0x0D ~= byte { position += 1 }
  }

  /// Passes `character` and the space around it; `false` when something else is there.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = next, UInt32(byte) == character.value else { return false }
    position += 1
    skipSpace()
    return true
  }

  /// Passes `word` when the text goes on with it.
  mutating func take(word: String) -> Bool {
    let end = position + word.utf8.count
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.utf8) else { return false }
    position = end
    return true
  }

  /// Passes a decimal whole number; `nil` for anything else and beyond 64 bits.
  mutating func integer() -> Int? {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    return Int(String(decoding: bytes[start..<position], as: UTF8.self))
  }
}
