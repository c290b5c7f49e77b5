/// A headed part of a report: blocks in the order of reading.
public struct ReportSection: Codable, Equatable, Sendable {
  public var title: String
  /// What the section answers, one or two sentences; may be empty.
  public var lead: String
  public var blocks: [ReportBlock]

  public init(_ title: String, lead: String = "", _ blocks: [ReportBlock] = []) {
    self.title = title
    self.lead = lead
    self.blocks = blocks
  }
}

/// One thing shown in a section.
public enum ReportBlock: Codable, Equatable, Sendable {
  /// A heading below the section's.
  case heading(String)
  case paragraph(String)
  /// Something worth knowing that changes no conclusion.
  case note(String)
  /// Something that weakens a conclusion.
  case warning(String)
  /// Text whose spaces and line ends are kept, such as a command.
  case preformatted(String)
  case definitionList([Definition])
  case table(Table)
  case figure(Figure)
  case heatmapGallery(HeatmapGallery)
  case imageGrid(ImageGrid)
  /// Files that were passed over; nothing is shown when there are none.
  case skips([SkippedFile])
}

/// A term and what it means; in a definition list, a name and its value.
public struct Definition: Codable, Hashable, Sendable {
  public var term: String
  public var text: String

  public init(_ term: String, _ text: String) {
    self.term = term
    self.text = text
  }
}

/// A file that was not used, and why.
public struct SkippedFile: Codable, Hashable, Sendable {
  public var path: String
  public var reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// How good the news is that a badge, a verdict or a headline figure gives.
///
/// A tone is never shown by colour alone: a sign or the text says it too.
public enum Tone: String, Codable, Hashable, Sendable, CaseIterable {
  case neutral
  case good
  case caution
  case bad
}
