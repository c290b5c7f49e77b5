import FacetFiles

/// Why a report can't be made or written.
public enum ReportError: Error, Equatable, CustomStringConvertible {
  /// A picture has another number of bytes than its extents need.
  case pictureBytes(width: Int, height: Int, expected: Int, got: Int)
  /// A picture is no PNG file.
  case notPNG(bytes: Int)
  /// A picture could not be encoded.
  case encoding(reason: String)
  /// A row of a table has another number of cells than the table has columns; rows count from 1.
  case tableRow(table: String, row: Int, expected: Int, got: Int)
  /// The parts of a plot don't fit together.
  case plotParts(plot: String, part: String, expected: Int, got: Int)
  /// A report is not valid JSON, or JSON is not a report.
  case coding(reason: String)
  /// One of the page's own templates does not parse.
  case template(name: String, reason: String)
  case file(FileError)

  public var description: String {
    switch self {
    case .pictureBytes(let width, let height, let expected, let got):
      "a picture of \(width)x\(height) pixels needs \(expected) bytes; got \(got)"
    case .notPNG(let bytes):
      "\(bytes) bytes are not a PNG picture; make a ReportImage from an Image instead"
    case .encoding(let reason): "a picture can't be encoded as PNG: \(reason)"
    case .tableRow(let table, let row, let expected, let got):
      "row \(row) of table \"\(table)\" has \(got) cells for \(expected) columns"
    case .plotParts(let plot, let part, let expected, let got):
      "plot \"\(plot)\": \(part) has \(got) values; \(expected) were expected"
    case .coding(let reason): "a report can't be coded as JSON: \(reason)"
    case .template(let name, let reason): "template \(name) does not parse: \(reason)"
    case .file(let error): error.description
    }
  }
}
