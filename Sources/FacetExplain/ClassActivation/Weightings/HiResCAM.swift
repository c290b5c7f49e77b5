import FacetTensor

/// HiResCAM (Draelos and Carin 2020, equation 3): every element weighs its own gradient,
/// `w_kp = G_kp`, so that for a network that is linear above the layer the map adds up to the score.
public struct HiResCAMWeighting: ChannelWeighting {
  public static let name = "hirescam"
  public static let usesGradient = true

  public init() {}

  public func weights(_ context: CAMContext) -> CAMWeights {
    .elements(context.gradient ?? .zeros(context.activation.shape))
  }
}
