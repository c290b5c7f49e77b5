import Foundation

/// How a candidate's cosines are brought to a common scale before they are averaged.
public enum CalibrationMethod: String, Codable, Sendable, Equatable, CaseIterable {
  /// (score - mean) / s.d. of the calibration set's impostor scores (population s.d.).
  case zNorm
  /// The log odds of logistic regression on the calibration set (Platt, 1999).
  case platt
}

/// A fitted calibration: scale * score + offset. It never reverses the order of scores by z-norm;
/// by Platt it does where genuine pairs score lower than impostor pairs.
public struct ScoreCalibration: Codable, Sendable, Equatable {
  public let method: CalibrationMethod
  public let scale: Double
  public let offset: Double

  public func callAsFunction(_ score: Double) -> Double { scale * score + offset }

  /// Fits `method` to calibration scores. Constant scores only get an offset.
  public init(_ method: CalibrationMethod, fitting scores: ScoreSet) {
    self.method = method
    switch method {
    case .zNorm:
      let impostor = Moments(scores.impostor)
      let deviation = impostor.variance.squareRoot()
      scale = deviation > 0 ? 1 / deviation : 1
      offset = -impostor.mean * scale
    case .platt:
      (scale, offset) = Self.plattFit(scores)
    }
  }

  /// Newton's method with step halving on the cross-entropy, with Platt's targets
  /// (N+ + 1)/(N+ + 2) and 1/(N- + 2), under which separable scores have a finite optimum.
  private static func plattFit(_ scores: ScoreSet) -> (scale: Double, offset: Double) {
    let all = scores.genuine + scores.impostor
    let moments = Moments(all)
    // Standardised scores make the 2 x 2 system well conditioned.
    let spread = moments.variance > 0 ? moments.variance.squareRoot() : 1
    let x = all.map { ($0 - moments.mean) / spread }
    let positive = (Double(scores.genuine.count) + 1) / (Double(scores.genuine.count) + 2)
    let negative = 1 / (Double(scores.impostor.count) + 2)
    func target(_ i: Int) -> Double { i < scores.genuine.count ? positive : negative }
    func loss(_ a: Double, _ b: Double) -> Double {
      var sum = 0.0
      for (i, value) in x.enumerated() {
        let f = a * value + b
        // log(1 + e^f) - t f, without overflow.
        sum += max(f, 0) + log1p(exp(-abs(f))) - target(i) * f
      }
      return sum
    }
    var a = 0.0
    var b = log(
      (Double(scores.genuine.count) + 1) / (Double(scores.impostor.count) + 1))
    var current = loss(a, b)
    for _ in 0..<100 {
      var (ga, gb, haa, hab, hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for (i, value) in x.enumerated() {
        let p = 1 / (1 + exp(-(a * value + b)))
        let residual = p - target(i)
        let w = p * (1 - p)
        ga += residual * value
        gb += residual
        haa += w * value * value
        hab += w * value
        hbb += w
      }
      let determinant = haa * hbb - hab * hab
      guard determinant > 0, abs(ga) + abs(gb) > 1e-10 else { break }
      let da = -(hbb * ga - hab * gb) / determinant
      let db = -(haa * gb - hab * ga) / determinant
      var step = 1.0
      var improved = false
      while step > 1e-10 {
        let trial = loss(a + step * da, b + step * db)
        if trial < current {
          (a, b, current, improved) = (a + step * da, b + step * db, trial, true)
          break
        }
        step /= 2
      }
      if !improved { break }
    }
    return (a / spread, b - a * moments.mean / spread)
  }
}
