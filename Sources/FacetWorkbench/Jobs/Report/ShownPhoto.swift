/// A photo of a report's gallery and where its maps are.
public struct ShownPhoto: Codable, Sendable {
  /// What the page says under a map.
  public struct Figures: Codable, Sendable {
    /// The largest value of the map as it is shown.
    public let largest: Float
    /// Areas under the curves; `nil` where the budget ended before.
    public let deletion: Double?
    public let insertion: Double?
    /// The classes that the map holds the named one against.
    public let against: [String]?
  }

  public let name: String
  public let label: String?
  public let predicted: String
  public let probability: Float
  /// By method, relative to the output folder.
  public let maps: [String: String]
  /// By method.
  public let figures: [String: Figures]
  /// Deletion and insertion of the blob on the middle.
  public let centreDeletion: Double?
  public let centreInsertion: Double?
}
