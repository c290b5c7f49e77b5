/// `predictions.csv`: `image,label,predicted,probability`.
public struct PredictionTable: Sendable {
  private var lines = ["image,label,predicted,probability"]

  public init() {}

  /// Adds an image's line; names are quoted where RFC 4180 wants it.
  public mutating func add(image: String, label: String, predicted: String, probability: Float) {
    lines.append(
      [image, label, predicted].map(Self.field).joined(separator: ",") + ",\(probability)")
  }

  public var csv: String { lines.joined(separator: "\n") + "\n" }

  private static func field(_ text: String) -> String {
    // By scalars: a line end of two, or a comma with an accent, is one Character.
    guard text.unicodeScalars.contains(where: { [",", "\"", "\n", "\r"].contains($0) }) else {
      return text
    }
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
