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
    let without = try context.scoresOfValues({ channel in
      var value = context.activation
      value.withUnsafeMutableBufferPointer { value in
        for i in channel * context.cells..<(channel + 1) * context.cells { value[i] = 0 }
      }
      return value
    })
    let score = context.score
    return .channels(without.map { score == 0 ? 0 : (score - $0) / score })
  }
}
