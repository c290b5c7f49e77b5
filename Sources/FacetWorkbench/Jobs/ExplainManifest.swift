import FacetExplain
import FacetFiles
import FacetGraph
import FacetTensor
import Foundation

/// What maps are of, in a file beside them: enough to make them again, and to believe them no more
/// than they deserve.
struct ExplainManifest: Encodable, Sendable {
  struct Map: Encodable, Sendable {
    let name: String
    /// The number that is explained.
    let score: Float
    /// The class; `nil` where the objective is none.
    let target: Int?
    /// What it is called.
    let targetName: String?
    /// The classes it is held against; `nil` where there are none.
    let against: [String]?
    let minimum: Float
    let maximum: Float
    /// What is odd about the map.
    let finding: Finding?
    /// Of how many samples the map is; `nil` for methods that don't sample.
    let samples: Int?
    /// Map minus score, where the method promises that they are equal.
    let completenessGap: Float?
    let unit: FeatureUnit?
  }

  let method: String
  let dialect: Dialect
  let space: Explanation.Space
  let layer: LayerPath?
  let imageHeight: Int
  let imageWidth: Int
  /// Where a picture has the cells: those of a layer without a common grid are stretched; `nil` for maps
  /// on pixels and other dialects, whose libraries place them.
  let placement: MapPlacement?
  /// By how many pixels a stretched map's cells lie off what they see; `nil` where there is no such
  /// grid.
  let largestShift: Double?
  let meanShift: Double?
  let maps: [Map]

  init(
    _ explanation: Explanation, _ names: [String], _ options: ExplainJob.Options, _ model: Model
  ) {
    method = explanation.method
    dialect = options.dialect
    space = explanation.space
    layer = explanation.layer
    imageHeight = explanation.imageSize.height
    imageWidth = explanation.imageSize.width
    let isPlaced = options.dialect == .facet && explanation.space == .layer
    placement = isPlaced ? explanation.placement(options.placement, in: model.graph) : nil
    let shift = explanation.placementShift(in: model.graph)
    largestShift = shift?.largest
    meanShift = shift?.mean
    let findings = explanation.findings
    let classes = ClassNames(model)
    func item<Element>(_ items: [Element], _ index: Int) -> Element? {
      items.indices.contains(index) ? items[index] : nil
    }
    maps = names.enumerated().map { index, name in
      let map = explanation.map.slice(index)
      return Map(
        name: name, score: explanation.scores[index], target: explanation.targets[index],
        targetName: explanation.targets[index].map(classes.name),
        against: item(explanation.rivals, index)?.map(classes.name),
        minimum: map.minimum, maximum: map.maximum, finding: findings[index],
        samples: item(explanation.samples, index),
        completenessGap: item(explanation.completenessGaps, index),
        unit: item(explanation.units, index))
    }
  }

  /// Writes it as `maps.json` beside `maps.npy`.
  func write(beside output: String, _ provenance: Provenance) throws {
    try ResultsFile(command: "explain", provenance: provenance, result: self)
      .write(to: String(output.dropLast(4)) + ".json")
  }
}
