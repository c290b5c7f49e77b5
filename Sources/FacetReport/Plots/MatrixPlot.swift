/// A matrix as a grid of coloured cells: a confusion matrix, the similarity of saliency maps.
public struct MatrixPlot: Codable, Equatable, Sendable {
  public var rows: [String]
  public var columns: [String]
  /// `rows.count * columns.count` values, row by row; a NaN cell stays empty.
  public var values: [Double]
  /// What the rows are: `true identity`.
  public var rowTitle: String
  public var columnTitle: String
  /// What a cell holds, for the legend: `photos`.
  public var quantity: String
  public var format: NumberFormat
  /// The values of the strongest colours; by default the extremes of the data. When the lower end
  /// is negative, colours diverge from zero.
  public var range: ClosedRange<Double>?
  /// Whether values are written into cells where they fit; a zero of a confusion matrix is not.
  public var showsValues: Bool
  /// Whether the cells of the main diagonal are framed.
  public var marksDiagonal: Bool

  public init(
    rows: [String], columns: [String], values: [Double], rowTitle: String = "",
    columnTitle: String = "", quantity: String = "", format: NumberFormat = .significant(3),
    range: ClosedRange<Double>? = nil, showsValues: Bool = true, marksDiagonal: Bool = false
  ) {
    self.rows = rows
    self.columns = columns
    self.values = values
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.quantity = quantity
    self.format = format
    self.range = range
    self.showsValues = showsValues
    self.marksDiagonal = marksDiagonal
  }

  /// How often each identity was taken for each: `counts[true * names.count + predicted]`.
  public static func confusion(_ counts: [Int], names: [String]) -> MatrixPlot {
    MatrixPlot(
      rows: names, columns: names, values: counts.map(Double.init), rowTitle: "true identity",
      columnTitle: "predicted identity", quantity: "photos", format: .integer,
      range: 0...Double(max(1, counts.max() ?? 1)), marksDiagonal: true)
  }

  /// A symmetric matrix of similarities of the same things, row by row.
  public static func similarity(
    _ values: [Double], names: [String], quantity: String, range: ClosedRange<Double>? = nil
  ) -> MatrixPlot {
    MatrixPlot(
      rows: names, columns: names, values: values, quantity: quantity, format: .decimals(2),
      range: range)
  }
}
