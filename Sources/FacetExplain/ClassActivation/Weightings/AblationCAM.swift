import FacetTensor

/// Ablation-CAM (Desai and Ramaswamy 2020, equation 3): a channel weighs the part of the score that
/// is lost when it is set to 0, `w_k = (s - s_without_k) / s`.
///
/// Only the layers above run again, once for each channel. A score of 0 gives weights of 0.
public struct AblationCAMWeighting: ChannelWeighting {
  public static let name = "ablationcam"
  public static let usesGradient = false

  public init() {}

  public func weights(_ context: CAMContext) throws(ExplainError) -> CAMWeights {
    let (activation, cells) = (context.activation, context.cells)
    let without = try context.scoresOfValues({ channel, value in
      activation.withUnsafeBufferPointer { source in
        _ = value.initialize(from: source)
      }
      for i in channel * cells..<(channel + 1) * cells { value[i] = 0 }
    })
    let score = context.score
    return .channels(without.map { score == 0 ? 0 : (score - $0) / score })
  }
}
