import FacetEvaluation
import FacetTensor
import Testing

@Suite struct RateIntervalTests {
  private func draw(_ people: Int, seed: UInt64, resample: Int, attempt: Int) -> [Int] {
    var random = RandomStream(seed: seed, 0xEE, resample, attempt)
    var counts = [Int](repeating: 0, count: people)
    for _ in 0..<people {
      counts[Int(random.next().multipliedFullWidth(by: UInt64(people)).high)] += 1
    }
    return counts
  }

  private func quantile(_ values: [Double], _ q: Double) -> Double {
    let sorted = values.sorted()
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The rates of a resample by writing out every copy of every pair; nil when a kind is gone.
  private func rebuilt(
    _ pairs: [ScoredPair], _ counts: [String: Int], _ threshold: Double
  ) -> (fmr: Double, fnmr: Double, accuracy: Double)? {
    var copies: [ScoredPair] = []
    for pair in pairs {
      let m = counts[pair.probeIdentity] ?? 0
      let n = counts[pair.referenceIdentity] ?? 0
      copies += [ScoredPair](repeating: pair, count: pair.same ? m : m * n)
    }
    let genuine = copies.filter(\.same)
    let impostor = copies.filter { !$0.same }
    guard !genuine.isEmpty, !impostor.isEmpty else { return nil }
    let falseMatches = Double(impostor.count { $0.score >= threshold })
    let falseNonMatches = Double(genuine.count { $0.score < threshold })
    return (
      falseMatches / Double(impostor.count), falseNonMatches / Double(genuine.count),
      1 - (falseMatches + falseNonMatches) / Double(copies.count)
    )
  }

  @Test(arguments: [2, 3, 7]) func weightsEqualRebuiltLists(_ people: Int) throws {
    // Rounded scores, so that ties lie at a threshold.
    let pairs = SimulatedPeople(people: people, images: 4, seed: 21).pairs.map {
      $0.scored(($0.score * 4).rounded() / 4)
    }
    let names = (0..<people).map { "p\($0)" }
    // Out of order, one twice, between scores, and beyond all of them.
    let thresholds = [-1.5, -3, -1.5, -2.1, -99, .infinity]
    let intervals = try IdentityBootstrap(resamples: 150, confidence: 0.9, seed: 5)
      .rates(pairs, thresholds: thresholds)
    #expect(intervals.count == thresholds.count)
    for (threshold, interval) in zip(thresholds, intervals) {
      var values: [(fmr: Double, fnmr: Double, accuracy: Double)] = []
      for resample in 0..<150 {
        for attempt in 0..<100 {
          let counts = draw(people, seed: 5, resample: resample, attempt: attempt)
          let named = Dictionary(uniqueKeysWithValues: zip(names, counts))
          if let value = rebuilt(pairs, named, threshold) {
            values.append(value)
            break
          }
        }
      }
      for (got, list) in [
        (interval.fmr, values.map(\.fmr)), (interval.fnmr, values.map(\.fnmr)),
        (interval.accuracy, values.map(\.accuracy)),
      ] {
        #expect(abs(got.low - quantile(list, 0.05)) < 1e-12)
        #expect(abs(got.high - quantile(list, 0.95)) < 1e-12)
        #expect(got.resamples == 150 && got.method == .identityBootstrap)
      }
    }
    #expect(intervals[4].fmr.low == 1 && intervals[5].fnmr.high == 1, "all and nothing accepted")
  }

  @Test func reportHasThem() throws {
    let pairs = SimulatedPeople(people: 15, images: 8, seed: 2).pairs
    var options = VerificationOptions()
    options.seed = 4
    options.threshold = .init(-1.6, source: .given)
    let report = try ErrorRates.report(pairs, options: options)
    let thresholds = report.operatingPoints.map { $0.threshold ?? .infinity } + [-1.6]
    let expected = try IdentityBootstrap(seed: 4).rates(pairs, thresholds: thresholds)
    for (point, rates) in zip(report.operatingPoints, expected) {
      #expect(point.fmrInterval == rates.fmr && point.fnmrInterval == rates.fnmr)
      #expect(point.fnmrInterval?.contains(point.fnmr.value) == true)
    }
    #expect(report.decision.accuracyInterval == expected[3].accuracy)
    #expect(report.decision.fmrInterval == expected[3].fmr)
    #expect(report.decision.fnmrInterval == expected[3].fnmr)
    // People of eight images each: pairs are far from independent.
    let overPeople = try #require(report.decision.fnmrInterval)
    let overPairs = report.decision.fnmr.interval
    #expect(overPeople.high - overPeople.low > 1.5 * (overPairs.high - overPairs.low))
    options.resamples = 0
    let without = try ErrorRates.report(pairs, options: options)
    #expect(without.decision.accuracyInterval == nil)
    #expect(without.operatingPoints.allSatisfy { $0.fmrInterval == nil && $0.fnmrInterval == nil })
  }

  /// Fresh samples of people: intervals over people cover the true FNMR about as often as they say,
  /// those over pairs far less.
  @Test func peopleCoverMoreOftenThanPairs() throws {
    let threshold = -1.6
    var (wrong, all) = (0, 0)
    for population in 0..<40 {
      let genuine = SimulatedPeople(people: 100, images: 4, seed: 200, stream: population).pairs
        .filter(\.same)
      wrong += genuine.count { $0.score < threshold }
      all += genuine.count
    }
    let truth = Double(wrong) / Double(all)
    let trials = 60
    var (byPeople, byPairs) = (0, 0)
    for trial in 0..<trials {
      let pairs = SimulatedPeople(people: 20, images: 8, seed: 201, stream: trial).pairs
      let rates = try IdentityBootstrap(resamples: 200, seed: UInt64(trial))
        .rates(pairs, thresholds: [threshold])
      byPeople += rates[0].fnmr.contains(truth) ? 1 : 0
      let genuine = pairs.filter(\.same)
      let narrow = ClopperPearson.interval(
        genuine.count { $0.score < threshold }, of: genuine.count)
      byPairs += narrow.contains(truth) ? 1 : 0
    }
    #expect(byPeople >= trials * 80 / 100, "\(byPeople) of \(trials)")
    #expect(byPairs <= trials * 65 / 100, "\(byPairs) of \(trials)")
  }

  @Test func thousandsOfPairsTakeNoTime() throws {
    // 6,000 pairs of some 4,000 people, as in LFW View 2.
    var random = RandomStream(seed: 9)
    let pairs = (0..<6000).map { i in
      ScoredPair(
        probe: "p\(i % 2000)/1", reference: i % 2 == 0 ? "p\(i % 2000)/2" : "q\(i % 2000)/1",
        same: i % 2 == 0, score: Double(random.normal()) + (i % 2 == 0 ? 2 : 0))
    }
    let start = ContinuousClock.now
    var options = VerificationOptions()
    options.resamples = 2000
    let report = try ErrorRates.report(pairs, options: options)
    #expect(report.decision.accuracyInterval?.resamples == 2000)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func badInput() throws {
    let alone = [
      ScoredPair(probe: "a/1", reference: "a/2", same: true, score: 1),
      ScoredPair(probe: "a/1", reference: "a/2", same: false, score: 0),
    ]
    #expect(throws: EvaluationError.tooFewIdentities(got: 1, needed: 2)) {
      try IdentityBootstrap(resamples: 10).rates(alone, thresholds: [0.5])
    }
    #expect(throws: EvaluationError.noPairs) {
      try IdentityBootstrap(resamples: 10).rates([], thresholds: [0.5])
    }
    #expect(throws: EvaluationError.self) {
      try IdentityBootstrap(resamples: 0).rates(alone, thresholds: [0.5])
    }
  }
}
