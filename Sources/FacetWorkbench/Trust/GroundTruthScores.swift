import FacetEvaluation

/// A method's or a control's figures by ground truth on drawn faces.
public struct GroundTruthScores: Codable, Sendable {
  /// The rank correlation of map and score's loss over the parts of a face, averaged over photos.
  public let partOrder: MapScore?
  /// The share of the map on the pixels that changed the answer, averaged over swaps.
  public let inside: MapScore?
  /// The share of swaps whose first answer comes back.
  public let restored: MapScore?
  /// The part of the change of margin that comes back.
  public let recovered: MapScore?
  /// By how much the figures are above those of each control, by its name; `nil` for controls.
  public let partOrderAboveControls: [String: MapScore]?
  public let recoveredAboveControls: [String: MapScore]?
}
