import FacetImage
import FacetReport
import Foundation
import FoundationXML
import Testing

/// The elements of a drawing, read by Foundation's XML parser.
final class DrawingReader: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var texts: [String] = []
  private(set) var titles: [String] = []
  private var path: [String] = []

  /// `nil` when `svg` is not well-formed.
  init?(_ svg: String) {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
    path.append(name)
    if name == "text" { texts.append("") }
    if name == "title" { titles.append("") }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    path.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if path.last == "text" { texts[texts.count - 1] += text }
    if path.last == "title" { titles[titles.count - 1] += text }
  }

  /// The points of the paths drawn with the given class of stroke.
  func points(stroke: String) -> [[(x: Double, y: Double)]] {
    elements.filter { $0.name == "path" && $0.attributes["class"]?.contains(stroke) == true }
      .map { element in
        let numbers = (element.attributes["d"] ?? "").split { "MLZ ".contains($0) }.compactMap {
          Double($0)
        }
        return stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
      }
  }
}

@Suite struct PlotTests {
  private func read(_ plot: Plot, width: Figure.Width = .full) throws -> DrawingReader {
    try #require(DrawingReader(try PlotRenderer.svg(Figure("t", plot, width: width))))
  }

  @Test(arguments: [
    "a", "<b a=\"1\">&amp;</b>", "名前 é", String(repeating: "long name ", count: 40), "",
  ])
  func drawingsAreWellFormed(_ name: String) throws {
    for plot in Samples.plots(named: name) {
      for width in [Figure.Width.full, .half] {
        let drawing = try read(plot, width: width)
        #expect(drawing.elements.first?.name == "svg")
        #expect(
          !drawing.elements.contains {
            $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") }
          })
        #expect(!drawing.texts.contains("no data"))
      }
    }
  }

  @Test func brokenNumbersAreNoData() throws {
    let bad: [Double] = [.nan, .infinity, -.infinity]
    let axis = PlotAxis("v")
    let plots: [Plot] = [
      .line(
        LinePlot(
          [LineSeries("s", x: bad, y: bad, low: bad, high: bad, hasMarkers: true)], x: axis, y: axis
        )),
      .line(LinePlot([], x: axis, y: axis)),
      .line(
        LinePlot([LineSeries("s", x: [1], y: [-1])], x: axis, y: PlotAxis("l", scale: .logarithmic))
      ),
      .bars(BarChart(categories: [], series: [], axis: axis)),
      .bars(
        BarChart(
          categories: ["a", "b", "c"],
          series: [BarSeries("s", bad, intervals: [ReportInterval(.nan, 1), nil, nil])], axis: axis)
      ),
      .histogram(HistogramPlot([("s", bad), ("t", [])], x: axis)),
      .scatter(ScatterPlot([.init("s", [.init(.nan, 1), .init(1, .infinity)])], x: axis, y: axis)),
      .matrix(MatrixPlot(rows: [], columns: [], values: [])),
      .matrix(MatrixPlot(rows: ["a"], columns: ["b"], values: [.nan])),
      .strip(StripPlot(bad, marks: [.init("m", .nan)], x: axis)),
    ]
    for plot in plots {
      let drawing = try read(plot)
      #expect(drawing.texts.contains("no data"), "\(plot)")
      #expect(!drawing.elements.contains { $0.attributes.values.contains { $0.contains("nan") } })
      _ = try PlotRenderer.image(Figure("t", plot), scale: 1)
    }
  }

  @Test func extremeNumbersAreDrawn() throws {
    let huge: [Double] = [
      -.greatestFiniteMagnitude, -1e299, 1e299, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]
    let axis = PlotAxis("v", range: 3...3)
    let drawing = try read(.line(LinePlot([LineSeries("s", x: huge, y: huge)], x: axis, y: axis)))
    #expect(!drawing.texts.contains("no data"))
    _ = try read(.strip(StripPlot(huge, marks: [], x: axis)))
    _ = try read(.histogram(HistogramPlot([("s", [1, 1, 1])], x: axis)))
  }

  @Test func aGapBreaksTheCurve() throws {
    let series = LineSeries("s", x: [0, 1, 2, 3, 4], y: [0, 1, .nan, 1, 0])
    let drawing = try read(.line(LinePlot([series], x: PlotAxis("x"), y: PlotAxis("y"))))
    #expect(drawing.points(stroke: "k-s0").map(\.count) == [2, 2])
  }

  @Test func valuesLieWhereTheAxesSay() throws {
    let series = LineSeries("s", x: [0, 10], y: [0, 1])
    let plot = LinePlot([series], x: PlotAxis("x", range: 0...10), y: PlotAxis("y", range: 0...1))
    let drawing = try read(.line(plot))
    let line = try #require(drawing.points(stroke: "k-s0").first)
    // The frame is where the clipped part is, one pixel inside it.
    let frame = try #require(drawing.elements.last { $0.name == "svg" }).attributes
    let (x, y) = (Double(frame["x"] ?? "") ?? 0, Double(frame["y"] ?? "") ?? 0)
    let (width, height) = (Double(frame["width"] ?? "") ?? 0, Double(frame["height"] ?? "") ?? 0)
    #expect(abs(line[0].x - (x + 1)) < 0.02 && abs(line[0].y - (y + height - 1)) < 0.02)
    #expect(abs(line[1].x - (x + width - 1)) < 0.02 && abs(line[1].y - (y + 1)) < 0.02)
  }

  @Test func normalScoresGiveAStraightDETCurve() throws {
    let thresholds = stride(from: -1.0, through: 3, by: 0.05)
    let curve = ErrorRateCurve(
      "s", fmr: thresholds.map { NormalDeviate.probability(-$0) },
      fnmr: thresholds.map { NormalDeviate.probability($0 - 2) })
    let line = try #require(try read(.line(.det([curve]))).points(stroke: "k-s0").first)
    let slopes = zip(line, line.dropFirst(10)).map { ($1.y - $0.y) / ($1.x - $0.x) }
    let first = try #require(slopes.first)
    #expect(first > 0.5, "towards larger FMR the curve falls, and pixel rows grow downwards")
    for slope in slopes { #expect(abs(slope - first) < 0.01) }
  }

  @Test func aMillionPointsStayASmallDrawing() throws {
    let count = 1_000_000
    let x = (0..<count).map { Double($0) / Double(count) }
    let svg = try PlotRenderer.svg(
      Figure(
        "t",
        .line(
          LinePlot(
            [LineSeries("s", x: x, y: x.map { $0 * $0 })], x: PlotAxis("x"), y: PlotAxis("y")))))
    #expect(svg.utf8.count < 60_000)
    let line = try #require(DrawingReader(svg)?.points(stroke: "k-s0").first)
    let end = try #require(line.last)
    #expect(line.allSatisfy { $0.x <= end.x })
  }

  @Test func longNamesAreShortenedAndKept() throws {
    let name = "Hedy " + String(repeating: "very ", count: 40) + "Lamarr"
    for plot in Samples.plots(named: name) {
      // A single curve on axes with names of their own shows no name.
      if case .line(let line) = plot, line.isSquare { continue }
      let drawing = try read(plot)
      #expect(drawing.titles.contains { $0.contains(name) })
      #expect(drawing.texts.contains { $0.hasSuffix("…") })
    }
  }

  @Test func aMatrixOfSixtyNamesIsLegible() throws {
    let names = (0..<60).map { "person \($0)" }
    let counts = (0..<3600).map { $0 / 60 == $0 % 60 ? 20 : $0 % 97 == 0 ? 1 : 0 }
    let drawing = try read(.matrix(.confusion(counts, names: names)))
    for name in names { #expect(drawing.texts.count { $0 == name } == 2) }
    let labels = drawing.elements.filter { $0.name == "text" }
    #expect(labels.allSatisfy { Double($0.attributes["font-size"] ?? "") ?? 0 >= 9 })
    // One pixel row of text each: cells are at least as large as the letters are high.
    let cells = drawing.elements.filter { $0.attributes["class"] == "f-po" }
    #expect(
      cells.allSatisfy {
        Double($0.attributes["width"] ?? "") ?? 0 >= 10 || $0.attributes["width"] == "2"
      })
    #expect(drawing.titles.contains("person 3, person 3: 20"))
  }

  @Test func largeMatricesAreCondensedAndKeepLoneErrors() throws {
    let names = (0..<400).map { "p\($0)" }
    var values = (0..<160_000).map { $0 / 400 == $0 % 400 ? 9.0 : 0 }
    values[7 * 400 + 301] = 1
    let plot = MatrixPlot(rows: names, columns: names, values: values, format: .integer)
    let svg = try PlotRenderer.svg(Figure("t", .matrix(plot)))
    #expect(svg.utf8.count < 200_000)
    let drawing = try #require(DrawingReader(svg))
    #expect(drawing.texts.contains("each cell is the strongest of 3 × 3"))
    #expect(drawing.titles.contains("p6 … p8, p300 … p302: 1"))
    #expect(!drawing.texts.contains { $0.hasPrefix("p3") })
  }

  @Test func cellTextIsLegibleInBothThemes() throws {
    let values = (-10...10).map { Double($0) / 10 }
    let plot = MatrixPlot(
      rows: ["r"], columns: values.map { "\($0)" }, values: values, format: .decimals(1),
      range: -1...1)
    let drawing = try read(.matrix(plot))
    let classes = drawing.elements.compactMap { $0.attributes["class"] }
      .filter { $0.hasPrefix("f-c") }
    #expect(classes.count == values.count)
    for (palette, digit) in [(Palette.light, 3), (Palette.dark, 4)] {
      for (value, name) in zip(values, classes) {
        let tone = value < 0 ? palette.negative : palette.positive
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
          UInt8((Double(a) * abs(value) + Double(b) * (1 - abs(value))).rounded())
        }
        let cell = RGB(
          mix(tone.red, palette.surface.red), mix(tone.green, palette.surface.green),
          mix(tone.blue, palette.surface.blue))
        let text = Array(name)[digit] == "1" ? palette.onStrong : palette.onPale
        #expect(Palette.contrast(text, cell) >= 4.5, "\(value)")
      }
    }
  }

  @Test func partsThatDoNotFitAreRefused() {
    let axis = PlotAxis("v")
    let plots: [(Plot, ReportError)] = [
      (
        .line(LinePlot([LineSeries("s", x: [1, 2], y: [1])], x: axis, y: axis)),
        .plotParts(plot: "t", part: "y of series \"s\"", expected: 2, got: 1)
      ),
      (
        .matrix(MatrixPlot(rows: ["a"], columns: ["b", "c"], values: [1])),
        .plotParts(plot: "t", part: "values", expected: 2, got: 1)
      ),
      (
        .bars(BarChart(categories: ["a"], series: [BarSeries("s", [1, 2])], axis: axis)),
        .plotParts(plot: "t", part: "values of series \"s\"", expected: 1, got: 2)
      ),
      (
        .histogram(
          HistogramPlot(edges: [0, 1], distributions: [.init("s", counts: [1, 2])], x: axis)),
        .plotParts(plot: "t", part: "counts of \"s\"", expected: 1, got: 2)
      ),
    ]
    for (plot, error) in plots {
      #expect(throws: error) { try PlotRenderer.svg(Figure("t", plot)) }
      #expect(throws: error) { try PlotRenderer.image(Figure("t", plot)) }
    }
  }

  @Test func histogramsCountEachValueOnce() {
    let values = Samples.normals(1000, mean: 0, 7) + [.nan, .infinity]
    let plot = HistogramPlot([("s", values)], bins: 17, x: PlotAxis("v"))
    #expect(plot.edges.count == 18)
    let finite = values.filter(\.isFinite)
    #expect(plot.distributions[0].total == finite.count)
    for bin in 0..<16 {
      let expected = finite.count { $0 >= plot.edges[bin] && $0 < plot.edges[bin + 1] }
      #expect(abs(plot.distributions[0].counts[bin] - expected) <= 1)
    }
    let ranged = HistogramPlot(
      [("s", [0, 0.25, 0.5, 1, 1.5, -1])], bins: 2, x: PlotAxis("v", range: 0...1))
    #expect(ranged.distributions[0].counts == [2, 2])
    #expect(ranged.edges == [0, 0.5, 1])
    #expect(
      HistogramPlot([("s", [2, 2, 2])], bins: 4, x: PlotAxis("v")).distributions[0].total == 3)
  }

  @Test func percentilesCountTiesHalf() {
    let plot = StripPlot([1, 2, 2, 4, .nan], marks: [], x: PlotAxis("v"))
    #expect(plot.percentile(of: 2) == 0.5)
    #expect(plot.percentile(of: 5) == 1)
    #expect(plot.percentile(of: 0) == 0)
    #expect(plot.percentile(of: .nan).isNaN)
  }

  @Test func barsBecomeDotsWhereZeroIsHidden() throws {
    func chart(_ range: ClosedRange<Double>?) -> Plot {
      .bars(
        BarChart(
          categories: ["a", "b"], series: [BarSeries("", [0.9, 0.95])],
          axis: .percent("v", range: range)))
    }
    #expect(try read(chart(0.8...1)).elements.contains { $0.name == "circle" })
    let bars = try read(chart(nil))
    #expect(!bars.elements.contains { $0.name == "circle" })
    let heights = bars.elements.filter { $0.attributes["class"] == "f-s0" }.compactMap {
      Double($0.attributes["height"] ?? "")
    }
    #expect(heights.count == 2)
    #expect(abs(heights[0] / heights[1] - 0.9 / 0.95) < 0.001)
  }
}
