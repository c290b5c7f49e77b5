import FacetImage
import FacetReport
import Foundation
import Testing

@Suite struct PageTests {
  private func page(_ blocks: ReportBlock...) throws -> String {
    try HTMLRenderer.render(Report(title: "t", sections: [ReportSection("s", blocks)]))
  }

  @Test func sameReportGivesSameBytes() throws {
    let report = try Samples.report(text: "name")
    #expect(try HTMLRenderer.render(report) == HTMLRenderer.render(report))
    let (first, second) = (try ReportWriter.files(of: report), try ReportWriter.files(of: report))
    #expect(first.map(\.path) == second.map(\.path))
    #expect(first.map(\.data) == second.map(\.data))
    #expect(try report.json() == report.json())
  }

  @Test func aReportSurvivesJSON() throws {
    let report = try Samples.report(text: "é <b>")
    let again = try Report(json: try report.json())
    // NaN differs from itself, so the pages are compared.
    #expect(try HTMLRenderer.render(again) == HTMLRenderer.render(report))
    let finite = Report(title: "a", provenance: ReportProvenance(seed: .max))
    #expect(try Report(json: try finite.json()) == finite)
    #expect(throws: ReportError.self) { try Report(json: Data("{}".utf8)) }
  }

  @Test func anEmptyReportIsAPage() throws {
    let scanner = PageScanner(try HTMLRenderer.render(Report(title: "")))
    #expect(scanner.elements("h1").count == 1)
    #expect(scanner.elements("section").isEmpty)
    #expect(scanner.elements("footer").isEmpty)
  }

  @Test func noWarningsAreNoBox() throws {
    let verdict = ReportSummary(verdicts: [Verdict("It does.")])
    let calm = try HTMLRenderer.render(Report(title: "t", summary: verdict))
    #expect(calm.contains("It does.") && !calm.contains("class=\"warning\""))
    var worried = verdict
    worried.warnings = ["Few photos."]
    let page = try HTMLRenderer.render(Report(title: "t", summary: worried))
    #expect(page.contains("class=\"warning\"><strong>Warning</strong>"))
  }

  @Test func emptyFieldsAreNotFilledFromOutside() throws {
    // A template looks for a missing name in the enclosing view; the report's title must not
    // become that of a gallery, nor its subtitle a caption.
    let gallery = HeatmapGallery(
      scale: ColorScale(stops: [], low: 0, high: 1, sharing: ""),
      cards: [HeatmapCard(photo: try Samples.picture(1), name: "n", predicted: "p", panels: [])])
    let report = Report(
      title: "OUTSIDE", subtitle: "OUTSIDE",
      sections: [
        ReportSection(
          "s",
          [
            .heatmapGallery(gallery), .table(Table(columns: ["c"], rows: [[.missing]])),
            .imageGrid(ImageGrid([.init(try Samples.picture(1))])),
            .figure(Figure("", .strip(StripPlot([], marks: [], x: PlotAxis(""))))),
          ])
      ])
    #expect(try HTMLRenderer.render(report).components(of: "OUTSIDE") == 3)
  }

