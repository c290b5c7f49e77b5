/// How an interval was computed.
public enum IntervalMethod: String, Codable, Sendable, Equatable {
  /// Exact for one binomial rate of independent trials.
  case clopperPearson
  /// Percentiles over resampled identities, each with all its images.
  case identityBootstrap
  /// Percentiles over resampled candidate networks, each with all the subsets it is in.
  case candidateBootstrap
}

/// A confidence interval [low, high].
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  public let low: Double
  public let high: Double
  /// The nominal coverage, such as 0.95.
  public let confidence: Double
  public let method: IntervalMethod
  /// The number of resamples behind a bootstrap interval.
  public let resamples: Int?

  public init(
    low: Double, high: Double, confidence: Double, method: IntervalMethod, resamples: Int? = nil
  ) {
    self.low = low
    self.high = high
    self.confidence = confidence
    self.method = method
    self.resamples = resamples
  }

  public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// A rate: `successes` of `trials`, with its Clopper-Pearson interval.
public struct Proportion: Codable, Sendable, Equatable {
  public let successes: Int
  /// At least 1.
  public let trials: Int
  /// successes / trials, in [0, 1].
  public let value: Double
  public let interval: ConfidenceInterval

  public init(_ successes: Int, of trials: Int, confidence: Double = 0.95) {
    precondition(trials > 0, "a rate of no trials")
    self.successes = successes
    self.trials = trials
    value = Double(successes) / Double(trials)
    interval = ClopperPearson.interval(successes, of: trials, confidence: confidence)
  }
}

/// The exact interval of a binomial rate (Clopper and Pearson, Biometrika 26, 1934).
public enum ClopperPearson {
  /// The interval of the rate behind `successes` of `trials`; [0, 1] when there were no trials.
  public static func interval(
    _ successes: Int, of trials: Int, confidence: Double = 0.95
  ) -> ConfidenceInterval {
    precondition(0 <= successes && successes <= trials, "\(successes) successes of \(trials)")
    precondition(confidence > 0 && confidence < 1, "confidence \(confidence)")
    let tail = (1 - confidence) / 2
    let k = Double(successes)
    let rest = Double(trials - successes)
    let low = successes == 0 ? 0 : IncompleteBeta.inverse(tail, a: k, b: rest + 1)
    let high = successes == trials ? 1 : IncompleteBeta.inverse(1 - tail, a: k + 1, b: rest)
    return ConfidenceInterval(
      low: low, high: high, confidence: confidence, method: .clopperPearson)
  }
}
