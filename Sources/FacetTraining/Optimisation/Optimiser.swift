import FacetTensor

/// A rule that moves parameters against their gradients and remembers what it needs to.
public protocol Optimiser: Sendable {
  /// Moves every parameter that has a gradient, by a step of size `rate`.
  ///
  /// - Parameter scales: factors of the rate for single parameters, by name; 1 for those not named.
  mutating func step(
    _ parameters: inout [String: Tensor], _ gradients: [String: Tensor], rate: Float,
    scales: [String: Float])
}

/// The optimisers by the names users give.
public enum OptimiserKind: String, Hashable, Codable, Sendable, CaseIterable {
  case sgd
  case adam

  /// A fresh optimiser; weight decay is the gradient of `decay / 2 |w|^2`, as in PyTorch.
  public func make(momentum: Float = 0.9, weightDecay: Float) -> any Optimiser {
    switch self {
    case .sgd: SGD(momentum: momentum, weightDecay: weightDecay)
    case .adam: Adam(weightDecay: weightDecay)
    }
  }
}

/// Gradient descent with momentum, PyTorch's form: `v = m v + g`, `w -= rate v`.
public struct SGD: Optimiser {
  public let momentum: Float
  public let weightDecay: Float
  private var velocities: [String: Tensor] = [:]

  public init(momentum: Float = 0.9, weightDecay: Float = 0) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  public mutating func step(
    _ parameters: inout [String: Tensor], _ gradients: [String: Tensor], rate: Float,
    scales: [String: Float]
  ) {
    for (name, gradient) in gradients {
      guard let old = parameters[name] else { continue }
      let decay = weightDecay
      let step = rate * (scales[name] ?? 1)
      let slope = decay == 0 ? gradient : gradient.zip(old) { $0 + decay * $1 }
      let velocity = velocities[name].map { [momentum] in $0.zip(slope) { momentum * $0 + $1 } }
      velocities[name] = velocity ?? slope
      parameters[name] = old.zip(velocity ?? slope) { $0 - step * $1 }
    }
  }
}

/// Adam (Kingma and Ba 2015, algorithm 1) with PyTorch's constants.
public struct Adam: Optimiser {
  public let weightDecay: Float
  private let beta1: Float = 0.9
  private let beta2: Float = 0.999
  private let epsilon: Float = 1e-8
  private var steps = 0
  private var means: [String: Tensor] = [:]
  private var squares: [String: Tensor] = [:]

  public init(weightDecay: Float = 0) { self.weightDecay = weightDecay }

  public mutating func step(
    _ parameters: inout [String: Tensor], _ gradients: [String: Tensor], rate: Float,
    scales: [String: Float]
  ) {
    steps += 1
    let correction1 = 1 - power(beta1, steps)
    let correction2 = (1 - power(beta2, steps)).squareRoot()
    for (name, gradient) in gradients {
      guard let old = parameters[name] else { continue }
      let (b1, b2, decay, epsilon) = (beta1, beta2, weightDecay, epsilon)
      let slope = decay == 0 ? gradient : gradient.zip(old) { $0 + decay * $1 }
      let zero = Tensor.zeros(old.shape)
      let mean = (means[name] ?? zero).zip(slope) { b1 * $0 + (1 - b1) * $1 }
      let square = (squares[name] ?? zero).zip(slope) { b2 * $0 + (1 - b2) * $1 * $1 }
      means[name] = mean
      squares[name] = square
      let step = rate * (scales[name] ?? 1) / correction1
      let change = mean.zip(square) { step * $0 / ($1.squareRoot() / correction2 + epsilon) }
      parameters[name] = old - change
    }
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    Float((0..<exponent).reduce(1.0) { product, _ in product * Double(base) })
  }
}
