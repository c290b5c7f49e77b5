/// How an average over a path is taken from points on it.
public enum Quadrature: String, CaseIterable, Hashable, Codable, Sendable {
  /// Exact for polynomials of degree `2 n - 1`; the ends are no points.
  case gaussLegendre = "Gauss-Legendre"
  /// Equal steps from end to end, the ends counting half: xplique's.
  case trapezoid = "trapezoid"

  var fewestPoints: Int {
    switch self {
    case .gaussLegendre: 1
    case .trapezoid: 2
    }
  }

  /// Places on 0...1 and their weights, which add up to 1.
  func points(_ n: Int) -> (nodes: [Double], weights: [Double]) {
    switch self {
    case .gaussLegendre:
      let rule = GaussLegendre(n)
      return (rule.nodes, rule.weights)
    case .trapezoid:
      let last = Double(n - 1)
      return (
        (0..<n).map { Double($0) / last },
        (0..<n).map { $0 == 0 || $0 == n - 1 ? 0.5 / last : 1 / last }
      )
    }
  }
}
