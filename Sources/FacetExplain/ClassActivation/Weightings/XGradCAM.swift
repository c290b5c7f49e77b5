/// XGrad-CAM (Fu et al. 2020, equation 8): a channel weighs what its gradient is on average where
/// it is active, `w_k = sum_p G_kp A_kp / (sum_q A_kq + 1e-7)`.
public struct XGradCAMWeighting: ChannelWeighting {
  public static let name = "xgradcam"
  public static let usesGradient = true

  public init() {}

  public func weights(_ context: CAMContext) -> CAMWeights {
    let products = context.channelSums { $0 * $1 }
    let sums = context.channelSums { a, _ in a }
    return .channels(Swift.zip(products, sums).map { Float($0 / ($1 + 1e-7)) })
  }
}
