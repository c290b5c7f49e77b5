import FacetTensor

/// Grad-CAM++ (Chattopadhay et al. 2018, equation 19 with the exponential's higher derivatives
/// written as powers of the gradient):
/// `w_k = sum_p relu(G) a`, `a = G^2 / (2 G^2 + G^3 sum_q A_kq + 1e-6)`, 0 where G is 0.
public struct GradCAMPlusPlusWeighting: ChannelWeighting {
  public static let name = "gradcam++"
  public static let usesGradient = true

  public init() {}

  public func weights(_ context: CAMContext) -> CAMWeights {
    let sums = context.channelSums { a, _ in a }
    let gradient = context.gradient?.scalars ?? []
    let weights = sums.indices.map { k in
      var weight = 0.0
      for i in k * context.cells..<(k + 1) * context.cells where gradient[i] > 0 {
        let g = Double(gradient[i])
        weight += g * g * g / (2 * g * g + sums[k] * g * g * g + 1e-6)
      }
      return Float(weight)
    }
    return .channels(weights)
  }
}
