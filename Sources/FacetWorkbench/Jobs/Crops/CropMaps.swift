import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetImage
import FacetTensor
import Foundation

/// One photo's Grad-CAM of each crop, put back into the photo's frame.
struct CropMaps {
  /// Per position `[H, W]` of the frame, rectified; zero outside the crop.
  let maps: [Tensor]
  /// Where each crop is: 1 inside, `[H, W]`.
  let covered: [[Bool]]
  /// Where several crops lie, the mean of their maps, each brought to maximum 1 first; `[H, W]`.
  let mean: Tensor
  /// Over the pairs of crops, on their overlaps.
  let agreements: [MapAgreement]

  /// - Parameter target: the class to explain in every crop.
  init(_ photo: CropBench.Photo, target: Int, _ model: Model, _ context: JobContext) throws {
    let fitting = model.card.input.preprocessing
    let batch = Tensor.stack(photo.crops.map { fitting.tensor(fitted: $0.image) })
    let explanation = try CAM(GradCAMWeighting(), layer: nil)
      .explain(model, batch, LogitObjective(.index(target)), on: context.engine)
    let placed = explanation.upsampled(in: model.graph).map { max($0, 0) }
    self.init(
      maps: photo.crops.indices.map { placed.slice($0) }, crops: photo.crops,
      height: photo.frame.height, width: photo.frame.width)
  }

  /// The baseline: a map of nothing but each crop's centre, a Gaussian of a quarter of its side.
  static func centrePrior(_ photo: CropBench.Photo) -> CropMaps {
    let maps = photo.crops.map { crop in
      let (height, width) = (crop.image.height, crop.image.width)
      return Tensor(
        [height, width],
        (0..<height * width).map { i in
          let y = (Float(i / width) + 0.5) / Float(height) - 0.5
          let x = (Float(i % width) + 0.5) / Float(width) - 0.5
          return gaussian((x * x + y * y) / (2 * 0.25 * 0.25))
        })
    }
    return CropMaps(
      maps: maps, crops: photo.crops, height: photo.frame.height, width: photo.frame.width)
  }

  private init(maps: [Tensor], crops: [Crop], height: Int, width: Int) {
    var placed: [Tensor] = []
    var covered: [[Bool]] = []
    var sum = [Float](repeating: 0, count: height * width)
    var count = sum
    for (map, crop) in zip(maps, crops) {
      var frame = Tensor.zeros([height, width])
      var inside = [Bool](repeating: false, count: height * width)
      let top = max(map.maximum, .leastNormalMagnitude)
      for y in 0..<map.shape[0] {
        for x in 0..<map.shape[1] {
          let place = (y + crop.y) * width + x + crop.x
          let value = map.scalars[y * map.shape[1] + x]
          frame[y + crop.y, x + crop.x] = value
          inside[place] = true
          sum[place] += value / top
          count[place] += 1
        }
      }
      placed.append(frame)
      covered.append(inside)
    }
    self.maps = placed
    self.covered = covered
    mean = Tensor([height, width], zip(sum, count).map { $1 > 0 ? $0 / $1 : 0 })
    agreements = placed.indices.flatMap { i in
      (i + 1..<placed.count).compactMap { j in
        let both = zip(covered[i], covered[j]).map { $0 && $1 }
        return try? MapAgreement(placed[i].scalars, placed[j].scalars, width: width, mask: both)
      }
    }
  }

  /// The mean rank correlation over the pairs of crops; `nil` when every map is constant.
  var stability: Double? {
    let values = agreements.compactMap(\.spearman)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The mean overlap of the strongest fifths.
  var overlap: Double {
    agreements.isEmpty
      ? 0 : agreements.map(\.iouTop20).reduce(0, +) / Double(agreements.count)
  }
}

/// exp(-x).
private func gaussian(_ x: Float) -> Float { exp(-x) }
