import FacetExplain
import FacetGraph

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

/// One map in a job's folder, and what it is of.
public struct MapFile: Codable, Sendable {
  /// Relative to the folder.
  public let file: String
  public let method: String
  public let photo: String
  /// The class that is explained.
  public let explained: String
  /// The number that is explained.
  public let score: Float
}
