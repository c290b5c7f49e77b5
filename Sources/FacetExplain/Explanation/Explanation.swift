import FacetGraph
import FacetTensor

/// What an explainer found: the raw numbers, and what they are.
///
/// A map is never normalised, rectified or resized here; what libraries do next is a ``Dialect``.
public struct Explanation: Equatable, Sendable {
  /// Where a map lives.
  public enum Space: String, Hashable, Codable, Sendable {
    /// One plane, on the cells of a layer: `[N, h, w]`. A map of several layers or of flips has been
    /// placed on the image already: it is `[N, H, W]` and names no layer.
    case layer
    /// On the pixels, channel by channel: `[N, C, H, W]`.
    case input
  }

  /// The raw map, with its signs.
  public let map: Tensor
  public let space: Space
  /// The method's name in ``Method``'s words.
  public let method: String
  /// The layer on whose cells the map lies; `nil` where it lies on pixels.
  public let layer: LayerPath?
  /// For each image, the number that is explained.
  public let scores: [Float]
  /// For each image, the class that is explained; `nil` where the objective is no class.
  public let targets: [Int?]
  /// The images' size in pixels.
  public let imageSize: Extent
  /// Everything else the map depends on, for provenance.
  public internal(set) var options: [String: String]
  /// For each image, the sum of the map minus the change of score it should add up to; empty where
  /// the method promises no such thing.
  public var completenessGaps: [Float] = []
  /// For each image, how many samples (noisy copies, masks, channels, windows) the map is made of;
  /// empty for methods that don't sample.
  public var samples: [Int] = []
  /// For each image, the part of the score that belongs to no cell, such as what biases give; empty for
  /// methods that don't divide the score up.
  public var remainders: [Float] = []
  /// For each image, the classes that its own is held against; empty where the objective has none.
  public var rivals: [[Int]] = []
  /// For each image, the unit that was projected; empty for other methods.
  public var units: [FeatureUnit] = []

  public init(
    map: Tensor, space: Space, method: String, layer: LayerPath?, scores: [Float],
    targets: [Int?], imageSize: Extent, options: [String: String]
  ) {
    self.map = map
    self.space = space
    self.method = method
    self.layer = layer
    self.scores = scores
    self.targets = targets
    self.imageSize = imageSize
    self.options = options
  }

  /// The map with what speaks against left out: what pictures of class activation maps show.
  public var rectified: Tensor { map.map { $0 > 0 ? $0 : 0 } }
}

/// One cell of one feature map of a layer.
public struct FeatureUnit: Hashable, Codable, Sendable, CustomStringConvertible {
  public var channel: Int
  public var row: Int
  public var column: Int

  public init(channel: Int, row: Int, column: Int) {
    self.channel = channel
    self.row = row
    self.column = column
  }

  public var description: String { "(channel \(channel), row \(row), column \(column))" }
}
