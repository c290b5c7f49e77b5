import Foundation

/// Turns a report into what the page's templates see.
struct PageBuilder {
  let report: Report
  let figureFolder: String?
  var images = PageImages()
  private var figureCount = 0
  private let figureNames: [String]

  init(_ report: Report, figureFolder: String?) {
    self.report = report
    self.figureFolder = figureFolder
    figureNames = report.figureNames
  }

  mutating func page() throws(ReportError) -> PageView {
    var sections: [SectionView] = []
    for (index, section) in report.sections.enumerated() {
      sections.append(try view(section, number: index + 1))
    }
    let summary = report.summary
    let glossary = report.glossary.map(DefinitionView.init)
    let provenance = report.provenance
    let facts = facts(provenance)
    let digests = provenance.digests.map {
      DefinitionView(Definition("\($0.role) \($0.path)", $0.sha256))
    }
    let headlines = summary.figures.map(view)
    return PageView(
      title: PageText(report.title), subtitle: PageText(report.subtitle),
      styleSheet: Markup(renderText: StyleSheet.text), script: Markup(renderText: PageScript.text),
      headlines: headlines, verdicts: summary.verdicts.map { ToneView($0.sentence, $0.tone) },
      warnings: summary.warnings.map(PageText.init),
      warningsLabel: PageText(
        summary.warnings.isEmpty ? "" : summary.warnings.count == 1 ? "Warning" : "Warnings"),
      hasSummary: !(headlines.isEmpty && summary.verdicts.isEmpty && summary.warnings.isEmpty),
      hasContents: sections.count > 1, sections: sections, hasGlossary: !glossary.isEmpty,
      glossary: glossary, command: PageText(provenance.command), provenance: facts,
      digests: digests, options: provenance.options.map(DefinitionView.init),
      hasOptions: !provenance.options.isEmpty,
      hasProvenance:
        !(facts.isEmpty && digests.isEmpty && provenance.options.isEmpty
        && provenance.command.isEmpty))
  }

  private func view(_ figure: HeadlineFigure) -> HeadlineView {
    HeadlineView(
      name: PageText(figure.name), value: PageText(figure.format.string(figure.value)),
      interval: PageText(figure.interval.map { Self.described($0, figure.format) } ?? ""),
      count: PageText(figure.count), tone: figure.tone.rawValue)
  }

  /// For example `95% interval 94.2–98.8%, Clopper-Pearson`.
  static func described(_ interval: ReportInterval, _ format: NumberFormat) -> String {
    let level = NumberFormat.significant(4).string(100 * interval.level)
    let method = interval.method.isEmpty ? "" : ", " + interval.method
    return "\(level)% interval \(format.string(interval))\(method)"
  }

  private func facts(_ provenance: ReportProvenance) -> [DefinitionView] {
    var facts: [Definition] = []
    if !provenance.version.isEmpty { facts.append(Definition("Facet", provenance.version)) }
    if let seed = provenance.seed { facts.append(Definition("Seed", "\(seed)")) }
    if !provenance.machine.isEmpty { facts.append(Definition("Machine", provenance.machine)) }
    if let seconds = provenance.seconds {
      facts.append(Definition("Time", NumberFormat.seconds.string(seconds)))
    }
    return facts.map(DefinitionView.init)
  }

  private mutating func view(
    _ section: ReportSection, number: Int
  ) throws(ReportError) -> SectionView {
    var blocks: [BlockView] = []
    for block in section.blocks {
      if let view = try view(block) { blocks.append(view) }
    }
    return SectionView(
      id: "section-\(number)", heading: PageText(section.title), lead: PageText(section.lead),
      blocks: blocks)
  }

  /// `nil` for a block that shows nothing.
  private mutating func view(_ block: ReportBlock) throws(ReportError) -> BlockView? {
    switch block {
    case .heading(let text):
      return BlockView(partial: "heading", view: TextView(text: PageText(text)))
    case .paragraph(let text):
      return BlockView(partial: "paragraph", view: TextView(text: PageText(text)))
    case .note(let text): return BlockView(partial: "note", view: TextView(text: PageText(text)))
    case .warning(let text):
      return BlockView(partial: "warning", view: TextView(text: PageText(text)))
    case .preformatted(let text):
      return BlockView(partial: "preformatted", view: TextView(text: PageText(text)))
    case .definitionList(let items):
      if items.isEmpty { return nil }
      return BlockView(
        partial: "definitions", view: DefinitionListView(items: items.map(DefinitionView.init)))
    case .table(let table):
      try table.check()
      return BlockView(partial: "table", view: Self.view(table))
    case .figure(let figure): return BlockView(partial: "figure", view: try view(figure))
    case .heatmapGallery(let gallery): return BlockView(partial: "gallery", view: view(gallery))
    case .imageGrid(let grid): return BlockView(partial: "grid", view: view(grid))
    case .skips(let files):
      return files.isEmpty ? nil : BlockView(partial: "skips", view: Self.view(files))
    }
  }

  private mutating func view(_ figure: Figure) throws(ReportError) -> FigureView {
    let name = figureNames[figureCount]
    figureCount += 1
    return FigureView(
      id: "figure-\(figureCount)", number: figureCount, width: figure.width.rawValue,
      title: PageText(figure.title), caption: PageText(figure.caption),
      drawing: Markup(renderText: try PlotRenderer.svg(figure)),
      link: PageText(figureFolder.map { "\($0)/\(name).png" } ?? ""))
  }
}
