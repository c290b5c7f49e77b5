import FacetEngine
import FacetGraph
import FacetTensor

/// Any method at test time with flips: its map averaged with the flipped-back map of the mirrored
/// image, for the same score.
///
/// A layer's map is placed on the image before it is flipped back: the cells' grid is not symmetric
/// on the image, so flipping cells would move them off what they saw.
public struct FlipAveraged: Explainer {
  public var method: any Explainer

  public init(_ method: any Explainer) { self.method = method }

  public var name: String { method.name }

  /// The map is `[N, H, W]` for methods on layers, `[N, C, H, W]` for methods on pixels; the scores
  /// are those of the images as they are. Cost: twice the method's and one forward run.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    guard x.shape.rank == 4, x.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: x.shape))
    }
    let resolved = try ResolvedObjective(objective, model, x, on: engine)
    let straight = try method.explain(model, x, resolved, on: engine)
    let mirrored = try method.explain(model, x.mirrored, resolved, on: engine)
    guard straight.units.isEmpty else {
      throw .badOption(
        name: "flips", expected: "a method that explains a score",
        got: "\(name), which projects a unit")
    }
    let back = mirrored.upsampled(in: model.graph).mirrored
    var options = straight.options
    options["flips"] = "horizontal"
    options["layers"] = options["layers"] ?? straight.layer?.name
    var explanation = Explanation(
      map: (straight.upsampled(in: model.graph) + back) * 0.5, space: straight.space,
      method: name, layer: nil, scores: straight.scores, targets: straight.targets,
      imageSize: straight.imageSize, options: options)
    explanation.rivals = straight.rivals
    explanation.completenessGaps = Swift.zip(
      straight.completenessGaps, mirrored.completenessGaps
    ).map { ($0 + $1) / 2 }
    explanation.samples = Swift.zip(straight.samples, mirrored.samples).map { $0 + $1 }
    return explanation
  }
}

extension Tensor {
  /// Left and right exchanged: the last axis the other way round.
  var mirrored: Tensor {
    let width = shape[shape.rank - 1]
    return Tensor(shape) { out in
      withUnsafeBufferPointer { source in
        for i in 0..<source.count {
          out.initializeElement(at: i, to: source[i - i % width + width - 1 - i % width])
        }
      }
    }
  }
}
