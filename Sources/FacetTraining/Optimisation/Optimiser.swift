import FacetTensor

/// A rule that moves parameters against their gradients and remembers what it needs to.
public protocol Optimiser: Sendable {
  /// Moves every parameter that has a gradient, by a step of size `rate`.
  ///
  /// - Parameters:
  ///   - gradients: are used up: each is gone as soon as its parameter has moved.
  ///   - scales: factors of the rate for single parameters, by name; 1 for those not named.
  mutating func step(
    _ parameters: inout [String: Tensor], _ gradients: inout [String: Tensor], rate: Float,
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
    _ parameters: inout [String: Tensor], _ gradients: inout [String: Tensor], rate: Float,
    scales: [String: Float]
  ) {
    gradients.forEachTaken(with: &parameters) { name, parameter, gradient in
      let (decay, momentum, step) = (weightDecay, momentum, rate * (scales[name] ?? 1))
      // Taken out, so that it is changed where it lies.
      guard var velocity = velocities.removeValue(forKey: name) else {
        // The first velocity is the gradient, in the same memory.
        var first = Tensor([0], [])
        swap(&first, &gradient)
        Elements.update(&parameter, &first) { w, v in
          for i in 0..<w.count {
            if decay != 0 { v[i] += decay * w[i] }
            w[i] -= step * v[i]
          }
        }
        velocities[name] = first
        return
      }
      Elements.update(&parameter, &velocity, gradient) { w, v, g in
        for i in 0..<g.count {
          v[i] = momentum * v[i] + (decay == 0 ? g[i] : g[i] + decay * w[i])
          w[i] -= step * v[i]
        }
      }
      velocities[name] = velocity
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
    _ parameters: inout [String: Tensor], _ gradients: inout [String: Tensor], rate: Float,
    scales: [String: Float]
  ) {
    steps += 1
    let correction1 = 1 - power(beta1, steps)
    let correction2 = (1 - power(beta2, steps)).squareRoot()
    gradients.forEachTaken(with: &parameters) { name, parameter, gradient in
      let (b1, b2, decay, epsilon) = (beta1, beta2, weightDecay, epsilon)
      let step = rate * (scales[name] ?? 1) / correction1
      var mean = means.removeValue(forKey: name) ?? .zeros(gradient.shape)
      var square = squares.removeValue(forKey: name) ?? .zeros(gradient.shape)
      Elements.update(&parameter, &mean, &square, gradient) { w, m, v, g in
        for i in 0..<g.count {
          let slope = decay == 0 ? g[i] : g[i] + decay * w[i]
          m[i] = b1 * m[i] + (1 - b1) * slope
          v[i] = b2 * v[i] + (1 - b2) * slope * slope
          w[i] -= step * m[i] / (v[i].squareRoot() / correction2 + epsilon)
        }
      }
      means[name] = mean
      squares[name] = square
    }
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    Float((0..<exponent).reduce(1.0) { product, _ in product * Double(base) })
  }
}

extension [String: Tensor] {
  /// Takes out every gradient whose parameter there is, with the parameter, which is put back after
  /// `body`: nobody else holds either meanwhile, so nothing is copied.
  fileprivate mutating func forEachTaken(
    with parameters: inout [String: Tensor],
    _ body: (_ name: String, _ parameter: inout Tensor, _ gradient: inout Tensor) -> Void
  ) {
    for name in Array(keys) {
      guard var parameter = parameters.removeValue(forKey: name),
        var gradient = removeValue(forKey: name)
      else { continue }
      body(name, &parameter, &gradient)
      parameters[name] = parameter
    }
  }
}
