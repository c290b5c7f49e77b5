/// How many columns of a terminal text takes: one for a character, two for East Asian wide ones
/// and emoji.
enum TextWidth {
  static func columns(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

  private static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x200B...0x200D, 0x2060, 0xFEFF: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// `text`, or its beginning and an ellipsis, in at most `width` columns.
  static func shortened(_ text: String, to width: Int) -> String {
    if columns(text) <= width { return text }
    return split(text, at: max(0, width - 1)).head + "\u{2026}"
  }

  /// The longest beginning of `text` of at most `width` columns (at least one character), and the
  /// rest.
  static func split(_ text: String, at width: Int) -> (head: String, tail: String) {
    var used = 0
    var end = text.startIndex
    for index in text.indices {
      used += columns(text[index])
      if used > width && index != text.startIndex { break }
      end = text.index(after: index)
    }
    return (String(text[..<end]), String(text[end...]))
  }
}
