import FacetTensor

/// Score-CAM (Wang et al. 2020, algorithm 1): a channel weighs what the score is when the image shows
/// through it alone, softmax over the channels of `s(x * norm(up(A_k)))`.
///
/// Masks are brought to 0...1 by `(u - min) / (max - min + 1e-8)`. Cost: one forward run for each
/// channel. With a budget the channels of the largest sums come first, and those that are not reached
/// weigh nothing.
public struct ScoreCAMWeighting: ChannelWeighting {
  /// How a channel becomes a mask.
  public enum Masks: String, CaseIterable, Hashable, Codable, Sendable {
    /// Stretched to the image with its corner cells on the corner pixels, then scaled:
    /// pytorch-grad-cam's.
    case stretchedFirst
    /// Scaled on its own cells, then stretched bilinearly, half-pixel: torch-cam's.
    case scaledFirst
  }

  public static let name = "scorecam"
  public static let usesGradient = false

  /// After which no more channels are tried; `nil` for all of them.
  public var budget: TimeBudget?
  public var masks: Masks

  public init(budget: TimeBudget? = nil, masks: Masks = .stretchedFirst) {
    self.budget = budget
    self.masks = masks
  }

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
      let cells = activation.slice(channel)
      let mask = cells.resampled(
        height: height, width: width,
        by: masks == .scaledFirst ? .bilinear : .bilinearAlignedCorners)
      // Scaling commutes with stretching; what counts is whose extremes it goes by.
      let scaled = masks == .scaledFirst ? cells : mask
      let (low, high) = (scaled.minimum, scaled.maximum)
      let scale = 1 / (high - low + 1e-8)
      image.write(maskedBy: mask, into: picture) { ($0 - low) * scale }
    }
    var weights = [Float](repeating: 0, count: context.channels)
    for (channel, weight) in Swift.zip(order, softmax(scores)) { weights[channel] = Float(weight) }
    return .channels(weights)
  }
}