  @Test func aPictureIsEmbeddedOnce() throws {
    let photo = try Samples.picture(1)
    let maps = try (2..<6).map { try Samples.picture($0) }
    let card = HeatmapCard(
      photo: photo, name: "n", predicted: "p", truth: "q",
      panels: maps.map { HeatmapPanel(method: "m", map: $0) })
    let gallery = HeatmapGallery(
      scale: ColorScale(stops: [], low: 0, high: 1, sharing: ""), cards: [card])
    let text = try page(.heatmapGallery(gallery), .imageGrid(ImageGrid([.init(photo)])))
    #expect(text.components(of: photo.png.base64EncodedString()) == 1)
    for map in maps { #expect(text.components(of: map.png.base64EncodedString()) == 1) }
    let scanner = PageScanner(text)
    let photos = scanner.elements("img")
    let identifiers = Set(photos.compactMap { $0.attributes["id"] })
    let copies = photos.compactMap { $0.attributes["data-copy"] }
    #expect(identifiers.count == 5)
    #expect(copies.count == 5)
    #expect(copies.allSatisfy(identifiers.contains))
    #expect(photos.allSatisfy { $0.attributes["alt"] != nil })
    #expect(scanner.elements(withClass: "map").count == 4)
    #expect(scanner.text.contains("wrong"))
  }

  @Test func aGalleryOffersEachMapsOwnScaleWhereThereIsOne() throws {
    func gallery(_ panels: HeatmapPanel...) throws -> PageScanner {
      PageScanner(
        try page(
          .heatmapGallery(
            HeatmapGallery(
              scale: ColorScale(stops: [], low: 0, high: 1, sharing: ""),
              cards: [
                HeatmapCard(
                  photo: try Samples.picture(1), name: "n", predicted: "p", panels: panels)
              ]))))
    }
    let shared = HeatmapPanel(method: "a", map: try Samples.picture(2))
    let both = HeatmapPanel(
      method: "b", map: try Samples.picture(3), ownScaleMap: try Samples.picture(4))
    let one = try gallery(shared)
    #expect(one.elements(withClass: "scale-switch").isEmpty)
    #expect(one.elements(withClass: "own-scale").isEmpty)
    #expect(one.elements(withClass: "shared-scale").isEmpty)
    let two = try gallery(shared, both)
    #expect(two.elements(withClass: "scale-switch").count == 1)
    // The map without a picture of its own stays where it is when the switch is set.
    #expect(two.elements(withClass: "map").count == 3)
    #expect(two.elements(withClass: "shared-scale").count == 1)
    #expect(two.elements(withClass: "own-scale").count == 1)
  }

  @Test func withoutWarningsThereIsNoBoxForThem() throws {
    let summary = ReportSummary(verdicts: [Verdict("It is so.")])
    let page = PageScanner(try HTMLRenderer.render(Report(title: "t", summary: summary)))
    #expect(page.elements(withClass: "warning").isEmpty)
  }

  @Test func aPanelMayShowAPhotoOfItsOwnAndNoMap() throws {
    let (first, second) = (try Samples.picture(1), try Samples.picture(2))
    let text = try page(
      .heatmapGallery(
        HeatmapGallery(
          scale: ColorScale(stops: [], low: 0, high: 1, sharing: ""),
          cards: [
            HeatmapCard(
              photo: first, name: "a pair", predicted: "",
              panels: [
                HeatmapPanel(method: "second photo", map: nil, photo: second),
                HeatmapPanel(method: "its map", map: try Samples.picture(3), photo: second),
              ], photoTitle: "first photo")
          ])))
    let scanner = PageScanner(text)
    #expect(scanner.elements(withClass: "map").count == 1)
    #expect(scanner.elements("img").contains { $0.attributes["alt"] == "second photo" })
    #expect(scanner.text.contains("first photo"))
    // Nobody was asked who it is.
    #expect(!scanner.text.contains("predicted"))
    #expect(text.components(of: second.png.base64EncodedString()) == 1)
  }

  @Test func warningsAreOneList() throws {
    func warnings(_ texts: String...) throws -> PageScanner {
      PageScanner(
        try HTMLRenderer.render(Report(title: "t", summary: ReportSummary(warnings: texts))))
    }
    #expect(try warnings().elements(withClass: "warning").isEmpty)
    let one = try warnings("first")
    #expect(one.text.contains("Warning") && !one.text.contains("Warnings"))
    let two = try warnings("first", "second")
    #expect(two.elements(withClass: "warning").count == 1)
    #expect(two.elements("li").count == 2)
    #expect(two.text.contains("Warnings") && two.text.contains("second"))
  }

  @Test func aTableIsCompactWhenAsked() throws {
    let rows: [Table.Row] = [[.count(1)]]
    let roomy = PageScanner(try page(.table(Table(columns: ["c"], rows: rows))))
    #expect(roomy.elements(withClass: "compact").isEmpty)
    let close = PageScanner(try page(.table(Table(columns: ["c"], rows: rows, isCompact: true))))
    #expect(close.elements(withClass: "compact").count == 1)
  }

  @Test func aScaleHasTheColoursOfItsMap() throws {
    let scale = ColorScale(
      .gray, HeatmapScale(minimum: -1, maximum: 3), sharing: "One scale for all.")
    #expect(scale.stops.count == 17)
    #expect((scale.stops.first, scale.stops.last) == ("#000000", "#ffffff"))
    let text = try page(.heatmapGallery(HeatmapGallery(scale: scale, cards: [])))
    let scanner = PageScanner(text)
    let bar = try #require(scanner.elements(withClass: "scale-bar").first)
    #expect(bar.attributes["style"]?.hasPrefix("background:linear-gradient(90deg,#000000,") == true)
    #expect(bar.attributes["aria-label"] == "Colour scale from −1 to 3")
    #expect(scanner.text.contains("One scale for all."))
    var forged = scale
    forged.stops[0] = "red);background:url(//host/x"
    let refused = try page(.heatmapGallery(HeatmapGallery(scale: forged, cards: [])))
    #expect(PageScanner(refused).elements(withClass: "scale-bar").isEmpty)
  }

  @Test func identifiersAreUnique() throws {
    let scanner = PageScanner(try HTMLRenderer.render(try Samples.report(text: "x")))
    let identifiers = scanner.elements.compactMap { $0.attributes["id"] }
    #expect(Set(identifiers).count == identifiers.count)
    for link in scanner.elements("a").compactMap({ $0.attributes["href"] })
    where link.hasPrefix("#") {
      #expect(identifiers.contains(String(link.dropFirst())))
    }
  }

  @Test func controlsHaveNames() throws {
    let scanner = PageScanner(try HTMLRenderer.render(try Samples.report(text: "x")))
    for element in scanner.elements where element.attributes["role"] == "img" {
      #expect(element.attributes["aria-label"]?.isEmpty == false)
    }
    for input in scanner.elements("input") { #expect(input.attributes["aria-label"] != nil) }
    for button in scanner.elements(withClass: "zoom") {
      #expect(button.attributes["aria-label"] != nil)
    }
    #expect(scanner.elements("html").first?.attributes["lang"] == "en")
  }

  @Test func tablesAlignAndSortNumbers() throws {
    let table = Table(
      "c", columns: ["name", "accuracy", "verdict"],
      rows: [
        [
          .name("a"), .percentage(0.973, interval: ReportInterval(0.942, 0.988)),
          .badge("yes", .good),
        ],
        Table.Row([.name("b"), .missing, .badge("no", .bad)], emphasis: .strong),
        [.name("c"), .number(.nan, .percent(1)), .missing],
        [.name("d"), .number(-.infinity, .percent(1)), .missing],
      ])
    #expect(table.numericColumns == [false, true, false])
    let scanner = PageScanner(try page(.table(table)))
    let cells = scanner.elements("td")
    #expect(cells.map { $0.attributes["class"] }.prefix(3) == ["txt name", "num", "txt"])
    #expect(
      [1, 4, 7, 10].map { cells[$0].attributes["data-sort"] } == ["0.973", "", "", "-inf"])
    #expect(cells[0].attributes["title"] == "a")
    #expect(scanner.text.contains("97.3%94.2–98.8%"))
    #expect(scanner.text.contains("\u{2713}"))
    #expect(scanner.elements(withClass: "row-strong").count == 1)
  }

  @Test func aTornTableIsRefused() {
    let table = Table("torn", columns: ["a", "b"], rows: [["1", "2"], ["1"]])
    let expected = ReportError.tableRow(table: "torn", row: 2, expected: 2, got: 1)
    #expect(throws: expected) { try page(.table(table)) }
    #expect(throws: expected) { try TextRenderer.render(table) }
    #expect(expected.description == "row 2 of table \"torn\" has 1 cells for 2 columns")
  }

  @Test func figuresAreNumberedAndLinked() throws {
    let plot = Samples.plots()[0]
    let report = Report(
      title: "t",
      sections: [
        ReportSection("a", [.figure(Figure("The ROC!", plot)), .figure(Figure("The ROC!", plot))]),
        ReportSection("b", [.figure(Figure("王", plot))]),
      ])
    let scanner = PageScanner(try HTMLRenderer.render(report, figureFolder: "figures"))
    #expect(
      scanner.elements("a").compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("fig") }
        == ["figures/the-roc.png", "figures/the-roc-2.png", "figures/figure.png"])
    for number in 1...3 { #expect(scanner.text.contains("Figure \(number)")) }
    #expect(try ReportWriter.files(of: report).count == 4)
  }

