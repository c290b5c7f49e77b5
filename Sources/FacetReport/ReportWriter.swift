import FacetFiles
import FacetImage
import Foundation

/// Writes a report to a folder: `report.html`, and a PNG of each figure in `figures/`.
public enum ReportWriter {
  /// The files of a report, by path relative to the folder; nothing is written.
  ///
  /// The same report gives the same files.
  /// - Throws: `ReportError` as `HTMLRenderer` and `PlotRenderer` do.
  public static func files(
    of report: Report
  ) throws(ReportError) -> [(path: String, data: Data)] {
    let hasFigures = !report.figures.isEmpty
    let page = try HTMLRenderer.render(report, figureFolder: hasFigures ? "figures" : nil)
    var files = [(path: "report.html", data: Data(page.utf8))]
    for (figure, name) in zip(report.figures, report.figureNames) {
      let picture = try ReportImage(try PlotRenderer.image(figure))
      files.append(("figures/\(name).png", picture.png))
    }
    return files
  }

  /// Writes the report below `folder`, which is made when missing. Everything is rendered before
  /// the first file is written, and each file is written whole or not at all; the page comes last,
  /// so a page is never there without its figures.
  ///
  /// - Returns: the paths of the files, the page first.
  /// - Throws: `ReportError`; `ReportError.file` when a file can't be written.
  @discardableResult
  public static func write(
    _ report: Report, to folder: String
  ) throws(ReportError) -> [String] {
    let files = try files(of: report)
    let root = URL(fileURLWithPath: folder)
    for (path, data) in files.reversed() {
      do {
        try AtomicFile.write(data, to: root.appendingPathComponent(path).path)
      } catch {
        throw .file(error)
      }
    }
    return files.map { root.appendingPathComponent($0.path).path }
  }
}
