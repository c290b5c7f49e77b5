/// What sets a class apart from those most like it: its score minus its nearest rivals'
/// (Zhang et al. 2025, Finer-CAM, equation 4).
///
/// The rivals are the classes whose scores are nearest to the class's own on the clean image.
public struct FinerObjective: Objective {
  /// How the rivals' differences are averaged.
  public enum Averaging: String, Hashable, Codable, Sendable {
    /// `s_c - strength * mean s_t`.
    case mean
    /// `sum p_t (s_c - strength s_t) / (sum p_t + 1e-9)`, as pytorch-grad-cam has it: a rival counts
    /// by its probability, through which the gradient passes too.
    case probability
  }

  public var choice: ClassChoice
  public var rivals: Int
  public var strength: Float
  public var averaging: Averaging

  public init(
    _ choice: ClassChoice = .predicted, rivals: Int = 3, strength: Float = 1,
    averaging: Averaging = .mean
  ) {
    self.choice = choice
    self.rivals = rivals
    self.strength = strength
    self.averaging = averaging
  }

  public var name: String {
    "class \(choice) against its \(rivals) nearest rivals (\(averaging.rawValue))"
  }

  public func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    guard rivals > 0 else {
      throw .badOption(name: "rivals", expected: "at least 1", got: "\(rivals)")
    }
    let target = try choice.resolve(image: image, of: count, clean)
    let nearest = clean.indices.filter { $0 != target }
      .sorted { (abs(clean[$0] - clean[target]), $0) < (abs(clean[$1] - clean[target]), $1) }
      .prefix(rivals)
    switch averaging {
    case .mean: return LinearScore(target: target, rivals: Array(nearest), strength: strength)
    case .probability:
      return WeightedRivalScore(index: target, rivals: Array(nearest), strength: strength)
    }
  }
}

/// `sum p_t (s_c - strength s_t) / (sum p_t + 1e-9)`.
struct WeightedRivalScore: Score {
  let index: Int
  let rivals: [Int]
  let strength: Float

  var target: Int? { index }

  func value(_ y: [Float]) -> Float {
    let p = softmax(y)
    return Float(rivals.reduce(0) { $0 + p[$1] * difference(y, $1) } / weight(p))
  }

  func gradient(_ y: [Float]) -> [Float] {
    let p = softmax(y)
    let total = weight(p)
    let mean = rivals.reduce(0) { $0 + p[$1] * difference(y, $1) } / total
    // By the quotient rule d = sum (dp_t (difference_t - mean) + p_t d difference_t) / total. Of
    // dp_t / ds_j = p_t (1[t = j] - p_j) the second part adds up to 0, as mean is the mean.
    var gradient = [Double](repeating: 0, count: y.count)
    for t in rivals {
      gradient[t] += p[t] * (difference(y, t) - mean) / total
      gradient[t] -= p[t] * Double(strength) / total
      gradient[index] += p[t] / total
    }
    return gradient.map { Float($0) }
  }

  private func difference(_ y: [Float], _ rival: Int) -> Double {
    Double(y[index]) - Double(strength) * Double(y[rival])
  }

  private func weight(_ p: [Double]) -> Double { rivals.reduce(1e-9) { $0 + p[$1] } }
}

extension Objective where Self == FinerObjective {
  public static func finer(
    _ choice: ClassChoice = .predicted, rivals: Int = 3, strength: Float = 1,
    averaging: FinerObjective.Averaging = .mean
  ) -> Self {
    Self(choice, rivals: rivals, strength: strength, averaging: averaging)
  }
}
