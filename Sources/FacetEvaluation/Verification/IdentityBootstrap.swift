/// A difference of two systems (first minus second) on the same people, with its interval.
public struct PairedDifference: Codable, Sendable, Equatable {
  public let value: Double
  public let interval: ConfidenceInterval

  public init(value: Double, interval: ConfidenceInterval) {
    self.value = value
    self.interval = interval
  }
}

/// Percentile intervals by resampling **identities**, not pairs or images.
///
/// Pairs that share a person go up and down together, so resampling pairs makes intervals far too
/// narrow: with 15 people of 10 images a nominal 95 % covers the truth about half the time. Here
/// identities are drawn with replacement, all their images come along, and an identity is never
/// paired with its own copy. Resample r depends on the seed and r only, so two systems are compared
/// on the same people.
public struct IdentityBootstrap: Sendable, Equatable {
  public var resamples: Int
  public var confidence: Double
  public var seed: UInt64

  /// - Parameters:
  ///   - resamples: at least 1; fewer than 1000 is for trials only.
  ///   - confidence: between 0 and 1.
  public init(resamples: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 0) {
    self.resamples = resamples
    self.confidence = confidence
    self.seed = seed
  }

  /// The interval of the EER's midpoint.
  ///
  /// Where no pair is on the wrong side (or every one is) all resamples agree, and an interval without
  /// width would claim certainty. Then it is Clopper and Pearson's of that rate over whichever pairs are
  /// fewer, genuine or impostor.
  public func eer(_ pairs: [ScoredPair]) throws(EvaluationError) -> ConfidenceInterval {
    let genuine = pairs.count { $0.same }
    return try eer(IdentityPairs(pairs), fewest: min(genuine, pairs.count - genuine))
  }

  /// - Parameter fewest: how many pairs there are of the kind with fewer.
  func eer(_ pairs: IdentityPairs, fewest: Int) throws(EvaluationError) -> ConfidenceInterval {
    let found = interval(try eers([pairs])[0])
    guard found.low == found.high, fewest > 0 else { return found }
    let errors = Int((found.low * Double(fewest)).rounded())
    return ClopperPearson.interval(errors, of: fewest, confidence: confidence)
  }

  /// The difference of the EERs' midpoints, `first` minus `second`, on the same resampled people.
  ///
  /// The lists may hold different pairs, but must be of the same identities.
  public func eerDifference(
    _ first: [ScoredPair], _ second: [ScoredPair]
  ) throws(EvaluationError) -> PairedDifference {
    let systems = try [IdentityPairs(first), IdentityPairs(second)]
    let values = try eers(systems)
    let ones = [Int32](repeating: 1, count: systems[0].names.count + 1)
    let full = (systems[0].midpoint(ones) ?? 0) - (systems[1].midpoint(ones) ?? 0)
    return PairedDifference(
      value: full, interval: interval(zip(values[0], values[1]).map { $0 - $1 }))
  }

  /// The midpoint EER of each system on each resample, `[system][resample]`.
  ///
  /// A draw that leaves some system without genuine or impostor pairs is drawn again, a hundred
  /// times at most, then left out.
  func eers(_ systems: [IdentityPairs]) throws(EvaluationError) -> [[Double]] {
    try validate()
    let names = systems[0].names
    for system in systems.dropFirst() where system.names != names {
      let first = Set(names)
      let second = Set(system.names)
      throw .differentIdentities(
        onlyInFirst: names.filter { !second.contains($0) },
        onlyInSecond: system.names.filter { !first.contains($0) })
    }
    guard names.count >= 2 else { throw .tooFewIdentities(got: names.count, needed: 2) }
    let resampling = IdentityResampling(identities: names.count, seed: seed, purpose: 0xEE)
    var counts = [Int32](repeating: 1, count: names.count + 1)
    var values = [[Double]](repeating: [], count: systems.count)
    for resample in 0..<resamples {
      for attempt in 0..<100 {
        resampling.draw(resample: resample, attempt: attempt, into: &counts)
        let drawn = systems.compactMap { $0.midpoint(counts) }
        guard drawn.count == systems.count else { continue }
        for (system, value) in drawn.enumerated() { values[system].append(value) }
        break
      }
    }
    guard !values[0].isEmpty else { throw .tooFewIdentities(got: names.count, needed: 2) }
    return values
  }

  /// The interval of an accuracy: the share of true entries of `correct`.
  ///
  /// - Parameters:
  ///   - correct: whether each image was decided rightly.
  ///   - identities: who is on each image, numbered from 0.
  public func accuracy(
    correct: [Bool], identities: [Int]
  ) throws(EvaluationError) -> ConfidenceInterval {
    interval(try accuracies([correct], identities: identities)[0])
  }

  /// The difference of two systems' accuracies, `first` minus `second`, on the same images.
  public func accuracyDifference(
    _ first: [Bool], _ second: [Bool], identities: [Int]
  ) throws(EvaluationError) -> PairedDifference {
    let values = try accuracies([first, second], identities: identities)
    let full = Double(first.count { $0 } - second.count { $0 }) / Double(first.count)
    return PairedDifference(
      value: full, interval: interval(zip(values[0], values[1]).map { $0 - $1 }))
  }

  /// The accuracy of each system on each resample, `[system][resample]`.
  func accuracies(_ systems: [[Bool]], identities: [Int]) throws(EvaluationError) -> [[Double]] {
    try validate()
    if identities.isEmpty { throw .nothingToEvaluate(what: "images") }
    if let index = identities.firstIndex(where: { $0 < 0 }) {
      throw .outOfRange(
        what: "identity of image", index: index, got: identities[index], count: identities.count)
    }
    // Numbered afresh without gaps, so that the draw is among the people there are.
    let present = Set(identities).sorted()
    let place = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
    guard present.count >= 2 else { throw .tooFewIdentities(got: present.count, needed: 2) }
    var images = [Int](repeating: 0, count: present.count)
    for identity in identities { images[place[identity] ?? 0] += 1 }
    var right: [[Int]] = []
    for correct in systems {
      guard correct.count == identities.count else {
        throw .sizeMismatch(
          what: "decisions", expected: "\(identities.count)", got: "\(correct.count)")
      }
      var sums = [Int](repeating: 0, count: present.count)
      for (isRight, identity) in zip(correct, identities) where isRight {
        sums[place[identity] ?? 0] += 1
      }
      right.append(sums)
    }
    let resampling = IdentityResampling(identities: present.count, seed: seed, purpose: 0xACC)
    var counts = [Int32](repeating: 0, count: present.count)
    var values = [[Double]](repeating: [], count: systems.count)
    for resample in 0..<resamples {
      resampling.draw(resample: resample, into: &counts)
      let total = zip(counts, images).reduce(0) { $0 + Int($1.0) * $1.1 }
      for (system, sums) in right.enumerated() {
        let correct = zip(counts, sums).reduce(0) { $0 + Int($1.0) * $1.1 }
        values[system].append(Double(correct) / Double(total))
      }
    }
    return values
  }

  func interval(_ values: [Double]) -> ConfidenceInterval {
    Quantile.interval(values, confidence: confidence, method: .identityBootstrap)
  }

  func validate() throws(EvaluationError) {
    guard resamples >= 1 else {
      throw .invalidOption(name: "resamples", expected: "at least 1", got: "\(resamples)")
    }
    guard confidence > 0 && confidence < 1 else {
      throw .invalidOption(name: "confidence", expected: "between 0 and 1", got: "\(confidence)")
    }
  }
}
