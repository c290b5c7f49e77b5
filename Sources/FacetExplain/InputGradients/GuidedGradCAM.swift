import FacetEngine
import FacetGraph
import FacetTensor

/// Guided Grad-CAM (Selvaraju et al. 2017, section 3.2): guided backpropagation times Grad-CAM's
/// positive part brought to the image's size.
public struct GuidedGradCAM: Explainer {
  /// Grad-CAM's layer; `nil` is the one the model's card names.
  public var layer: LayerPath?
  /// How the map is stretched to the image's size, as libraries do (captum takes `nearest`); `nil` puts
  /// its cells at the centres of what they see.
  public var stretching: PlaneInterpolation?

  public init(layer: LayerPath? = nil, stretching: PlaneInterpolation? = nil) {
    self.layer = layer
    self.stretching = stretching
  }

  public var name: String { "guided-gradcam" }

  /// The map is `[N, C, H, W]`. Cost: two forward and two backward runs.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    let cam = try CAM(GradCAMWeighting(), layer: layer).explain(model, x, objective, on: engine)
    let guided = try InputGradient(.guidedBackprop).explain(model, x, objective, on: engine)
    let shape = guided.map.shape
    // Bilinear interpolation doesn't commute with the rectifier: cells are rectified first.
    let mask =
      stretching.map { cam.rectified.resampled(height: shape[2], width: shape[3], by: $0) }
      ?? cam.upsampled(cam.rectified, in: model.graph)
    let map = Tensor.stack(
      (0..<shape[0]).map { guided.map.slice($0).masked(by: mask.slice($0)) })
    return Explanation(
      map: map, space: .input, method: name, layer: cam.layer, scores: cam.scores,
      targets: cam.targets, imageSize: cam.imageSize,
      options: [
        "objective": objective.name,
        "placement": stretching.map { "stretched, \($0.rawValue)" } ?? "receptive-field",
      ])
  }
}
