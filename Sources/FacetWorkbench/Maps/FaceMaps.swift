import FacetEngine
import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// One method's maps of several photos, raw and as shown.
struct FaceMaps: Sendable {
  let method: MapMethod
  /// Raw, with their signs: `[N, h, w]` or `[N, 3, H, W]`.
  let explanation: Explanation
  /// What pictures show, `[N, H, W]`, not negative: rectified class activation maps at the photo's
  /// size, or for maps on pixels the largest magnitude of the channels.
  let strength: Tensor
  /// The strength at the top of the colours, one for all photos.
  let top: Float

  /// - Parameter targets: the class to explain for each photo.
  init(
    _ method: MapMethod, _ model: Model, _ photos: FaceImages, targets: [Int], on engine: Engine
  ) throws {
    self.method = method
    explanation = try method.explainer.explain(
      model, Tensor.stack(photos.tensors), LogitObjective(.perImage(targets)), on: engine)
    strength = Self.strength(explanation, in: model.graph)
    // Single pixels of a gradient stand far out; a scale up to them would leave all else black.
    top = explanation.space == .layer ? strength.maximum : Self.quantile(strength, 0.995)
  }

  private static func strength(_ explanation: Explanation, in graph: Graph) -> Tensor {
    switch explanation.space {
    case .layer:
      return explanation.upsampled(in: graph).map { max($0, 0) }
    case .input:
      return Tensor.stack(
        (0..<explanation.map.shape[0]).map {
          HeatmapRendering.magnitude(of: explanation.map.slice($0))
        })
    }
  }

  private static func quantile(_ tensor: Tensor, _ share: Double) -> Float {
    let sorted = tensor.scalars.sorted()
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  private var scale: HeatmapScale { HeatmapScale(minimum: 0, maximum: top) }

  /// Transparent where weak. Grains of a map on pixels show as they are; a smooth map's weak parts
  /// would vanish.
  private func opacity(_ most: Float) -> HeatmapRendering.Opacity {
    explanation.space == .layer ? .squareRoot(most) : .proportional(most)
  }

  /// The map of a photo to be laid over it, by the scale of all photos.
  func picture(_ index: Int) throws -> ReportImage { try picture(index, scale) }

  /// The same by the photo's own strongest value; `nil` for maps on pixels, which are of one strength
  /// on all photos, and where there is nothing to show.
  func ownScalePicture(_ index: Int) throws -> ReportImage? {
    guard explanation.space == .layer, !isEmpty(index) else { return nil }
    return try picture(index, .upTo(maximumOf: [strength.slice(index)]))
  }

  private func picture(_ index: Int, _ scale: HeatmapScale) throws -> ReportImage {
    let map = strength.slice(index)
    return try ReportImage(
      width: map.shape[1], height: map.shape[0],
      rgba: HeatmapRendering.rgba(of: map, scale: scale, colors: .heat, opacity: opacity(0.9)))
  }

  /// The photo under its map.
  func overlay(_ index: Int, on photo: Image) -> Image {
    HeatmapRendering.overlay(
      strength.slice(index), on: photo, scale: scale, colors: .heat, opacity: opacity(0.75))
  }

  /// Whether a photo's map is nowhere positive: then there is nothing to show, and a page says so.
  func isEmpty(_ index: Int) -> Bool { strength.slice(index).maximum <= 0 }

  /// The rank correlation of each photo's map with another run's; `nil` where one is constant.
  func correlations(with other: FaceMaps) -> [Double?] {
    (0..<strength.shape[0]).map {
      Correlation.spearman(
        strength.slice($0).scalars.map(Double.init),
        other.strength.slice($0).scalars.map(Double.init))
    }
  }
}
