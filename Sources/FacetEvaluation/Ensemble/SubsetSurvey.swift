/// What one subset reaches on the test set.
public struct SubsetResult: Codable, Sendable, Equatable {
  /// Indices into the pool, ascending.
  public let members: [Int]
  /// 1 - mean similarity of saliency over pairs of members, on the selection set.
  public let diversity: Double
  public let accuracy: Double
  /// The midpoint EER; nil without verification scores.
  public let eer: Double?
}

/// Where the chosen subset stands among all others of its size.
public struct SubsetRank: Codable, Sendable, Equatable {
  /// The number of other subsets that are better, equal, and worse.
  public let better: Int
  public let equal: Int
  public let worse: Int
  /// (worse + equal / 2) / all others, in [0, 1]: 1 is the best of all, 1/2 is what chance
  /// would expect. nil when there is no other subset.
  public let percentile: Double?

  init(_ value: Double, among others: [Double], largerIsBetter: Bool) {
    // Fused EERs are averages of ratios: differences of rounding are ties.
    let sign = largerIsBetter ? 1.0 : -1.0
    let differences = others.map { sign * ($0 - value) }
    better = differences.count { $0 > 1e-12 }
    worse = differences.count { $0 < -1e-12 }
    equal = others.count - better - worse
    percentile =
      others.isEmpty ? nil : (Double(worse) + Double(equal) / 2) / Double(others.count)
  }
}

/// How a figure goes with saliency diversity over all subsets of one size.
public struct DiversityCorrelation: Codable, Sendable, Equatable {
  public let subsets: Int
  /// nil when diversity or the figure is the same for all subsets.
  public let pearson: Double?
  public let spearman: Double?
  /// The interval of `pearson` over **candidates**: subsets share members, so they are no
  /// independent cases; candidates are drawn with replacement, and a subset counts as often as its
  /// members can be picked from the draw. nil when too few draws have a correlation.
  public let interval: ConfidenceInterval?

  init(_ results: [SubsetResult], figure: [Double], bootstrap: IdentityBootstrap) {
    let diversity = results.map(\.diversity)
    subsets = results.count
    pearson = Correlation.pearson(diversity, figure)
    spearman = Correlation.spearman(diversity, figure)
    let candidates = Set(results.flatMap(\.members)).sorted()
    guard pearson != nil else {
      interval = nil
      return
    }
    var place = [Int](repeating: 0, count: (candidates.last ?? 0) + 1)
    for (index, candidate) in candidates.enumerated() { place[candidate] = index }
    let members = results.map { $0.members.map { place[$0] } }
    let resampling = IdentityResampling(
      identities: candidates.count, seed: bootstrap.seed, purpose: 0xCA)
    var counts = [Int32](repeating: 0, count: candidates.count)
    var weights = [Double](repeating: 0, count: results.count)
    var values: [Double] = []
    for resample in 0..<bootstrap.resamples {
      for attempt in 0..<20 {
        resampling.draw(resample: resample, attempt: attempt, into: &counts)
        for (subset, list) in members.enumerated() {
          var weight: Int32 = 1
          for member in list { weight &*= counts[member] }
          weights[subset] = Double(weight)
        }
        if let value = Correlation.weightedPearson(diversity, figure, weights: weights) {
          values.append(value)
          break
        }
      }
    }
    interval =
      2 * values.count < bootstrap.resamples
      ? nil
      : Quantile.interval(
        values, confidence: bootstrap.confidence, method: .candidateBootstrap)
  }
}

/// Every subset of one size on the test set.
enum SubsetSurvey {
  /// - Parameters:
  ///   - kept: the candidates subsets are made of.
  ///   - calibrated: `[candidate][pair]` of the whole pool; nil leaves EER out.
  static func run(
    pool: CandidatePool, selection: EnsembleSelection, size: Int, calibrated: [[Double]]?
  ) -> [SubsetResult] {
    let kept = selection.kept
    let classes = pool.test.classes
    var results: [SubsetResult] = []
    Subsets.forEachSum(of: pool.test.candidates(kept), size: size) { places, sum in
      var right = 0
      for (image, label) in pool.test.labels.enumerated() {
        let decided = CandidateOutputs.largest(sum, from: image * classes, count: classes)
        right += decided == label ? 1 : 0
      }
      let members = places.map { kept[$0] }
      results.append(
        SubsetResult(
          members: members,
          diversity: 1 - selection.meanOverPairs(members, of: selection.similarity),
          accuracy: Double(right) / Double(pool.test.images), eer: nil))
    }
    guard let calibrated, let pairs = pool.testScores?.pairs else { return results }
    // Genuine pairs first, so that both kinds are contiguous.
    let order = pairs.indices.filter { pairs[$0].same } + pairs.indices.filter { !pairs[$0].same }
    let genuine = pairs.count { $0.same }
    let rows = kept.map { candidate in order.map { calibrated[candidate][$0] } }
    var place = 0
    Subsets.forEachSum(of: rows, size: size) { _, sum in
      let eer = ErrorRates.midpoint(
        genuine: UnsafeBufferPointer(rebasing: sum[..<genuine]),
        impostor: UnsafeBufferPointer(rebasing: sum[genuine...]))
      let r = results[place]
      results[place] = SubsetResult(
        members: r.members, diversity: r.diversity, accuracy: r.accuracy, eer: eer)
      place += 1
    }
    return results
  }
}