  @Test func skipsAreCountedByReason() throws {
    let files = (0..<700).map {
      SkippedFile(path: "p\($0)", reason: $0 % 7 == 0 ? "no face" : "text")
    }
    let scanner = PageScanner(try page(.skips(files)))
    #expect(scanner.text.contains("700 files skipped: 600 text, 100 no face"))
    #expect(scanner.text.contains("and 200 more"))
    #expect(scanner.elements("tr").count == 501)
    #expect(PageScanner(try page(.skips([]))).elements("details").isEmpty)
  }

  @Test func glossaryHasEachTermOnce() {
    let report = Report(
      title: "t",
      summary: ReportSummary(figures: [
        HeadlineFigure("EER", 0.1, definition: "second"),
        HeadlineFigure("AUC", 0.1, definition: "c"),
        HeadlineFigure("none", 0),
      ]), definitions: [Definition("EER", "first")])
    #expect(report.glossary == [Definition("EER", "first"), Definition("AUC", "c")])
  }

  @Test func paletteIsLegible() {
    for palette in [Palette.light, Palette.dark] {
      let texts = [
        palette.text, palette.muted, palette.positive, palette.good, palette.caution, palette.bad,
      ]
      for text in texts {
        #expect(Palette.contrast(text, palette.surface) >= 4.5)
        #expect(Palette.contrast(text, palette.page) >= 4.5)
      }
      for series in palette.series { #expect(Palette.contrast(series, palette.surface) >= 3) }
    }
    #expect(abs(Palette.contrast(RGB(0, 0, 0), RGB(255, 255, 255)) - 21) < 1e-9)
    #expect(abs(Palette.contrast(RGB(119, 119, 119), RGB(255, 255, 255)) - 4.48) < 0.005)
  }
}
