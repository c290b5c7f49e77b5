import FacetReport

/// A report's summary for a terminal, and where the page is, if it was written.
public func terminalText(_ report: Report, folder: String?) -> String {
  TextRenderer.render(report) + (folder.map { "\nOpen \($0)/report.html" } ?? "")
}
