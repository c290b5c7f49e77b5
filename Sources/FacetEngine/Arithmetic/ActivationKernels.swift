import FacetGraph
import FacetTensor
import FacetThreads
import Foundation

/// Functions of single elements and their derivatives.
struct ActivationKernels {
  let parallel: Parallel
  private static let block = 1 << 14

  func forward(_ activation: Activation, _ x: Source, into y: Destination) {
    parallel.forBlocks(of: Self.block, in: x.shape.count) { range in
      Self.forward(activation, x.base, into: y.base, range)
    }
  }

  /// `gx = gy f'(x)`. Where a function has a corner, the derivative is PyTorch's.
  func backward(_ activation: Activation, _ x: Source, _ gy: Source, into gx: Destination) {
    parallel.forBlocks(of: Self.block, in: x.shape.count) { range in
      Self.backward(activation, x.base, gy.base, into: gx.base, range)
    }
  }

  private static func forward(
    _ activation: Activation, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    _ range: Range<Int>
  ) {
    // Inlined, so that each case is a loop of its own without calls.
    @inline(__always) func each(_ f: (Float) -> Float) {
      for i in range { y[i] = f(x[i]) }
    }
    switch activation {
    case .leakyReLU(let slope): each { $0 > 0 ? $0 : slope * $0 }
    // A NaN stays.
    case .thresholdedReLU(let threshold): each { $0 <= threshold ? 0 : $0 }
    case .elu(let alpha): each { $0 > 0 ? $0 : alpha * expm1f($0) }
    case .celu(let alpha): each { $0 > 0 ? $0 : alpha * expm1f($0 / alpha) }
    case .selu(let alpha, let gamma): each { gamma * ($0 > 0 ? $0 : alpha * expm1f($0)) }
    case .clip(let low, let high): each { clip($0, low, high) }
    case .sigmoid: each(sigmoid)
    case .tanh: each { tanhf($0) }
    case .hardSigmoid(let alpha, let beta): each { clip(alpha * $0 + beta, 0, 1) }
    case .hardSwish: each { $0 * clip($0 / 6 + 0.5, 0, 1) }
    case .swish(let alpha): each { $0 * sigmoid(alpha * $0) }
    case .mish: each { $0 * softplusTanh($0) }
    case .gelu(let approximate):
      approximate ? each(geluByTanh) : each { 0.5 * $0 * (1 + erff($0 * rootHalf)) }
    case .softplus: each(softplus)
    case .softsign: each { $0 / (1 + abs($0)) }
    case .exponential: each { expf($0) }
    case .logarithm: each { logf($0) }
    case .squareRoot: each { $0.squareRoot() }
    case .reciprocal: each { 1 / $0 }
    case .absolute: each { abs($0) }
    case .negative: each { -$0 }
    case .erf: each { erff($0) }
    case .sign: each { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .floor: each { $0.rounded(.down) }
    case .ceiling: each { $0.rounded(.up) }
    case .round: each { $0.rounded(.toNearestOrEven) }
    }
  }

  private static func backward(
    _ activation: Activation, _ x: UnsafePointer<Float>, _ gy: UnsafePointer<Float>,
    into gx: UnsafeMutablePointer<Float>, _ range: Range<Int>
  ) {
    @inline(__always) func each(_ derivative: (Float) -> Float) {
      for i in range { gx[i] = gy[i] * derivative(x[i]) }
    }
    switch activation {
    case .leakyReLU(let slope): each { $0 > 0 ? 1 : slope }
    case .thresholdedReLU(let threshold): each { $0 > threshold ? 1 : 0 }
    case .elu(let alpha): each { $0 > 0 ? 1 : alpha * expf($0) }
    case .celu(let alpha): each { $0 > 0 ? 1 : expf($0 / alpha) }
    case .selu(let alpha, let gamma): each { gamma * ($0 > 0 ? 1 : alpha * expf($0)) }
    case .clip(let low, let high): each { $0 >= low && $0 <= high && low <= high ? 1 : 0 }
    case .sigmoid: each { sigmoid($0) * sigmoid(-$0) }
    case .tanh: each { 1 - tanhf($0) * tanhf($0) }
    case .hardSigmoid(let alpha, let beta):
      each { x in
        let y = alpha * x + beta
        return y > 0 && y < 1 ? alpha : 0
      }
    case .hardSwish: each { $0 <= -3 ? 0 : $0 >= 3 ? 1 : $0 / 3 + 0.5 }
    case .swish(let alpha):
      each { x in
        let s = sigmoid(alpha * x)
        return s + alpha * x * s * sigmoid(-alpha * x)
      }
    case .mish:
      each { x in
        let t = softplusTanh(x)
        return t + x * (1 - t * t) * sigmoid(x)
      }
    case .gelu(let approximate):
      approximate
        ? each(geluByTanhDerivative)
        : each { x in
          0.5 * (1 + erff(x * rootHalf)) + x * expf(-0.5 * x * x) * 0.398_942_28
        }
    case .softplus: each(sigmoid)
    case .softsign: each { 1 / ((1 + abs($0)) * (1 + abs($0))) }
    case .exponential: each { expf($0) }
    case .logarithm: each { 1 / $0 }
    case .squareRoot: each { 0.5 / $0.squareRoot() }
    case .reciprocal: each { -1 / ($0 * $0) }
    case .absolute: each { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    case .negative: each { _ in -1 }
    case .erf: each { 1.128_379_2 * expf(-$0 * $0) }
    case .sign, .floor, .ceiling, .round: each { _ in 0 }
    }
  }

  // MARK: The functions that are used twice

  private static let rootHalf: Float = 0.707_106_77
  /// sqrt(2 / pi)
  private static let rootTwoOverPi: Float = 0.797_884_6

  /// The maximum wins where it is below the minimum, and a NaN stays.
  @inline(__always)
  private static func clip(_ x: Float, _ low: Float, _ high: Float) -> Float {
    let raised = x < low ? low : x
    return raised > high ? high : raised
  }

  @inline(__always)
  private static func sigmoid(_ x: Float) -> Float {
    // Of the two forms the one whose exponential can't overflow.
    if x >= 0 { return 1 / (1 + expf(-x)) }
    let e = expf(x)
    return e / (1 + e)
  }

  @inline(__always)
  private static func softplus(_ x: Float) -> Float { max(x, 0) + log1pf(expf(-abs(x))) }

  /// `tanh(log(1 + e^x)) = n / (n + 2)` with `n = e^x (e^x + 2)`: one exponential instead of three
  /// functions.
  @inline(__always)
  private static func softplusTanh(_ x: Float) -> Float {
    // Beyond, the quotient rounds to 1, and further on `n` overflows.
    if x > 20 { return 1 }
    let e = expf(x)
    let n = e * (e + 2)
    return n / (n + 2)
  }

  @inline(__always)
  private static func geluByTanh(_ x: Float) -> Float {
    0.5 * x * (1 + tanhf(rootTwoOverPi * (x + 0.044_715 * x * x * x)))
  }

  @inline(__always)
  private static func geluByTanhDerivative(_ x: Float) -> Float {
    let t = tanhf(rootTwoOverPi * (x + 0.044_715 * x * x * x))
    return 0.5 * (1 + t)
      + 0.5 * x * (1 - t * t) * rootTwoOverPi * (1 + 3 * 0.044_715 * x * x)
  }
}
