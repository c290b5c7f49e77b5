/// Pictures side by side, each with a caption: the five crops, a dense map, a contact sheet.
public struct ImageGrid: Codable, Equatable, Sendable {
  /// May be empty.
  public var caption: String
  public var items: [Item]
  /// The width of a picture's place on the page in CSS pixels; pictures are scaled to it.
  public var itemWidth: Int
  /// Whether pixels stay sharp squares when a small picture is enlarged.
  public var isPixelated: Bool

  public init(
    _ items: [Item], caption: String = "", itemWidth: Int = 160, isPixelated: Bool = false
  ) {
    self.items = items
    self.caption = caption
    self.itemWidth = itemWidth
    self.isPixelated = isPixelated
  }

  public struct Item: Codable, Equatable, Sendable {
    public var image: ReportImage
    /// May be empty.
    public var caption: String
    /// What the picture shows for those who can't see it; by default the caption.
    public var alternative: String
    /// A file beside the page that a click opens, as a relative path; a renderer leaves out
    /// anything else (a scheme, a host, an absolute path).
    public var link: String?
    public var badge: Badge?

    public init(
      _ image: ReportImage, caption: String = "", alternative: String? = nil,
      link: String? = nil, badge: Badge? = nil
    ) {
      self.image = image
      self.caption = caption
      self.alternative = alternative ?? caption
      self.link = link
      self.badge = badge
    }
  }
}

/// A word or two in a coloured pill.
public struct Badge: Codable, Hashable, Sendable {
  public var text: String
  public var tone: Tone

  public init(_ text: String, _ tone: Tone = .neutral) {
    self.text = text
    self.tone = tone
  }
}
