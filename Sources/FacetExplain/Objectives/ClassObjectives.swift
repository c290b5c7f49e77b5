import Foundation

/// The score of a class before the softmax: what Grad-CAM and its relatives explain.
public struct LogitObjective: Objective {
  public var choice: ClassChoice

  public init(_ choice: ClassChoice = .predicted) { self.choice = choice }

  public var name: String { "logit of class \(choice)" }

  public func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    LinearScore(target: try choice.resolve(image: image, of: count, clean), rivals: [], strength: 0)
  }
}

/// The softmax probability of a class.
public struct ProbabilityObjective: Objective {
  public var choice: ClassChoice

  public init(_ choice: ClassChoice = .predicted) { self.choice = choice }

  public var name: String { "probability of class \(choice)" }

  public func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    ProbabilityScore(index: try choice.resolve(image: image, of: count, clean))
  }
}

/// How far a class's score is above another's: why this one and not that one.
public struct MarginObjective: Objective {
  public var choice: ClassChoice
  /// The other class; `nil` for the best of the others on the clean image.
  public var rival: ClassChoice?

  public init(_ choice: ClassChoice = .predicted, over rival: Int? = nil) {
    self.init(choice, over: rival.map { .index($0) })
  }

  public init(_ choice: ClassChoice, over rival: ClassChoice?) {
    self.choice = choice
    self.rival = rival
  }

  public var name: String {
    "margin of class \(choice) over \(rival.map { "class \($0)" } ?? "the runner-up")"
  }

  public func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    let target = try choice.resolve(image: image, of: count, clean)
    if let rival {
      let other = try rival.resolve(image: image, of: count, clean)
      return LinearScore(target: target, rivals: [other], strength: 1)
    }
    var best: Int?
    for other in clean.indices where other != target {
      if best.map({ clean[other] > clean[$0] }) ?? true { best = other }
    }
    return LinearScore(target: target, rivals: best.map { [$0] } ?? [], strength: 1)
  }
}

/// `s_target - strength * mean of the rivals' s`.
struct LinearScore: Score {
  let index: Int
  let rivals: [Int]
  let strength: Float

  init(target: Int, rivals: [Int], strength: Float) {
    index = target
    self.rivals = rivals
    self.strength = strength
  }

  var target: Int? { index }

  func value(_ y: [Float]) -> Float {
    guard !rivals.isEmpty else { return y[index] }
    return y[index] - strength * rivals.reduce(0) { $0 + y[$1] } / Float(rivals.count)
  }

  func gradient(_ y: [Float]) -> [Float] {
    var gradient = [Float](repeating: 0, count: y.count)
    gradient[index] = 1
    for rival in rivals { gradient[rival] -= strength / Float(rivals.count) }
    return gradient
  }
}

/// `exp(s_c) / sum exp(s)`.
struct ProbabilityScore: Score {
  let index: Int

  var target: Int? { index }

  func value(_ y: [Float]) -> Float { Float(softmax(y)[index]) }

  func gradient(_ y: [Float]) -> [Float] {
    let p = softmax(y)
    return p.indices.map { Float(p[index] * (($0 == index ? 1 : 0) - p[$0])) }
  }
}

/// In double precision, shifted by the largest score.
func softmax(_ scores: [Float]) -> [Double] {
  let largest = Double(scores.max() ?? 0)
  let powers = scores.map { exp(Double($0) - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

extension Objective where Self == LogitObjective {
  public static func logit(_ choice: ClassChoice = .predicted) -> Self { Self(choice) }
}

extension Objective where Self == ProbabilityObjective {
  public static func probability(_ choice: ClassChoice = .predicted) -> Self { Self(choice) }
}

extension Objective where Self == MarginObjective {
  public static func margin(_ choice: ClassChoice = .predicted, over rival: Int? = nil) -> Self {
    Self(choice, over: rival)
  }
}
