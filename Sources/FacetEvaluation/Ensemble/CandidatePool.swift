import FacetTensor

/// The class probabilities of K candidates on the same images.
public struct CandidateOutputs: Sendable, Equatable {
  /// Of each candidate `[images, classes]`, softmax.
  public let probabilities: [Tensor]
  /// The true class of each image; also the identities the bootstrap resamples.
  public let labels: [Int]

  public init(probabilities: [Tensor], labels: [Int]) throws(EvaluationError) {
    guard let shape = probabilities.first?.shape else {
      throw .nothingToEvaluate(what: "candidates")
    }
    for tensor in probabilities {
      guard tensor.shape == shape, shape.rank == 2, shape[1] > 0 else {
        throw .sizeMismatch(
          what: "probabilities",
          expected: shape.rank == 2 ? shape.description : "[images, classes]",
          got: tensor.shape.description)
      }
      try checkFinite(tensor)
    }
    try checkLabels(labels, images: shape[0], classes: shape[1])
    self.probabilities = probabilities
    self.labels = labels
  }

  public var images: Int { labels.count }
  public var classes: Int { probabilities[0].shape[1] }

  /// The accuracy of each candidate alone.
  public var accuracies: [Double] {
    probabilities.indices.map { accuracy(of: [$0]) }
  }

  /// The accuracy of the mean softmax of `members`, which may repeat.
  public func accuracy(of members: [Int]) -> Double {
    Double(correct(members).count { $0 }) / Double(images)
  }

  /// Whether the mean softmax of `members` decides each image rightly.
  public func correct(_ members: [Int]) -> [Bool] {
    zip(decisions(members), labels).map { $0 == $1 }
  }

  /// The class the mean softmax of `members` decides for; of equal ones the lowest.
  public func decisions(_ members: [Int]) -> [Int] {
    var sum = [Double](repeating: 0, count: images * classes)
    for member in members.sorted() {
      for (i, value) in probabilities[member].scalars.enumerated() { sum[i] += Double(value) }
    }
    return sum.withUnsafeBufferPointer { sum in
      (0..<images).map { Self.largest(sum, from: $0 * classes, count: classes) }
    }
  }

  /// The share of images candidates i and j decide differently, `[i][j]`.
  public var disagreement: [[Double]] {
    let decided = probabilities.indices.map { decisions([$0]) }
    return decided.map { a in
      decided.map { b in Double(zip(a, b).count { $0 != $1 }) / Double(images) }
    }
  }

  /// The candidates `indices`, in that order.
  func candidates(_ indices: [Int]) -> [[Double]] {
    indices.map { probabilities[$0].scalars.map(Double.init) }
  }

  @inline(__always)
  static func largest(_ values: UnsafeBufferPointer<Double>, from start: Int, count: Int) -> Int {
    var best = 0
    for c in 1..<max(1, count) where values[start + c] > values[start + best] { best = c }
    return best
  }
}

/// The similarity scores of K candidates on the same pairs.
public struct CandidateScores: Sendable, Equatable {
  /// The pairs; their own scores are not looked at.
  public let pairs: [ScoredPair]
  /// `scores[candidate][pair]`, cosines.
  public let scores: [[Double]]

  /// Throws when lengths differ, a score is not finite, or a kind of pairs is missing.
  public init(pairs: [ScoredPair], scores: [[Double]]) throws(EvaluationError) {
    if pairs.isEmpty { throw .noPairs }
    if scores.isEmpty { throw .nothingToEvaluate(what: "candidates") }
    for list in scores {
      guard list.count == pairs.count else {
        throw .sizeMismatch(what: "scores", expected: "\(pairs.count)", got: "\(list.count)")
      }
      if let index = list.firstIndex(where: { !$0.isFinite }) {
        throw .nonFiniteScore(index: index, got: list[index])
      }
    }
    let genuine = pairs.count { $0.same }
    if genuine == 0 { throw .noGenuinePairs(impostor: pairs.count) }
    if genuine == pairs.count { throw .noImpostorPairs(genuine: genuine) }
    self.pairs = pairs
    self.scores = scores
  }

  /// The pairs under other scores, one a pair.
  func scored(_ values: [Double]) -> [ScoredPair] {
    zip(pairs, values).map { $0.scored($1) }
  }
}

/// K candidate networks, measured on a selection set and a test set.
public struct CandidatePool: Sendable, Equatable {
  public let names: [String]
  /// Where members are chosen.
  public let selection: CandidateOutputs
  /// Touched once, when all choices are made.
  public let test: CandidateOutputs
  /// Saliency on the selection set.
  public let similarity: SaliencySimilarity
  /// Scores the calibration and the thresholds come from; nil leaves verification out.
  public let calibrationScores: CandidateScores?
  public let testScores: CandidateScores?

  public init(
    names: [String], selection: CandidateOutputs, test: CandidateOutputs,
    similarity: SaliencySimilarity, calibrationScores: CandidateScores? = nil,
    testScores: CandidateScores? = nil
  ) throws(EvaluationError) {
    let counts = [
      ("candidates of the selection set", selection.probabilities.count),
      ("candidates of the test set", test.probabilities.count),
      ("candidates with maps", similarity.candidates.count),
      ("candidates with calibration scores", calibrationScores?.scores.count ?? names.count),
      ("candidates with test scores", testScores?.scores.count ?? names.count),
    ]
    for (what, count) in counts where count != names.count {
      throw .sizeMismatch(what: what, expected: "\(names.count)", got: "\(count)")
    }
    guard (calibrationScores == nil) == (testScores == nil) else {
      throw .sizeMismatch(
        what: "verification scores", expected: "both a calibration and a test set", got: "one")
    }
    self.names = names
    self.selection = selection
    self.test = test
    self.similarity = similarity
    self.calibrationScores = calibrationScores
    self.testScores = testScores
  }
}
