import FacetTensor

/// LayerCAM (Jiang et al. 2021, equation 4): every element weighs its own positive gradient,
/// `w_kp = relu(G_kp)`.
public struct LayerCAMWeighting: ChannelWeighting {
  public static let name = "layercam"
  public static let usesGradient = true

  public init() {}

  public func weights(_ context: CAMContext) -> CAMWeights {
    .elements((context.gradient ?? .zeros(context.activation.shape)).map { $0 > 0 ? $0 : 0 })
  }
}
