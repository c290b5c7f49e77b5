import FacetEngine
import FacetExplain
import FacetGraph
import FacetImage
import FacetTensor
import FacetTraining
import FacetZoo

/// One network of an ensemble's pool: how it is trained and what it says and looks at.
struct Candidate: Sendable {
  let name: String
  let model: Model
  let selection: Answers
  let calibration: Answers?
  let test: Answers
  /// Rectified Grad-CAM for the right class on the selection photos, `[photos, cells]`, all in one
  /// frame.
  let maps: Tensor
  /// The mean of the maps, each brought to sum 1, `[side, side]`.
  let meanMap: Tensor

  /// Maps are compared on this many cells a side.
  static let frame = 14

  /// How candidate `index` differs: its seed and, in turn, its augmentation.
  static func plan(_ index: Int, seed: UInt64) -> (
    name: String, augmentation: Augmentation, seed: UInt64
  ) {
    let kinds = Augmentation.named.filter { $0.name != "none" }.reversed()
    let kind = Array(kinds)[index % kinds.count]
    return ("\(index + 1): \(kind.name)", kind.augmentation, seed &* 1000 &+ UInt64(index + 1))
  }

  init(
    _ name: String, _ model: Model, selection: FaceImages, labels: [Int], calibration: FaceImages,
    test: FaceImages, _ context: JobContext
  ) throws {
    self.name = name
    self.model = model
    let predictor = Predictor(model, engine: context.engine)
    self.selection = try predictor.answers(selection.tensors)
    self.calibration = calibration.count > 1 ? try predictor.answers(calibration.tensors) : nil
    self.test = try predictor.answers(test.tensors)
    let explanation = try CAM(GradCAMWeighting(), layer: nil).explain(
      model, Tensor.stack(selection.tensors), LogitObjective(.perImage(labels)),
      on: context.engine)
    let placed = explanation.upsampled(in: model.graph).map { max($0, 0) }
    let maps = placed.averaged(to: Self.frame)
    meanMap = maps.meanOfShares
    self.maps = maps.reshaped([maps.shape[0], Self.frame * Self.frame])
  }
}

extension Tensor {
  /// Maps `[N, H, W]` averaged over a grid of `side` x `side` windows.
  fileprivate func averaged(to side: Int) -> Tensor {
    let (height, width) = (shape[1], shape[2])
    return Tensor(
      [shape[0], side, side],
      (0..<shape[0] * side * side).map { i in
        let (image, y, x) = (i / (side * side), i / side % side, i % side)
        var sum: Float = 0
        let rows = y * height / side..<max((y + 1) * height / side, y * height / side + 1)
        let columns = x * width / side..<max((x + 1) * width / side, x * width / side + 1)
        for row in rows {
          for column in columns { sum += scalars[(image * height + row) * width + column] }
        }
        return sum / Float(rows.count * columns.count)
      })
  }

  /// The mean of maps `[N, h, w]`, each divided by its sum; empty ones count as zeros.
  fileprivate var meanOfShares: Tensor {
    var total = Tensor.zeros(shape.dropFirst())
    for image in 0..<shape[0] {
      let map = slice(image)
      let sum = Float(map.sum)
      if sum > 0 { total = total + map * (1 / (sum * Float(shape[0]))) }
    }
    return total
  }
}
