import FacetTensor

/// Score-CAM (Wang et al. 2020, algorithm 1): a channel weighs what the score is when the image shows
/// through it alone, softmax over the channels of `s(x * norm(up(A_k)))`.
///
/// The map is stretched to the image with its corner cells on the corner pixels and brought to 0...1
/// by `(u - min) / (max - min + 1e-8)`. Cost: one forward run for each channel. With a budget the
/// channels of the largest sums come first, and those that are not reached weigh nothing.
public struct ScoreCAMWeighting: ChannelWeighting {
  public static let name = "scorecam"
  public static let usesGradient = false

  /// After which no more channels are tried; `nil` for all of them.
  public var budget: TimeBudget?

  public init(budget: TimeBudget? = nil) { self.budget = budget }

  public func weights(_ context: CAMContext) throws(ExplainError) -> CAMWeights {
    let image = context.image
    let (height, width) = (image.shape[1], image.shape[2])
    let activation = context.activation
    var order = Array(0..<context.channels)
    if budget != nil {
      let sums = context.channelSums { a, _ in a }
      order.sort { (-sums[$0], $0) < (-sums[$1], $1) }
    }
    let scores = try context.scoresOfImages(
      order, within: budget
    ) { channel, picture in
      let mask = activation.slice(channel)
        .resampled(height: height, width: width, by: .bilinearAlignedCorners)
      let (low, high) = (mask.minimum, mask.maximum)
      let scale = 1 / (high - low + 1e-8)
      image.write(maskedBy: mask, into: picture) { ($0 - low) * scale }
    }
    var weights = [Float](repeating: 0, count: context.channels)
    for (channel, weight) in Swift.zip(order, softmax(scores)) { weights[channel] = Float(weight) }
    return .channels(weights)
  }
}
