import Foundation

/// What a job found out, as a value: renderers turn it into a page, pictures or terminal text.
///
/// A report holds no file paths to be read later and no closures; everything shown is in it, so it
/// can be compared, stored as JSON and rendered again.
public struct Report: Codable, Equatable, Sendable {
  /// The heading of the page, one line.
  public var title: String
  /// What was examined, one line; may be empty.
  public var subtitle: String
  public var summary: ReportSummary
  /// Shown in this order, each with an entry in the table of contents.
  public var sections: [ReportSection]
  /// Terms for the glossary; the definitions that headline figures and figures carry are added.
  public var definitions: [Definition]
  /// How the numbers came about, for the foot of the page.
  public var provenance: ReportProvenance

  public init(
    title: String, subtitle: String = "", summary: ReportSummary = ReportSummary(),
    sections: [ReportSection] = [], definitions: [Definition] = [],
    provenance: ReportProvenance = ReportProvenance()
  ) {
    self.title = title
    self.subtitle = subtitle
    self.summary = summary
    self.sections = sections
    self.definitions = definitions
    self.provenance = provenance
  }

  /// The figures of all sections in the order of the page.
  public var figures: [Figure] {
    sections.flatMap(\.blocks).compactMap {
      if case .figure(let figure) = $0 { figure } else { nil }
    }
  }

  /// All terms of the glossary, each once: the report's own first, then those carried by headline
  /// figures and figures in the order of the page. The first text given for a term stands.
  public var glossary: [Definition] {
    let carried =
      summary.figures.compactMap { figure in
        figure.definition.map { Definition(figure.name, $0) }
      } + figures.compactMap(\.definition)
    var seen = Set<String>()
    return (definitions + carried).filter { seen.insert($0.term).inserted }
  }
}

extension Report {
  /// The report as JSON with sorted keys; NaN and the infinities become the texts `nan`, `inf`
  /// and `-inf`, which JSON has no numbers for. The same report gives the same bytes.
  ///
  /// - Throws: `ReportError.coding`.
  public func json() throws(ReportError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try encoder.encode(self)
    } catch {
      throw .coding(reason: "\(error)")
    }
  }

  /// The report that ``json()`` wrote.
  ///
  /// - Throws: `ReportError.coding` when `json` is not a report.
  public init(json: Data) throws(ReportError) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      self = try decoder.decode(Report.self, from: json)
    } catch {
      throw .coding(reason: "\(error)")
    }
  }
}
