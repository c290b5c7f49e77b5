/// Grad-CAM (Selvaraju et al. 2017, equations 1 and 2, before its ReLU): a channel weighs what its
/// gradient is on average, `w_k = mean_p G_kp`.
///
/// Gated, only gradients count that are positive where the activation is, which is what tf-explain
/// calls guided: `w_k = mean_p G_kp [A_kp > 0] [G_kp > 0]`.
public struct GradCAMWeighting: ChannelWeighting {
  public static let name = "gradcam"
  public static let usesGradient = true

  public var isGated: Bool

  public init(isGated: Bool = false) { self.isGated = isGated }

  public func weights(_ context: CAMContext) -> CAMWeights {
    let sums =
      isGated
      ? context.channelSums { a, g in a > 0 && g > 0 ? g : 0 } : context.channelSums { $1 }
    return .channels(sums.map { Float($0 / Double(context.cells)) })
  }
}

extension CAM where Weighting == GradCAMWeighting {
  public static var gradCAM: CAM { CAM(GradCAMWeighting()) }
}
