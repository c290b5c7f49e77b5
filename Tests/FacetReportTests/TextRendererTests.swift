import FacetReport
import Testing

@Suite struct TextRendererTests {
  @Test func summaryIsAligned() throws {
    let report = Report(
      title: "Report", subtitle: "of a model",
      summary: ReportSummary(
        figures: [
          HeadlineFigure(
            "Accuracy", 0.9708, interval: ReportInterval(0.942, 0.988), count: "233 of 240"),
          HeadlineFigure("EER", 0.0241, .percent(2)),
        ], verdicts: [Verdict("It works.", tone: .good), Verdict("Plain.")],
        warnings: ["Few errors."]),
      sections: [ReportSection("s", [.skips([SkippedFile(path: "a", reason: "no face")])])])
    #expect(
      TextRenderer.render(report) == """
        Report
        of a model

          Accuracy  97.1%  95% interval 94.2–98.8%; 233 of 240
          EER       2.41%

        ✓ It works.
        - Plain.
        ! warning: Few errors.

        1 file skipped: 1 no face

        """)
  }

  @Test(arguments: [40, 72, 100])
  func linesStayWithinTheWidth(_ width: Int) throws {
    for text in [
      String(repeating: "word ", count: 60), String(repeating: "x", count: 300), "王\u{1F600}名",
      String(repeating: "王", count: 200), "\u{1B}[2J\n\nb",
    ] {
      let report = try Samples.report(text: text)
      for line in TextRenderer.render(report, width: width).split(separator: "\n") {
        let columns = line.reduce(0) {
          $0
            + ($1.unicodeScalars.first.map { $0.value > 0x2E7F && $0.value != 0xFFFD } == true
              ? 2 : 1)
        }
        #expect(columns <= width, "\(line)")
        #expect(!line.contains("\u{1B}"))
      }
    }
  }

  @Test func tablesAreAligned() throws {
    let table = Table(
      columns: ["method", "deletion", "photos"],
      rows: [
        [
          .text("Grad-CAM"), .number(0.1234, .decimals(2), interval: ReportInterval(0.1, 0.2)),
          .count(1200),
        ],
        [.text("CAM"), .missing, .count(3)],
      ])
    #expect(
      try TextRenderer.render(table) == """
        method            deletion  photos
        ----------------------------------
        Grad-CAM  0.12 [0.10–0.20]   1,200
        CAM                      –       3

        """)
    #expect(
      try TextRenderer.render(table, width: 30) == """
        method    deletion  photos
        --------------------------
        Grad-CAM      0.12   1,200
        CAM              –       3

        """)
  }
}
