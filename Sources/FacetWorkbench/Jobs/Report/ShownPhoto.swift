import FacetExplain
import FacetGraph

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

/// What the maps of one method are: enough to make them again with the model, the photo and the class,
/// which the results name.
public struct MapRecord: Codable, Sendable {
  public let method: String
  public let title: String
  public let space: Explanation.Space
  /// `nil` for maps on pixels.
  public let layer: LayerPath?
  public let objective: String
  /// In the method's own words: points, noise, masks, windows.
  public let options: [String: String]

  init(_ maps: FaceMaps) {
    method = maps.method.name
    title = maps.method.title
    space = maps.explanation.space
    layer = maps.explanation.layer
    var options = maps.explanation.options
    objective = options.removeValue(forKey: "objective") ?? ""
    self.options = options
  }
}
