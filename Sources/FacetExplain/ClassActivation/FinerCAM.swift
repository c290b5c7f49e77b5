import FacetEngine
import FacetGraph
import FacetTensor

/// Finer-CAM (Zhang et al. 2025): Grad-CAM of what sets a class apart from those most like it.
public struct FinerCAM: Explainer {
  /// The layer; `nil` is the one the model's card names.
  public var layer: LayerPath?
  /// How many rivals, how strongly and how averaged; its class comes from the objective explained.
  public var comparison: FinerObjective

  public init(layer: LayerPath? = nil, comparison: FinerObjective = FinerObjective()) {
    self.layer = layer
    self.comparison = comparison
  }

  public var name: String { "finercam" }

  /// The map is `[N, h, w]`; the scores are those of the comparison. The objective must be about a
  /// class.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    let plain = CAM(GradCAMWeighting(), layer: layer)
    var classes: [Int] = []
    // The classes come first: the comparison's rivals are chosen by them.
    let path = try self.layer(layer ?? model.card.camLayer, of: model)
    let clean = try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .layer, layer: path
    ) { (run) throws(ExplainError) in .zeros([run.places.count]) }
    for target in clean.targets {
      guard let target else { throw .needsClass(method: name, objective: objective.name) }
      classes.append(target)
    }
    var comparison = comparison
    comparison.choice = .perImage(classes)
    let found = try plain.explain(model, x, comparison, on: engine)
    var explanation = Explanation(
      map: found.map, space: .layer, method: name, layer: found.layer, scores: found.scores,
      targets: found.targets, imageSize: found.imageSize,
      options: [
        "objective": comparison.name, "rivals": "\(comparison.rivals)",
        "strength": "\(comparison.strength)", "averaging": comparison.averaging.rawValue,
      ])
    explanation.rivals = found.rivals
    return explanation
  }
}
