/// How a score changes while more and more pixels of an image are altered.
public struct PixelCurve: Hashable, Codable, Sendable {
  /// After 0, 1, ... n equal steps: of the picture with nothing altered first.
  public let scores: [Float]

  public init(_ scores: [Float]) {
    precondition(scores.count > 1, "a curve of \(scores.count) points")
    self.scores = scores
  }

  /// The area under the curve by the trapezoidal rule, steps of 1/n:
  /// (sum - first/2 - last/2) / n (Petsiuk et al. 2018).
  public var area: Double {
    let sum = scores.reduce(0.0) { $0 + Double($1) }
    let ends = Double(scores[0]) + Double(scores[scores.count - 1])
    return (sum - ends / 2) / Double(scores.count - 1)
  }
}
