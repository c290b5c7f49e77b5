import FacetExplain
import FacetGraph

/// What was found of one layer.
public struct LayerFinding: Codable, Sendable {
  public let layer: LayerPath
  public let channels: Int
  /// In cells.
  public let height: Int
  public let width: Int
  /// In pixels; `nil` where the cells have no common grid, and patches are whole photos.
  public let receptiveField: ReceptiveField?
  /// Units that no photo excites.
  public let silentUnits: Int
  /// The strongest first.
  public let units: [UnitFinding]
  /// The contact sheet, relative to the output folder.
  public let sheet: String
}

/// What was found of one unit.
public struct UnitFinding: Codable, Sendable {
  public let channel: Int
  /// The mean of its largest activations.
  public let strength: Double
  /// How many different people are on the photos.
  public let people: Int
  public let photos: [PhotoOfUnit]
}

/// A photo that excites a unit.
public struct PhotoOfUnit: Codable, Sendable {
  public let photo: String
  public let identity: String
  public let activation: Float
  /// The cell of the maximum.
  public let row: Int
  public let column: Int
  /// The pixels it sees: the patch's first row and column, its height and width.
  public let patch: [Int]
}
