/// The pictures of one page: each is embedded where it is first shown, and shown again by
/// reference, so that a photo under ten maps costs its bytes once.
struct PageImages {
  /// A transparent picture of one pixel, which stands in until the page's script has run.
  private static let blank =
    "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

  private var identifiers: [ReportImage: String] = [:]

  /// An `img` element for `image`.
  ///
  /// - Parameter alternative: what it shows; empty for a picture that only decorates.
  mutating func element(
    _ image: ReportImage, alternative: String, classes: String = ""
  ) -> Markup {
    var source = "src=\"\(PageImages.blank)\" "
    if let identifier = identifiers[image] {
      source += "data-copy=\"\(identifier)\""
    } else {
      let identifier = "img-\(identifiers.count + 1)"
      identifiers[image] = identifier
      source = "id=\"\(identifier)\" src=\"\(image.dataURL)\""
    }
    let style = classes.isEmpty ? "" : " class=\"\(classes)\""
    return Markup(
      renderText: "<img\(style) \(source) alt=\"\(PlainText.escaped(alternative))\""
        + " width=\"\(image.width)\" height=\"\(image.height)\" decoding=\"async\">")
  }
}
