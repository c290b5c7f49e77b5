/// Text from outside (names of people and files, messages) made fit to be shown.
public enum PlainText {
  /// `text` without what a page or a terminal would obey instead of showing.
  ///
  /// Control characters (the escape that begins a terminal's commands among them) and the marks
  /// that reverse the direction of writing become U+FFFD; a line feed and a tab stay. A character
  /// of markup that a combining mark follows is parted from it by a zero-width space: escaping that
  /// goes by whole characters would not see it, and `"` with an accent still ends an attribute.
  public static func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for character in text {
      for (index, scalar) in character.unicodeScalars.enumerated() {
        if index == 1 && isMarkup(character.unicodeScalars.first) { result.append("\u{200B}") }
        // Swift has a carriage return and the line feed after it as one character.
        if scalar == "\r" {
          if character.unicodeScalars.count == 1 { result.append("\n") }
        } else {
          result.append(isRefused(scalar) ? "\u{FFFD}" : scalar)
        }
      }
    }
    return String(result)
  }

  /// ``clean(_:)`` with the five characters of markup escaped, for text and quoted attributes of
  /// HTML and XML.
  public static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in clean(text).unicodeScalars {
      switch scalar {
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isMarkup(_ scalar: Unicode.Scalar?) -> Bool {
    switch scalar {
    case "<", ">", "&", "\"", "'": true
    default: false
    }
  }

  private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x202A...0x202E, 0x2066...0x2069: true
    case 0xFDD0...0xFDEF: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}
