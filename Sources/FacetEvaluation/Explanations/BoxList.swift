/// Where the faces are on pictures, read from CSV text.
///
/// The columns are `file,identity,x0,y0,x1,y1`: a picture's name, who is on it, and the box's left,
/// upper, right and lower edge in pixels of the picture, edges included. Further columns are ignored.
public struct BoxList: Sendable, Equatable {
  public struct Box: Sendable, Equatable {
    public let file: String
    public let identity: String
    public let left: Double
    public let top: Double
    public let right: Double
    public let bottom: Double
  }

  /// In the table's order.
  public let boxes: [Box]

  /// - Throws: an error that names the line on a bad header, field count or number, and on a box that is
  ///   inside out; `nothingToEvaluate` when there are none.
  public init(csv text: String) throws(EvaluationError) {
    var reader = CSVReader(text)
    guard let header = try reader.next() else { throw .nothingToEvaluate(what: "boxes") }
    let names = ["file", "identity", "x0", "y0", "x1", "y1"]
    let columns = try CSVColumns(
      header, required: names, expected: names.joined(separator: ","))
    var boxes: [Box] = []
    while let row = try reader.next() {
      try columns.check(row)
      let box = Box(
        file: columns.text("file", row), identity: columns.text("identity", row),
        left: try columns.number("x0", row), top: try columns.number("y0", row),
        right: try columns.number("x1", row), bottom: try columns.number("y1", row))
      guard box.left <= box.right, box.top <= box.bottom else {
        throw .invalidLine(
          line: row.line, expected: "x0 at most x1 and y0 at most y1",
          got: row.fields.joined(separator: ","))
      }
      boxes.append(box)
    }
    if boxes.isEmpty { throw .nothingToEvaluate(what: "boxes") }
    self.boxes = boxes
  }
}
