import Foundation

/// The nodes and weights of Gauss-Legendre quadrature on 0...1, exact for polynomials of degree
/// `2 n - 1`; the weights add up to 1.
struct GaussLegendre {
  let nodes: [Double]
  let weights: [Double]

  /// Newton's method on the Legendre polynomial, from Tricomi's approximation of its roots.
  init(_ n: Int) {
    var nodes: [Double] = []
    var weights: [Double] = []
    for i in 0..<n {
      var x = -cos(Double.pi * (Double(i) + 0.75) / (Double(n) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (0.0, 1.0)
        for k in 1...n {
          let k = Double(k)
          (previous, value) = (value, ((2 * k - 1) * x * value - (k - 1) * previous) / k)
        }
        slope = Double(n) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      nodes.append((1 + x) / 2)
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    self.nodes = nodes
    self.weights = weights
  }
}
