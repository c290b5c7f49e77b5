import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor
import FacetZoo

/// Which of the two faces of a pair.
enum PairFace: String, CaseIterable, Codable, Sendable {
  case first
  case second
}

/// What is asked of a map: what speaks for one person, or what speaks against.
package enum PairSide: String, CaseIterable, Codable, Sendable {
  case similarity
  case dissimilarity

  /// Its own colours, so that the two can't be mixed up.
  var colors: ColorMap { self == .similarity ? .heat : .cold }
  fileprivate var sign: Float { self == .similarity ? 1 : -1 }
}

/// One method's maps of some pairs, raw and as shown.
struct PairMaps: Sendable {
  let method: PairMethod
  let explanation: PairExplanation
  let cosines: [Double]
  /// Signed, at the photos' size, `[N, H, W]`.
  private let first: Tensor
  private let second: Tensor

  init(
    _ method: PairMethod, _ pairs: FacePairs, _ model: Model, _ settings: PairSettings,
    _ context: JobContext, onStep: StepListener? = nil
  ) throws {
    self.method = method
    let size = Extent(pairs.first.shape[2], pairs.first.shape[3])
    explanation = try pairs.explained(
      by: method.explainer(settings, size: size, onStep: onStep), model,
      on: context.engine)
    cosines = pairs.cosines
    first = explanation.first.pixelMaps(in: model.graph)
    second = explanation.second.pixelMaps(in: model.graph)
  }

  /// The explanation of all first or all second faces.
  func explanation(_ face: PairFace) -> Explanation {
    face == .first ? explanation.first : explanation.second
  }

  /// The signed map at the photo's size, `[H, W]`.
  func signed(_ face: PairFace, _ pair: Int) -> Tensor {
    (face == .first ? first : second).slice(pair)
  }

  /// What of it speaks for one side, `[H, W]`, not negative.
  func strength(_ face: PairFace, _ side: PairSide, _ pair: Int) -> Tensor {
    signed(face, pair).map { max(side.sign * $0, 0) }
  }

  /// The largest magnitude on both faces: the top of the colours for both sides, so that a weak
  /// dissimilarity doesn't look like a strong one.
  func top(_ pair: Int) -> Float {
    PairFace.allCases.map { face in
      let map = signed(face, pair)
      return max(map.maximum, -map.minimum)
    }.max() ?? 0
  }

  /// Whether there is nothing to show: at a cosine of 1 its gradient is 0, and what is left of a map
  /// that is made of it is rounding.
  func isFlat(_ pair: Int) -> Bool {
    top(pair) <= 0 || (method == .gradCAM && abs(cosines[pair]) > 1 - 1e-6)
  }

  /// The pixels that speak most for one side first.
  func order(_ face: PairFace, _ side: PairSide, _ pair: Int) -> RemovalOrder {
    RemovalOrder(descending: signed(face, pair).map { side.sign * $0 })
  }

  /// The map to be laid over the face, by the pair's common scale or by its own, with what is to be
  /// known of it written into it.
  func picture(
    _ face: PairFace, _ side: PairSide, _ pair: Int, label: String?, byItself: Bool = false
  ) throws -> ReportImage {
    let map = strength(face, side, pair)
    return try PictureLabel(label.map { [$0] } ?? []).draw(
      onRGBA: HeatmapRendering.rgba(
        of: map, scale: scale(map, pair, byItself: byItself), colors: side.colors,
        opacity: .squareRoot(0.9)), width: map.shape[1], height: map.shape[0])
  }

  /// The face under the map.
  func overlay(_ face: PairFace, _ side: PairSide, _ pair: Int, on photo: Image) -> Image {
    let map = strength(face, side, pair)
    return HeatmapRendering.overlay(
      map, on: photo, scale: scale(map, pair, byItself: false), colors: side.colors,
      opacity: .squareRoot(0.75))
  }

  /// Writes the raw signed map as `.npy`.
  func write(
    _ face: PairFace, _ photo: PairPhoto, _ file: String, to folder: OutputFolder
  ) throws -> PairMapFile {
    let path = folder.file(file)
    try NumPyArray.write(explanation(face).map.slice(0), to: path)
    return try PairMapFile(file, at: path, .map, self, face, photo)
  }

  /// Writes the face under the map as `.png`, with what is to be known of it written into it.
  func write(
    _ face: PairFace, _ side: PairSide, _ photo: PairPhoto, label: String?, _ file: String,
    to folder: OutputFolder
  ) throws -> PairMapFile {
    let path = folder.file(file)
    let picture = overlay(face, side, 0, on: photo.image)
    try PNGWriter.write(try PictureLabel(label.map { [$0] } ?? []).draw(on: picture), to: path)
    return try PairMapFile(
      file, at: path, .heatmap, self, face, photo, side: side, label: label)
  }

  private func scale(_ map: Tensor, _ pair: Int, byItself: Bool) -> HeatmapScale {
    if isFlat(pair) { return .symmetric(0) }
    return byItself
      ? .upTo(maximumOf: [map]) : HeatmapScale(minimum: 0, maximum: top(pair))
  }
}

extension PairMethod {
  /// What a method's map is, for readers.
  var definition: String {
    switch self {
    case .gradCAM:
      "The channels of a layer, each weighted by the mean gradient of the cosine by it, the other face's "
        + "embedding held fixed, and added up (Selvaraju et al. 2017, of the cosine). Linear in how the "
        + "cosine changes for small changes, so at a cosine of 1 it is empty."
    case .additive:
      "The cosine itself, divided among the cells of the last map before the embedding; the cells and "
        + "the remainder (what biases give) add up to the cosine. It is exact about that map, and says "
        + "nothing of how the map came about."
    case .corrRISE:
      "Squares of the face are blackened many times at random; a pixel's value is the rank correlation "
        + "of its being seen and the cosine (Lu et al. 2024). Tests that blacken pixels judge it by the "
        + "means it is made by, which is to its advantage."
    case .occlusion:
      "What the cosine loses when a window is covered, averaged over the windows on a pixel (Zeiler and "
        + "Fergus 2014). Negative where covering raises the cosine."
    }
  }

  /// What a map's numbers are.
  var unit: String {
    switch self {
    case .gradCAM: "gradient times activation"
    case .additive: "share of the cosine in a cell"
    case .corrRISE: "rank correlation"
    case .occlusion: "loss of cosine"
    }
  }
}
