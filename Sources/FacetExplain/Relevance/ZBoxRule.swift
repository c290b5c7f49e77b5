import FacetEngine
import FacetGraph
import FacetTensor

/// ``LRPRules/Rule/zBox`` of one layer. The bias cancels: it is in the image's output and in the box's
/// corners alike.
struct ZBoxRule: BackwardRule {
  /// The least and the largest values of the layer's inputs, each `[1, C, h, w]`.
  struct Box: Sendable {
    let low: Tensor
    let high: Tensor
  }

  private let plain: SignedLayer
  private let positive: SignedLayer
  private let negative: SignedLayer
  private let box: Box
  private let stabiliser: Float

  init(_ model: Model, _ node: Node, box: Box, stabiliser: Float, on engine: Engine)
    throws(ExplainError)
  {
    plain = try SignedLayer(model, node, on: engine) { $0 }
    positive = try SignedLayer(model, node, on: engine) { max($0, 0) }
    negative = try SignedLayer(model, node, on: engine) { min($0, 0) }
    self.box = box
    self.stabiliser = stabiliser
  }

  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    guard context.wants[0] else { return [nil] }
    let x = try context.input(0)
    let count = x.shape[0]
    let low = Tensor.concatenate([Tensor](repeating: box.low, count: count))
    let high = Tensor.concatenate([Tensor](repeating: box.high, count: count))
    let runs = [
      (plain, x, try plain.forward(x)), (positive, low, try positive.forward(low)),
      (negative, high, try negative.forward(high)),
    ]
    let denominator = runs[0].2.output - runs[1].2.output - runs[2].2.output
    let s = upstream.divided(by: denominator, stabiliser)
    var parts: [Tensor] = []
    for (layer, value, trace) in runs { parts.append(value * (try layer.transpose(s, trace))) }
    return [parts[0] - parts[1] - parts[2]]
  }
}

/// The box of all photos, seen from any layer: the values there of an image of the least pixels and of
/// one of the largest. Layers before a first convolution are monotone in each pixel (a mean taken off,
/// a division), so no other photo leaves that box.
struct ZBoxes {
  private let model: Model
  private let engine: Engine
  private let images: Tensor

  init(_ model: Model, _ size: Extent, on engine: Engine) throws(ExplainError) {
    self.model = model
    self.engine = engine
    let card = model.card.input
    let channels = model.graph.inputChannels
    let images = Tensor.stack(
      [0, 255].map { (byte: Float) in
        Tensor.stack(
          (0..<channels).map { channel in
            let mean = card.mean.isEmpty ? 0 : card.mean[min(channel, card.mean.count - 1)]
            let deviations = card.standardDeviation
            let deviation =
              deviations.isEmpty ? 1 : deviations[min(channel, deviations.count - 1)]
            let value = (byte * card.scale - mean) / deviation
            return Tensor([size.height, size.width], repeating: value)
          })
      })
    self.images = images
  }

  /// The box of a layer's inputs.
  func box(before node: Node) throws(ExplainError) -> ZBoxRule.Box {
    let path = model.graph[node.inputs[0]].path
    var values: [Tensor] = []
    // One at a time: a graph may be made for a single image.
    for corner in 0..<2 {
      values.append(
        try ExplainError.wrapping { () throws(EngineError) in
          try engine.forward(
            model, images.slices(corner..<corner + 1), keeping: .paths([path])
          ).value(at: path)
        })
    }
    return ZBoxRule.Box(
      low: values[0].zip(values[1]) { min($0, $1) },
      high: values[0].zip(values[1]) { max($0, $1) })
  }
}
