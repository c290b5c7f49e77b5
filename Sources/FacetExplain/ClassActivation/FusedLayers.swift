import FacetEngine
import FacetGraph
import FacetTensor

/// One map from a method's maps of several layers: each is placed on the image by its receptive
/// fields, then they are combined pixel by pixel.
///
/// Layers differ in scale by orders of magnitude, so by default each image's map of each layer is
/// divided by its largest magnitude first; signs stay.
public struct FusedLayers: Explainer {
  /// How the layers' maps are combined.
  public enum Fusion: String, CaseIterable, Hashable, Codable, Sendable {
    case mean
    case maximum
  }

  public var layers: [LayerPath]
  public var fusion: Fusion
  /// Whether each layer's map is divided by its largest magnitude first.
  public var equalises: Bool
  private let method: @Sendable (LayerPath) -> any Explainer

  /// - Parameter method: the explainer of one layer, whose maps must lie on that layer.
  public init(
    _ layers: [LayerPath], by fusion: Fusion = .mean, equalises: Bool = true,
    _ method: @escaping @Sendable (LayerPath) -> any Explainer
  ) {
    self.layers = layers
    self.fusion = fusion
    self.equalises = equalises
    self.method = method
  }

  public var name: String { method(layers.first ?? LayerPath("")).name }

  /// The map is `[N, H, W]`, of the images' size; its explanation names no single layer. Cost: the
  /// method's, once for each layer.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    try require(!layers.isEmpty, "layers", "at least one", got: layers.count)
    var parts: [Explanation] = []
    for path in layers {
      let part = try method(path).explain(model, x, objective, on: engine)
      guard part.space == .layer else {
        throw .badOption(
          name: "\(name)'s layers", expected: "one: its maps lie on pixels",
          got: "\(layers.count)")
      }
      parts.append(part)
    }
    let placed = parts.map { part in
      let map = part.upsampled(in: model.graph)
      return equalises ? map.dividedByLargest : map
    }
    var sum = placed[0]
    for map in placed.dropFirst() {
      sum = fusion == .mean ? sum + map : sum.zip(map) { max($0, $1) }
    }
    if fusion == .mean { sum = sum * (1 / Float(placed.count)) }
    var options = parts[0].options
    options["layers"] = parts.map { $0.layer?.name ?? "" }.joined(separator: ",")
    options["fusion"] = fusion.rawValue
    options["equalised"] = "\(equalises)"
    var explanation = Explanation(
      map: sum, space: .layer, method: name, layer: nil, scores: parts[0].scores,
      targets: parts[0].targets, imageSize: parts[0].imageSize, options: options)
    explanation.samples = parts.dropFirst().reduce(parts[0].samples) { sums, part in
      Swift.zip(sums, part.samples).map { $0 + $1 }
    }
    explanation.rivals = parts[0].rivals
    return explanation
  }
}

extension Tensor {
  /// Every image divided by its largest magnitude; zeros stay zeros.
  fileprivate var dividedByLargest: Tensor {
    .stack(
      (0..<shape[0]).map { image in
        let plane = slice(image)
        let largest = max(plane.maximum, -plane.minimum)
        return largest > 0 ? plane.map { $0 / largest } : plane
      })
  }
}
