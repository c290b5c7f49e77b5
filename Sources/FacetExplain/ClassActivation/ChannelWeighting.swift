import FacetGraph
import FacetTensor

/// What a layer's feature maps are multiplied by before they are added up to one map.
public enum CAMWeights: Sendable {
  /// One weight for each channel: `L = sum_k w_k A_k`.
  case channels([Float])
  /// One weight for each channel, of maps from which their means are taken first.
  case centredChannels([Float])
  /// One weight for each element, `[K, h, w]`: `L_p = sum_k w_kp A_kp`.
  case elements(Tensor)
}

/// A member of the family of class activation maps: how it weighs the channels of a layer.
public protocol ChannelWeighting: Sendable {
  /// The method's name in ``Method``'s words.
  static var name: String { get }

  /// Whether ``CAMContext/gradient`` is needed.
  static var usesGradient: Bool { get }

  /// The weights for one image.
  func weights(_ context: CAMContext) throws(ExplainError) -> CAMWeights
}

/// The numbers of samples behind the images of one explanation, in their order.
final class SampleTally {
  var samples: [Int] = []
}

/// What a weighting knows of one image.
public struct CAMContext {
  /// The layer's value, `[K, h, w]`.
  public let activation: Tensor
  /// The gradient of the score by it, `[K, h, w]`; `nil` for weightings that don't use it.
  public let gradient: Tensor?
  /// The clean image's score.
  public let score: Float
  /// The image, `[C, H, W]`.
  public let image: Tensor
  let run: CleanRun
  let place: Int
  let layer: LayerPath
  /// Where weightings that sample write of how many samples each image's weights are.
  let tally: SampleTally

  /// The number of channels.
  public var channels: Int { activation.shape[0] }
  /// The number of cells of one channel.
  public var cells: Int { activation.shape[1] * activation.shape[2] }

  /// The score of other pictures in place of the image, one for each of some channels, in their
  /// order; fewer when the budget ends.
  ///
  /// - Parameter variant: writes the picture `[C, H, W]` that belongs to a channel.
  public func scoresOfImages(
    _ channels: [Int], within budget: TimeBudget? = nil,
    _ variant: @Sendable (_ channel: Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(ExplainError) -> [Float] {
    var scores: [Float] = []
    for range in Chunks.ranges(channels.count, by: run.chunks.forward) {
      if !scores.isEmpty, run.isOver(budget, image: place) { break }
      let pictures = run.stack(image.shape, range) { index, picture in
        variant(channels[index], picture)
      }
      scores += try run.scores(ofImages: pictures, as: place)
      run.tell(place * channels.count + scores.count, of: channels.count)
    }
    tally.samples.append(scores.count)
    return scores
  }

  /// The score with other values of the layer, one for each channel; only layers above it run.
  ///
  /// - Parameter variant: writes the value `[K, h, w]` that belongs to a channel.
  public func scoresOfValues(
    _ variant: @Sendable (_ channel: Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(ExplainError) -> [Float] {
    var scores: [Float] = []
    for range in Chunks.ranges(channels, by: run.chunks.resumed(activation.count)) {
      let values = run.stack(activation.shape, range, variant)
      scores += try run.scores(ofValues: values, at: layer, as: place)
      run.tell(place * channels + scores.count, of: channels)
    }
    return scores
  }

  /// For each channel, the sum over its cells of a function of activation and gradient, in double
  /// precision.
  func channelSums(_ term: (_ a: Double, _ g: Double) -> Double) -> [Double] {
    let gradient = gradient ?? .zeros(activation.shape)
    return activation.withUnsafeBufferPointer { a in
      gradient.withUnsafeBufferPointer { g in
        (0..<channels).map { k in
          var sum = 0.0
          for i in k * cells..<(k + 1) * cells { sum += term(Double(a[i]), Double(g[i])) }
          return sum
        }
      }
    }
  }
}
