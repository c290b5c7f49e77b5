import FacetImage
import FacetReport
import Foundation
import Testing

@Suite struct WriterTests {
  private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func pageAndFiguresAreWritten() throws {
    try inTemporaryFolder { folder in
      let report = try Samples.report(text: "x")
      let paths = try ReportWriter.write(report, to: folder)
      #expect(paths.count == 1 + report.figures.count)
      #expect(paths.first == folder + "/report.html")
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
        $0.contains(".")
      }
      #expect(Set(names.map { folder + "/" + $0 }) == Set(paths))
      for path in paths.dropFirst() {
        let image = try ImageDecoder.decode(path: path)
        #expect(image.width > 300 && image.height > 100)
        #expect(image[0, 0] == RGB(255, 255, 255))
        #expect(
          Set(stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] }).count > 5)
      }
      let page = try String(contentsOfFile: paths[0], encoding: .utf8)
      #expect(page == (try HTMLRenderer.render(report, figureFolder: "figures")))
    }
  }

  @Test func aReportThatCannotBeRenderedWritesNothing() throws {
    try inTemporaryFolder { folder in
      let torn = Table(columns: ["a"], rows: [["1", "2"]])
      let report = Report(
        title: "t",
        sections: [ReportSection("s", [.figure(Figure("f", Samples.plots()[0])), .table(torn)])])
      #expect(throws: ReportError.self) { try ReportWriter.write(report, to: folder) }
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
  }

  @Test func aFileInTheWayIsNamed() throws {
    try inTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder))
      let error = #expect(throws: ReportError.self) {
        try ReportWriter.write(Report(title: "t"), to: folder)
      }
      #expect(error?.description.contains(folder) == true)
    }
  }

  @Test func picturesAreKept() throws {
    let image = Samples.image(9, width: 31, height: 17)
    let picture = try ReportImage(image)
    #expect((picture.width, picture.height) == (31, 17))
    #expect(try ImageDecoder.decode(picture.png, name: "p") == image)
    #expect(try ReportImage(png: picture.png) == picture)
    var opaque: [UInt8] = []
    for (index, sample) in image.pixels.enumerated() {
      opaque.append(sample)
      if index % 3 == 2 { opaque.append(255) }
    }
    let overlay = try ReportImage(width: 31, height: 17, rgba: opaque)
    #expect(try ImageDecoder.decode(overlay.png, name: "p") == image)
  }

  @Test func badPicturesAreRefused() throws {
    #expect(throws: ReportError.notPNG(bytes: 3)) { try ReportImage(png: Data("abc".utf8)) }
    #expect(throws: ReportError.notPNG(bytes: 0)) { try ReportImage(png: Data()) }
    #expect(throws: ReportError.pictureBytes(width: 2, height: 2, expected: 16, got: 12)) {
      try ReportImage(width: 2, height: 2, rgba: [UInt8](repeating: 0, count: 12))
    }
    for (width, height) in [(0, 1), (-1, 4), (Int.max, Int.max), (Int.max / 2, 1)] {
      #expect(throws: ReportError.self) { try ReportImage(width: width, height: height, rgba: []) }
    }
  }
}
