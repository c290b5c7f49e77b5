import FacetImage
import FacetReport
import FacetTensor

/// Reports for tests, made from seeds.
enum Samples {
  static func image(_ seed: Int, width: Int = 12, height: Int = 10) -> Image {
    var stream = RandomStream(seed: 4, seed)
    return Image(
      width: width, height: height,
      pixels: (0..<3 * width * height).map { _ in UInt8(truncatingIfNeeded: stream.next()) })
  }

  static func picture(_ seed: Int) throws -> ReportImage { try ReportImage(image(seed)) }

  static func normals(_ count: Int, mean: Double, _ stream: Int) -> [Double] {
    var random = RandomStream(seed: 5, stream)
    return (0..<count).map { _ in mean + Double(random.normal()) }
  }

  /// One of each kind of plot, with ordinary data.
  static func plots(named name: String = "a") -> [Plot] {
    let axis = PlotAxis(name)
    return [
      .line(
        LinePlot(
          [
            LineSeries(
              name, x: [0, 1, 2], y: [1, 3, 2], low: [0, 2, 1], high: [2, 4, 3], hasMarkers: true),
            LineSeries(name + "2", x: [0, 2], y: [0, 1], line: .dashed, emphasis: .muted),
          ], x: axis, y: axis, rules: [.vertical(1, label: name), .horizontal(2, label: name)])),
      .line(.det([ErrorRateCurve(name, fmr: [0.5, 0.1, 0], fnmr: [0, 0.1, 0.5])])),
      .line(
        .roc([ErrorRateCurve(name, fmr: [0.5, 0.1, 0], fnmr: [0, 0.1, 0.5])], isLogarithmic: true)),
      .bars(
        BarChart(
          categories: [name, "b"],
          series: [BarSeries(name, [0.5, 0.7], intervals: [ReportInterval(0.4, 0.6), nil])],
          axis: .percent(name), rules: [.horizontal(0.6, label: name)])),
      .histogram(
        HistogramPlot(
          [(name, normals(50, mean: 2, 1)), ("b", normals(90, mean: 0, 2))], bins: 10, x: axis,
          rules: [.vertical(1, label: name)])),
      .scatter(
        ScatterPlot(
          [.init(name, [.init(1, 2, label: name), .init(2, 3)], emphasis: .strong)], x: axis,
          y: axis)),
      .matrix(.confusion([3, 1, 0, 4], names: [name, "b"])),
      .strip(
        StripPlot([1, 2, 3, 4], marks: [.init(name, 3, emphasis: .strong)], x: axis, noun: name)),
    ]
  }

  /// A report that has every block and `text` in every field that takes text.
  static func report(text: String) throws -> Report {
    let definition = Definition(text, text)
    let interval = ReportInterval(0.8, 0.9, method: text)
    let panel = HeatmapPanel(method: text, map: try picture(2), values: [definition])
    let card = HeatmapCard(
      photo: try picture(1), name: text, predicted: text, truth: text, probability: 0.9,
      panels: [panel, panel], note: text)
    let gallery = HeatmapGallery(
      title: text, caption: text,
      scale: ColorScale(
        stops: [RGB(0, 0, 0), RGB(255, 160, 9)], low: 0, high: 1, quantity: text, sharing: text),
      cards: [card, card])
    let table = Table(
      text, columns: [Table.Column(text, help: text), "number", "badge", "name"],
      rows: [
        [.text(text), .percentage(0.85, interval: interval), .badge(text, .good), .name(text)],
        Table.Row([.missing, .number(.nan, .decimals(1)), .missing, .name("b")], emphasis: .muted),
      ])
    let grid = ImageGrid(
      [
        .init(try picture(1), caption: text, badge: Badge(text, .bad)),
        .init(try picture(3), caption: text, link: text),
      ], caption: text)
    let blocks: [ReportBlock] =
      [
        .heading(text), .paragraph(text), .note(text), .warning(text), .preformatted(text),
        .definitionList([definition]), .table(table), .heatmapGallery(gallery), .imageGrid(grid),
        .skips([SkippedFile(path: text, reason: text)]),
      ]
      + plots(named: text).map {
        .figure(Figure(text, $0, caption: text, name: "figure", definition: definition))
      }
    return Report(
      title: text, subtitle: text,
      summary: ReportSummary(
        figures: [
          HeadlineFigure(text, 0.85, interval: interval, count: text, definition: text, tone: .good)
        ], verdicts: [Verdict(text, tone: .bad)], warnings: [text]),
      sections: [ReportSection(text, lead: text, blocks), ReportSection("Second")],
      definitions: [definition],
      provenance: ReportProvenance(
        command: text, version: text, seed: 3, options: [definition],
        digests: [.init(role: text, path: text, sha256: "ab")], machine: text, seconds: 3))
  }
}
