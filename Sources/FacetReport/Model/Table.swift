/// A table of results. On a page it can be sorted by each of its columns; columns of numbers are
/// set right with digits of one width.
public struct Table: Codable, Equatable, Sendable {
  /// What the table shows; it stands above it. May be empty.
  public var caption: String
  public var columns: [Column]
  /// Each row has one cell for each column; a renderer refuses a table where that does not hold.
  public var rows: [Row]
  /// Set closely, for tables of many rows.
  public var isCompact: Bool

  public init(
    _ caption: String = "", columns: [Column], rows: [Row] = [], isCompact: Bool = false
  ) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.isCompact = isCompact
  }

  public struct Column: Codable, Hashable, Sendable, ExpressibleByStringLiteral {
    public var title: String
    /// What the column means, shown when the pointer rests on the heading; may be empty.
    public var help: String

    public init(_ title: String, help: String = "") {
      self.title = title
      self.help = help
    }

    public init(stringLiteral title: String) { self.init(title) }
  }

  public struct Row: Codable, Equatable, Sendable, ExpressibleByArrayLiteral {
    public var cells: [Cell]
    public var emphasis: Emphasis

    public init(_ cells: [Cell], emphasis: Emphasis = .none) {
      self.cells = cells
      self.emphasis = emphasis
    }

    public init(arrayLiteral cells: Cell...) { self.init(cells) }
  }

  /// How a row stands out of its neighbours.
  public enum Emphasis: String, Codable, Hashable, Sendable {
    case none
    /// The row the text speaks of: the best, the chosen.
    case strong
    /// A control or a row that does not count.
    case muted
  }

  public enum Cell: Codable, Equatable, Sendable, ExpressibleByStringLiteral {
    /// Text that may wrap.
    case text(String)
    /// The name of a file, an identity or a layer: one line, shortened where it is too long (the
    /// whole name is in the title attribute).
    case name(String)
    case number(Double, NumberFormat, interval: ReportInterval? = nil)
    case badge(String, Tone)
    /// Nothing to show; sorted last.
    case missing

    public init(stringLiteral text: String) { self = .text(text) }

    /// A fraction shown as a percentage.
    public static func percentage(
      _ fraction: Double, decimals: Int = 1, interval: ReportInterval? = nil
    ) -> Cell {
      .number(fraction, .percent(decimals), interval: interval)
    }

    /// A whole number.
    public static func count(_ value: Int) -> Cell { .number(Double(value), .integer) }

    /// What a terminal shows.
    public var plainText: String {
      switch self {
      case .text(let text), .name(let text), .badge(let text, _): text
      case .number(let value, let format, let interval):
        format.string(value) + (interval.map { " [" + format.string($0) + "]" } ?? "")
      case .missing: "\u{2013}"
      }
    }
  }

  /// Whether each column holds numbers only (and at least one), missing cells apart.
  public var numericColumns: [Bool] {
    columns.indices.map { column in
      let present = rows.compactMap { row in
        row.cells.indices.contains(column) && row.cells[column] != .missing
          ? row.cells[column] : nil
      }
      return !present.isEmpty
        && present.allSatisfy { if case .number = $0 { true } else { false } }
    }
  }
}
