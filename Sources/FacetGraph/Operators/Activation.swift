/// A function of each element by itself. ReLU and PReLU are operators of their own, because rules and
/// parameters hang on them.
public enum Activation: Hashable, Sendable {
  /// `x > 0 ? x : slope * x`.
  case leakyReLU(slope: Float)
  /// `x > threshold ? x : 0`.
  case thresholdedReLU(threshold: Float)
  /// `x > 0 ? x : alpha * (exp(x) - 1)` (Clevert et al. 2015).
  case elu(alpha: Float)
  /// `x > 0 ? x : alpha * (exp(x / alpha) - 1)`.
  case celu(alpha: Float)
  /// `gamma * (x > 0 ? x : alpha * (exp(x) - 1))` (Klambauer et al. 2017).
  case selu(alpha: Float, gamma: Float)
  /// `min(max(x, minimum), maximum)`; either may be infinite. ReLU6 is `clip(0, 6)`.
  case clip(minimum: Float, maximum: Float)
  /// `1 / (1 + exp(-x))`.
  case sigmoid
  case tanh
  /// `max(0, min(1, alpha * x + beta))`.
  case hardSigmoid(alpha: Float, beta: Float)
  /// `x * max(0, min(1, x / 6 + 1/2))` (Howard et al. 2019).
  case hardSwish
  /// `x * sigmoid(alpha * x)` (Ramachandran et al. 2017); alpha 1 is SiLU.
  case swish(alpha: Float)
  /// `x * tanh(log(1 + exp(x)))` (Misra 2019).
  case mish
  /// `x * Phi(x)`, with the error function or its approximation by tanh (Hendrycks, Gimpel 2016).
  case gelu(approximate: Bool)
  /// `log(1 + exp(x))`.
  case softplus
  /// `x / (1 + |x|)`.
  case softsign
  case exponential
  case logarithm
  case squareRoot
  case reciprocal
  case absolute
  case negative
  /// The error function.
  case erf
  /// -1, 0 or 1; its derivative is 0, as is that of the four below.
  case sign
  case floor
  case ceiling
  /// To the nearest whole number, halves to the even one.
  case round
}

extension Activation {
  /// The name rules, tables and errors give it.
  public var name: String {
    switch self {
    case .leakyReLU: "leakyReLU"
    case .thresholdedReLU: "thresholdedReLU"
    case .elu: "elu"
    case .celu: "celu"
    case .selu: "selu"
    case .clip: "clip"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .hardSigmoid: "hardSigmoid"
    case .hardSwish: "hardSwish"
    case .swish: "swish"
    case .mish: "mish"
    case .gelu: "gelu"
    case .softplus: "softplus"
    case .softsign: "softsign"
    case .exponential: "exponential"
    case .logarithm: "logarithm"
    case .squareRoot: "squareRoot"
    case .reciprocal: "reciprocal"
    case .absolute: "absolute"
    case .negative: "negative"
    case .erf: "erf"
    case .sign: "sign"
    case .floor: "floor"
    case .ceiling: "ceiling"
    case .round: "round"
    }
  }

  /// Whether it lets positive values pass and holds negative ones back, as a ReLU does: guided
  /// backpropagation and deconvolution treat it as one.
  public var isRectifier: Bool {
    switch self {
    case .leakyReLU, .thresholdedReLU, .elu, .celu, .selu, .hardSwish, .swish, .mish, .gelu,
      .softplus:
      true
    case .clip(let minimum, let maximum): minimum == 0 && maximum > 0
    default: false
    }
  }
}

/// A function of two values, element by element; extents that are 1 or absent on the left are
/// repeated (NumPy's broadcasting).
public enum Arithmetic: String, Hashable, Codable, Sendable, CaseIterable {
  case add
  case subtract
  case multiply
  case divide
  /// `a^b`.
  case power
  case minimum
  case maximum
}
