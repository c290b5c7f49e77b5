/// A slow, obvious reader of the pages under test: elements with their attributes, and the text
/// between them, as an HTML parser sees them (scripts and style sheets are raw text).
struct PageScanner {
  struct Element {
    var name: String
    var attributes: [String: String]
  }

  var elements: [Element] = []
  var text = ""

  init(_ page: String) {
    let scalars = Array(page.unicodeScalars)
    var i = 0
    func string(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return String(view)
    }
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isASCII && scalar.properties.isAlphabetic
    }
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar == " " || scalar == "\n" || scalar == "\t"
    }
    while i < scalars.count {
      let isTag =
        scalars[i] == "<" && i + 1 < scalars.count
        && (isLetter(scalars[i + 1]) || scalars[i + 1] == "/" || scalars[i + 1] == "!")
      guard isTag else {
        text.unicodeScalars.append(scalars[i])
        i += 1
        continue
      }
      if !isLetter(scalars[i + 1]) {
        while i < scalars.count && scalars[i] != ">" { i += 1 }
        i += 1
        continue
      }
      var start = i + 1
      i = start
      while i < scalars.count && !isSpace(scalars[i]) && scalars[i] != ">" && scalars[i] != "/" {
        i += 1
      }
      var element = Element(name: string(start..<i).lowercased(), attributes: [:])
      while i < scalars.count && scalars[i] != ">" {
        if isSpace(scalars[i]) || scalars[i] == "/" {
          i += 1
          continue
        }
        start = i
        while i < scalars.count && !isSpace(scalars[i]) && scalars[i] != "=" && scalars[i] != ">" {
          i += 1
        }
        let name = string(start..<i).lowercased()
        var value = ""
        if i < scalars.count && scalars[i] == "=" {
          i += 1
          if scalars[i] == "\"" {
            start = i + 1
            i = start
            while i < scalars.count && scalars[i] != "\"" { i += 1 }
            value = string(start..<i)
            i += 1
          } else {
            start = i
            while i < scalars.count && !isSpace(scalars[i]) && scalars[i] != ">" { i += 1 }
            value = string(start..<i)
          }
        }
        element.attributes[name] = value
      }
      i += 1
      elements.append(element)
      if element.name == "script" || element.name == "style" {
        let end = Array("</\(element.name)".unicodeScalars)
        while i < scalars.count && !scalars[i...].starts(with: end) { i += 1 }
      }
    }
  }

  func elements(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  func elements(withClass name: String) -> [Element] {
    elements.filter {
      $0.attributes["class"]?.split(separator: " ").contains { $0 == name } == true
    }
  }
}

/// Text of a page as a reader sees it.
func unescaped(_ text: String) -> String {
  var text = text
  for (entity, character) in [
    ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
  ] {
    text = text.split(separator: entity, omittingEmptySubsequences: false).joined(
      separator: character)
  }
  return text
}
