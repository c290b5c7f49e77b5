import FacetEngine
import FacetGraph
import FacetTensor
import Foundation

/// Whether the images a network is given look like those it was trained on.
///
/// A graph from elsewhere doesn't say how photos become its input, and a wrong choice gives no error,
/// only worse numbers. A trained network remembers what it saw: its first batch normalisation holds
/// mean and variance of its channels over the training images. Where there is none, only the grossest
/// mistake can be told: raw bytes in a network that never takes a mean off them.
public enum RangeCheck {
  /// How many times larger or smaller the spread may be than in training.
  static let largestRatio = 16.0
  /// How many standard deviations the typical channel's mean may be off.
  static let largestShift = 4.0

  /// What looks wrong; `nil` when nothing does.
  ///
  /// - Parameter images: normalised, `[C, H, W]` each, of one size; the first eight are run.
  public static func warning(_ model: Model, _ images: [Tensor], on engine: Engine) throws
    -> String?
  {
    guard let first = images.first else { return nil }
    let count = model.graph.fixedBatch ?? min(images.count, 8)
    let batch = Tensor.stack((0..<count).map { $0 < images.count ? images[$0] : first })
    if let node = model.graph.nodes.first(where: { $0.op.kind == .batchNorm }) {
      return try statistics(model, node, batch, on: engine)
    }
    return try rawBytes(model, batch, on: engine)
  }

  private static func statistics(
    _ model: Model, _ node: Node, _ batch: Tensor, on engine: Engine
  ) throws -> String? {
    let before = model.graph[node.inputs[0]]
    let value = try engine.forward(model, batch, keeping: .paths([before.path]))
      .value(at: before.path)
    guard value.shape.rank == 4 else { return nil }
    let parameters = model.parameters(of: node)
    let plane = value.shape[2] * value.shape[3]
    let channels = value.shape[1]
    var ratios: [Double] = []
    var shifts: [Double] = []
    for c in 0..<channels {
      var (sum, squares) = (0.0, 0.0)
      for n in 0..<value.shape[0] {
        let start = (n * channels + c) * plane
        for x in value.scalars[start..<start + plane] {
          sum += Double(x)
          squares += Double(x) * Double(x)
        }
      }
      let count = Double(plane * value.shape[0])
      let mean = sum / count
      let variance = max(squares / count - mean * mean, 0)
      let expected = Double(parameters[3].scalars[c])
      // A channel that was always off in training tells nothing.
      guard expected > 1e-6 else { continue }
      ratios.append((variance / expected).squareRoot())
      shifts.append(abs(mean - Double(parameters[2].scalars[c])) / expected.squareRoot())
    }
    guard ratios.count > 2 else { return nil }
    let (ratio, shift) = (median(ratios), median(shifts))
    if ratio > largestRatio || ratio < 1 / largestRatio {
      return
        "the values at '\(before.path)' spread \(times(ratio)) as far as in training: the input "
        + "(\(model.card.input.text)) is probably not what the network was trained on; see --mean, "
        + "--std and --channels"
    }
    if shift > largestShift {
      return
        "the values at '\(before.path)' are typically \(String(format: "%.1f", shift)) standard "
        + "deviations from their mean in training: the input (\(model.card.input.text)) is probably "
        + "not what the network was trained on; see --mean, --std and --channels"
    }
    return nil
  }

  private static func rawBytes(_ model: Model, _ batch: Tensor, on engine: Engine) throws
    -> String?
  {
    let weighs = model.graph.nodes.first { [.convolution, .linear].contains($0.op.kind) }
    guard let node = weighs else { return nil }
    let path = model.graph[node.inputs[0]].path
    let value = try engine.forward(model, batch, keeping: .paths([path])).value(at: path)
    guard value.minimum >= 0, value.maximum > 20 else { return nil }
    return
      "raw bytes reach the first weights ('\(node.path)') without a mean taken off, which few networks "
      + "are trained on; see --mean, --std and --channels"
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private static func times(_ ratio: Double) -> String {
    ratio >= 1
      ? "\(Int(ratio.rounded())) times" : String(format: "%.3f times", ratio)
  }
}

extension LoadedModel {
  /// What to warn of before the network's answers are believed: notes of the reader, and an input that
  /// looks wrong.
  func warnings(_ images: [Tensor], on engine: Engine) throws -> [String] {
    guard !saysItsInput else { return notes }
    return notes + (try RangeCheck.warning(model, images, on: engine).map { [$0] } ?? [])
  }
}
