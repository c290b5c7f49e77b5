/// What is chosen among candidates, on selection data only.
public struct EnsembleOptions: Sendable, Equatable {
  /// The number of members, at least 2.
  public var members = 3
  /// The weight of diversity against accuracy, in [0, 1].
  public var lambda = 0.5
  /// Candidates must be within this of the best accuracy: 0.02 is two points.
  public var tolerance = 0.02
  public var measure = SimilarityMeasure.pearson
  public var calibration = CalibrationMethod.zNorm
  public var bootstrap = IdentityBootstrap()

  public init() {}
}

/// A subset of candidates and what it was chosen by; indices are into the whole pool.
public struct EnsembleChoice: Codable, Sendable, Equatable {
  /// Ascending; repeated where a member counts more than once.
  public let members: [Int]
  /// The maximised value.
  public let objective: Double
  /// The accuracy of the members' mean softmax on the selection set.
  public let selectionAccuracy: Double
  /// The mean over pairs of distinct members; nil with fewer than two.
  public let meanSimilarity: Double?
}

/// Ways to choose members of an ensemble from candidates, on selection data.
///
/// Every way breaks ties by the lowest index list. A difference below 1e-12 is a tie.
public struct EnsembleSelection: Sendable {
  public let outputs: CandidateOutputs
  /// `similarity[i][j]` of the saliency of candidates i and j.
  public let similarity: [[Double]]
  /// The candidates that may be chosen, ascending.
  public let kept: [Int]
  /// The accuracy of each candidate of the whole pool.
  public let accuracies: [Double]

  /// Keeps the candidates whose accuracy is within `tolerance` of the best.
  public init(
    outputs: CandidateOutputs, similarity: [[Double]], tolerance: Double = 0.02
  ) throws(EvaluationError) {
    guard tolerance >= 0 else {
      throw .invalidOption(name: "tolerance", expected: "0 or more", got: "\(tolerance)")
    }
    let count = outputs.probabilities.count
    guard similarity.count == count, similarity.allSatisfy({ $0.count == count }) else {
      throw .sizeMismatch(
        what: "similarity matrix", expected: "\(count) x \(count)", got: "\(similarity.count) rows")
    }
    let accuracies = outputs.accuracies
    let best = accuracies.max() ?? 0
    self.outputs = outputs
    self.similarity = similarity
    self.accuracies = accuracies
    kept = accuracies.indices.filter { accuracies[$0] >= best - tolerance - 1e-12 }
  }

  /// The subset of `size` members that maximises (1 - lambda) accuracy + lambda (1 - mean
  /// similarity), exactly, over all subsets.
  public func saliencyDiverse(
    size: Int, lambda: Double = 0.5
  ) throws(EvaluationError) -> EnsembleChoice {
    try best(size: size, lambda: lambda) { 1 - meanOverPairs($0, of: similarity) }
  }

  /// The same with diversity measured as disagreement of decisions.
  public func predictionDiverse(
    size: Int, lambda: Double = 0.5
  ) throws(EvaluationError) -> EnsembleChoice {
    let disagreement = outputs.disagreement
    return try best(size: size, lambda: lambda) { meanOverPairs($0, of: disagreement) }
  }

  /// The subset of `size` members of the greatest mean similarity, whatever its accuracy.
  public func leastDiverse(size: Int) throws(EvaluationError) -> EnsembleChoice {
    try best(size: size, lambda: 1) { meanOverPairs($0, of: similarity) }
  }

  /// The candidate of the best accuracy.
  public func bestSingle() -> EnsembleChoice { choice([ranked[0]], accuracies[ranked[0]]) }

  /// All kept candidates.
  public func all() -> EnsembleChoice { choice(kept, outputs.accuracy(of: kept)) }

  /// The `size` candidates of the best accuracies.
  public func topByAccuracy(size: Int) throws(EvaluationError) -> EnsembleChoice {
    try check(size: size, lambda: 0)
    let members = Array(ranked.prefix(size)).sorted()
    return choice(members, outputs.accuracy(of: members))
  }

  /// Greedy selection with replacement (Caruana et al., ICML 2004): from the best candidate on, the
  /// one whose addition makes the most accurate ensemble, `size` draws in all.
  public func greedy(size: Int) throws(EvaluationError) -> EnsembleChoice {
    try check(size: size, lambda: 0)
    var members = [ranked[0]]
    var accuracy = accuracies[ranked[0]]
    while members.count < size {
      var best: (candidate: Int, accuracy: Double)?
      for candidate in kept {
        let reached = outputs.accuracy(of: members + [candidate])
        if reached > (best?.accuracy ?? -1) + 1e-12 { best = (candidate, reached) }
      }
      guard let best else { break }
      members.append(best.candidate)
      accuracy = best.accuracy
    }
    return choice(members.sorted(), accuracy)
  }

  /// The mean of `matrix` over the pairs of distinct members; 0 when there is none.
  public func meanOverPairs(_ members: [Int], of matrix: [[Double]]) -> Double {
    var sum = 0.0
    var pairs = 0
    for (place, i) in members.enumerated() {
      for j in members.dropFirst(place + 1) where j != i {
        sum += matrix[i][j]
        pairs += 1
      }
    }
    return pairs == 0 ? 0 : sum / Double(pairs)
  }

  /// The kept candidates, best accuracy first, equal ones by index.
  private var ranked: [Int] { kept.sorted { (-accuracies[$0], $0) < (-accuracies[$1], $1) } }

  private func choice(_ members: [Int], _ objective: Double) -> EnsembleChoice {
    let isPlural = Set(members).count > 1
    return EnsembleChoice(
      members: members, objective: objective, selectionAccuracy: outputs.accuracy(of: members),
      meanSimilarity: isPlural ? meanOverPairs(members, of: similarity) : nil)
  }

  private func check(size: Int, lambda: Double) throws(EvaluationError) {
    guard size >= 2 else {
      throw .invalidOption(name: "members", expected: "at least 2", got: "\(size)")
    }
    guard lambda >= 0 && lambda <= 1 else {
      throw .invalidOption(name: "lambda", expected: "0 to 1", got: "\(lambda)")
    }
    guard kept.count >= size else {
      throw .tooFewCandidates(kept: kept.count, of: accuracies.count, needed: size)
    }
    guard Subsets.count(of: kept.count, size: size) != nil else {
      throw .invalidOption(
        name: "members", expected: "at most \(Subsets.limit) subsets",
        got: "\(size) of \(kept.count) candidates")
    }
  }

  private func best(
    size: Int, lambda: Double, diversity: ([Int]) -> Double
  ) throws(EvaluationError) -> EnsembleChoice {
    try check(size: size, lambda: lambda)
    var best: (members: [Int], objective: Double)?
    let classes = outputs.classes
    Subsets.forEachSum(of: outputs.candidates(kept), size: size) { places, sum in
      let members = places.map { kept[$0] }
      var right = 0
      if lambda < 1 {
        for (image, label) in outputs.labels.enumerated() {
          let decided = CandidateOutputs.largest(sum, from: image * classes, count: classes)
          right += decided == label ? 1 : 0
        }
      }
      let accuracy = Double(right) / Double(outputs.images)
      let objective = (1 - lambda) * accuracy + lambda * diversity(members)
      if let best, objective <= best.objective + 1e-12 { return }
      best = (members, objective)
    }
    guard let best else {
      throw .tooFewCandidates(kept: kept.count, of: accuracies.count, needed: size)
    }
    return choice(best.members, best.objective)
  }
}
