import FacetTensor

/// Grad-CAM++ (Chattopadhay et al. 2018, equation 19 with the exponential's higher derivatives
/// written as powers of the gradient):
/// `w_k = sum_p relu(G) a`, `a = G^2 / (2 G^2 + G^3 sum_q A_kq + 1e-6)`, 0 where G is 0.
public struct GradCAMPlusPlusWeighting: ChannelWeighting {
  /// What is made of the equation.
  public enum Form: String, CaseIterable, Hashable, Codable, Sendable {
    /// As above, and as pytorch-grad-cam has it.
    case published
    /// `w_k = mean_p relu(G) a`, `a = G^2 / (2 G^2 + G^3 mean_q A_kq)`, 1e-4 in place of a divisor of
    /// 0: xplique's.
    case averaged
    /// `a = G^2`: torch-cam's, which divides a copy and goes on with the original.
    case undivided
  }

  public static let name = "gradcam++"
  public static let usesGradient = true

  public var form: Form

  public init(form: Form = .published) { self.form = form }

  public func weights(_ context: CAMContext) -> CAMWeights {
    let sums = context.channelSums { a, _ in a }
    let gradient = context.gradient?.scalars ?? []
    let count = form == .averaged ? Double(context.cells) : 1
    let weights = sums.indices.map { k in
      var weight = 0.0
      for i in k * context.cells..<(k + 1) * context.cells where gradient[i] > 0 {
        weight += form.share(Double(gradient[i]), sums[k] / count)
      }
      return Float(weight / count)
    }
    return .channels(weights)
  }
}

extension GradCAMPlusPlusWeighting.Form {
  /// `G a` of a positive gradient in a channel of the given activation.
  fileprivate func share(_ gradient: Double, _ activation: Double) -> Double {
    let square = gradient * gradient
    let divisor = 2 * square + square * gradient * activation
    return switch self {
    case .published: gradient * square / (divisor + 1e-6)
    case .averaged: gradient * square / (divisor == 0 ? 1e-4 : divisor)
    case .undivided: gradient * square
    }
  }
}
