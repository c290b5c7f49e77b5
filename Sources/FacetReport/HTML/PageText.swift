import Mustache

/// Text for a page's template: cleaned here, escaped by the template engine.
///
/// Everything that comes from a report reaches a template as `PageText`; an empty text is a section
/// that isn't rendered.
struct PageText: MustacheCustomRenderable {
  private let text: String

  init(_ text: String) { self.text = PlainText.clean(text) }

  var renderText: String { text }
  var isNull: Bool { text.isEmpty }
}

/// Markup that Facet made itself and has escaped where needed; templates insert it as it is.
struct Markup: MustacheCustomRenderable {
  let renderText: String

  var isNull: Bool { renderText.isEmpty }
}
