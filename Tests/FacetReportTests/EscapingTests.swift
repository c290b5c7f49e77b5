import FacetReport
import Testing

@Suite struct EscapingTests {
  static let hostile = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "{{title}}{{{script}}}",
    "javascript:alert(1)",
    "http://example.org/x.png",
    // A combining accent makes one character of itself and the quote before it.
    "\"\u{301} onmouseover=\"\u{301}alert(1)",
    "<\u{301}script>\u{301}alert(1)",
    "a\u{0}b\u{1B}[31m\u{202E}c",
  ]

  @Test(arguments: hostile)
  func hostileTextAddsNoMarkup(_ text: String) throws {
    let harmless = PageScanner(try HTMLRenderer.render(try Samples.report(text: "x")))
    let page = PageScanner(try HTMLRenderer.render(try Samples.report(text: text)))
    let known = Set(harmless.elements.map(\.name))
    let attributes = Set(harmless.elements.flatMap { $0.attributes.keys })
    // The title element in a drawing says the whole of a shortened text, which "x" never is.
    #expect(Set(page.elements.map(\.name)).subtracting(known).isEmpty)
    #expect(Set(page.elements.flatMap { $0.attributes.keys }).subtracting(attributes).isEmpty)
    #expect(page.elements("script").count == 1)
    #expect(page.elements("style").count == 1)
    #expect(page.elements.allSatisfy { !$0.attributes.keys.contains { $0.hasPrefix("on") } })
  }

  @Test func hostileTextIsShownAsText() throws {
    let text = "<script>alert(1)</script>"
    let page = PageScanner(try HTMLRenderer.render(try Samples.report(text: text)))
    #expect(unescaped(page.text).components(of: text) > 20)
  }

  @Test(arguments: hostile)
  func nothingIsRequested(_ text: String) throws {
    let page = PageScanner(
      try HTMLRenderer.render(try Samples.report(text: text), figureFolder: "figures"))
    for element in page.elements {
      for (name, value) in element.attributes {
        switch name {
        case "src": #expect(value.hasPrefix("data:image/"))
        case "href":
          let isLocal = value.hasPrefix("#") || value.hasPrefix("figures/") || value == "data:,"
          #expect(isLocal || (element.name == "a" && !value.contains(":") && !value.hasPrefix("/")))
        case "style": #expect(!value.contains("url("))
        case "srcset", "action", "formaction", "data", "poster", "background", "xlink:href":
          Issue.record("attribute \(name) of \(element.name)")
        default: break
        }
      }
      #expect(!["iframe", "object", "embed", "form", "base", "svg:image"].contains(element.name))
    }
  }

  @Test func ownTextsNameNoServer() throws {
    let page = try HTMLRenderer.render(try Samples.report(text: "x"))
    for address in ["http:", "https:", "//fonts", "@import", "url("] {
      #expect(!page.contains(address), "\(address)")
    }
  }

  @Test func policyComesFirstAndForbidsRequests() throws {
    let page = PageScanner(try HTMLRenderer.render(Report(title: "t")))
    let names = page.elements.map(\.name)
    let policy = try #require(
      page.elements.firstIndex { $0.attributes["http-equiv"] == "Content-Security-Policy" })
    #expect(policy < (names.firstIndex(of: "style") ?? 0))
    #expect(policy < (names.firstIndex(of: "script") ?? 0))
    #expect(policy < (names.firstIndex(of: "link") ?? 0))
    let content = try #require(page.elements[policy].attributes["content"])
    let directives = content.split(separator: ";").map { $0.drop { $0 == " " } }
    for wanted in [
      "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'",
      "script-src 'unsafe-inline'",
    ] {
      #expect(directives.contains { $0 == wanted }, "\(wanted)")
    }
  }

  @Test(arguments: [
    ("figures/a.png", "figures/a.png"), ("a b\"c.png", "a%20b%22c.png"), ("é.png", "%C3%A9.png"),
    ("javascript:alert(1)", "javascript%3Aalert%281%29"), ("a/../b", nil), ("../secret", nil),
    ("/etc/passwd", nil), ("//host/x", nil), ("", nil),
  ])
  func linksStayBesideThePage(_ link: String, _ expected: String?) throws {
    let grid = ImageGrid([.init(try Samples.picture(1), link: link)])
    let page = PageScanner(
      try HTMLRenderer.render(
        Report(title: "t", sections: [ReportSection("s", [.imageGrid(grid)])])))
    #expect(page.elements("a").first?.attributes["href"] == expected)
  }

  @Test func cleanTextHasNoControls() {
    #expect(PlainText.clean("a\tb\nc") == "a\tb\nc")
    #expect(PlainText.clean("a\r\nb\rc") == "a\nb\nc")
    #expect(PlainText.clean("\u{1B}[31mred\u{0}") == "\u{FFFD}[31mred\u{FFFD}")
    #expect(PlainText.clean("abc\u{202E}gpj.exe") == "abc\u{FFFD}gpj.exe")
    #expect(PlainText.clean("José Müller 王") == "José Müller 王")
    #expect(
      Array(PlainText.clean("\"\u{301}\u{302}").unicodeScalars) == [
        "\"", "\u{200B}", "\u{301}", "\u{302}",
      ])
    #expect(
      PlainText.escaped("<a b='c' d=\"e\">&") == "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;")
  }
}

extension String {
  /// How often `part` occurs.
  func components(of part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
