/// How alike two heatmaps are on the cells both cover.
public struct MapAgreement: Codable, Sendable, Equatable {
  /// The number of cells compared.
  public let cells: Int
  /// nil when a map is constant there.
  public let pearson: Double?
  /// Rank correlation, ties by average rank; nil when a map is constant there.
  public let spearman: Double?
  /// Intersection over union of the top 20 % of cells, in [0, 1].
  public let iouTop20: Double
  /// The distance between the maps' maxima (first in row-major order), in cells; nil when a map is
  /// constant there.
  public let peakDistance: Double?

  /// - Parameters:
  ///   - first: a map, row-major, `width` cells a row.
  ///   - second: another over the same cells.
  ///   - mask: the cells to compare (the overlap); nil compares all.
  public init(
    _ first: [Float], _ second: [Float], width: Int, mask: [Bool]? = nil
  ) throws(EvaluationError) {
    guard width > 0, first.count % width == 0 else {
      throw .sizeMismatch(
        what: "map", expected: "whole rows of \(width) cells", got: "\(first.count)")
    }
    guard first.count == second.count else {
      throw .sizeMismatch(what: "second map", expected: "\(first.count)", got: "\(second.count)")
    }
    if let mask, mask.count != first.count {
      throw .sizeMismatch(what: "mask", expected: "\(first.count)", got: "\(mask.count)")
    }
    let places = first.indices.filter { mask?[$0] ?? true }
    if places.isEmpty { throw .nothingToEvaluate(what: "cells in the overlap") }
    for map in [first, second] {
      if let bad = places.first(where: { !map[$0].isFinite }) {
        throw .nonFiniteScore(index: bad, got: Double(map[bad]))
      }
    }
    let a = places.map { first[$0] }
    let b = places.map { second[$0] }
    cells = places.count
    pearson = Correlation.pearson(a.map(Double.init), b.map(Double.init))
    spearman = Correlation.spearman(a.map(Double.init), b.map(Double.init))
    iouTop20 = TopShare.intersectionOverUnion(TopShare.weights(a), TopShare.weights(b))
    if pearson == nil {
      peakDistance = nil
    } else {
      let p = places[argmax(a)]
      let q = places[argmax(b)]
      let dx = Double(p % width - q % width)
      let dy = Double(p / width - q / width)
      peakDistance = (dx * dx + dy * dy).squareRoot()
    }
  }
}

/// The cells of a map that are among its largest.
///
/// Cells tied at the edge of the share all belong to it by the same fraction, so that neither their
/// order nor a map that is mostly zeros decides.
enum TopShare {
  /// How far each cell belongs to the top `share`, in [0, 1]; the sum is `share` of the cells,
  /// rounded, and at least 1.
  static func weights(_ map: [Float], share: Double = 0.2) -> [Float] {
    let wanted = max(1, Int((share * Double(map.count)).rounded()))
    let sorted = map.sorted(by: >)
    let edge = sorted[wanted - 1]
    let above = sorted.prefix(wanted).count { $0 > edge }
    let tied = map.count { $0 == edge }
    let fraction = Float(wanted - above) / Float(tied)
    return map.map { $0 > edge ? 1 : ($0 == edge ? fraction : 0) }
  }

  /// The sum of minima over the sum of maxima.
  static func intersectionOverUnion(_ a: [Float], _ b: [Float]) -> Double {
    var intersection = 0.0
    var union = 0.0
    for (x, y) in zip(a, b) {
      intersection += Double(min(x, y))
      union += Double(max(x, y))
    }
    return union > 0 ? intersection / union : 0
  }
}
