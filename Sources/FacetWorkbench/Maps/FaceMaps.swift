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
  /// What the pixels are ordered by, `[N, H, W]`: class activation maps at the photo's size, with their
  /// signs; of maps on pixels what ``PixelReading`` makes of the channels.
  let ranking: Tensor
  /// What pictures show, `[N, H, W]`: the ranking where it is positive.
  let strength: Tensor
  /// The strength at the top of the colours, one for all photos.
  let top: Float

  /// - Parameter targets: the class to explain for each photo.
  init(
    _ method: MapMethod, _ model: Model, _ photos: FaceImages, targets: [Int], on engine: Engine
  ) throws {
    try self.init(
      method, model, Tensor.stack(photos.tensors), LogitObjective(.perImage(targets)), on: engine)
  }

  /// - Parameter images: `[N, C, H, W]`, preprocessed.
  init(
    _ method: MapMethod, _ model: Model, _ images: Tensor, _ objective: some Objective,
    on engine: Engine
  ) throws {
    self.method = method
    explanation = try method.explainer.explain(model, images, objective, on: engine)
    ranking = Self.ranking(explanation, method.pixelReading, in: model.graph)
    strength = ranking.map { max($0, 0) }
    // Single pixels of a gradient stand far out; a scale up to them would leave all else black.
    top = explanation.space == .layer ? strength.maximum : Self.quantile(strength, 0.995)
  }

  private static func ranking(
    _ explanation: Explanation, _ reading: PixelReading, in graph: Graph
  ) -> Tensor {
    guard explanation.space == .input else { return explanation.upsampled(in: graph) }
    let maps = explanation.map
    return Tensor.stack(
      (0..<maps.shape[0]).map { index in
        let map = maps.slice(index)
        return switch reading {
        case .sum: (1..<map.shape[0]).reduce(map.slice(0)) { $0 + map.slice($1) }
        case .magnitude: HeatmapRendering.magnitude(of: map)
        case .equal: map.slice(0)
        }
      })
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

  /// The map of a photo to be laid over it, by the scale of all photos, with what is to be known of
  /// the method written into it.
  func picture(_ index: Int, _ label: PictureLabel) throws -> ReportImage {
    try picture(index, scale, label)
  }

  /// The same by the photo's own strongest value; `nil` for maps on pixels, which are of one strength
  /// on all photos, and where there is nothing to show.
  func ownScalePicture(_ index: Int, _ label: PictureLabel) throws -> ReportImage? {
    guard explanation.space == .layer, !isEmpty(index) else { return nil }
    return try picture(index, .upTo(maximumOf: [strength.slice(index)]), label)
  }

  private func picture(_ index: Int, _ scale: HeatmapScale, _ label: PictureLabel) throws
    -> ReportImage
  {
    let map = strength.slice(index)
    return try label.draw(
      onRGBA: HeatmapRendering.rgba(of: map, scale: scale, colors: .heat, opacity: opacity(0.9)),
      width: map.shape[1], height: map.shape[0])
  }

  /// The photo under its map.
  func overlay(_ index: Int, on photo: Image) -> Image {
    HeatmapRendering.overlay(
      strength.slice(index), on: photo, scale: scale, colors: .heat, opacity: opacity(0.75))
  }

  /// Whether a photo's map is nowhere positive: then there is nothing to show, and a page says so.
  func isEmpty(_ index: Int) -> Bool { strength.slice(index).maximum <= 0 }

  /// Whether a photo's map is of numbers: random weights may overflow.
  func isFinite(_ index: Int) -> Bool { ranking.slice(index).isFinite }

  /// The rank correlation of each photo's map with another run's; `nil` where one is constant or not
  /// finite, which is in no order.
  func correlations(with other: FaceMaps) -> [Double?] {
    (0..<ranking.shape[0]).map {
      guard isFinite($0), other.isFinite($0) else { return nil }
      return Correlation.spearman(
        ranking.slice($0).scalars.map(Double.init),
        other.ranking.slice($0).scalars.map(Double.init))
    }
  }
}
