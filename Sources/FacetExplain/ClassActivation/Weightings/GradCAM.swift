/// Grad-CAM (Selvaraju et al. 2017, equations 1 and 2, before its ReLU): a channel weighs what its
/// gradient is on average, `w_k = mean_p G_kp`.
public struct GradCAMWeighting: ChannelWeighting {
  public static let name = "gradcam"
  public static let usesGradient = true

  public init() {}

  public func weights(_ context: CAMContext) -> CAMWeights {
    .channels(context.channelSums { $1 }.map { Float($0 / Double(context.cells)) })
  }
}

extension CAM where Weighting == GradCAMWeighting {
  public static var gradCAM: CAM { CAM(GradCAMWeighting()) }
}
