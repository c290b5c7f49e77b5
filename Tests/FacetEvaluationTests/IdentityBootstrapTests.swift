import FacetEvaluation
import FacetTensor
import Testing

@Suite struct IdentityBootstrapTests {
  /// A resample's multiplicities, drawn as the bootstrap documents it.
  private func draw(_ people: Int, seed: UInt64, purpose: Int, resample: Int, attempt: Int) -> [Int]
  {
    var random = RandomStream(seed: seed, purpose, resample, attempt)
    var counts = [Int](repeating: 0, count: people)
    for _ in 0..<people {
      counts[Int(random.next().multipliedFullWidth(by: UInt64(people)).high)] += 1
    }
    return counts
  }

  private func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The EER of a resample by writing out every copy of every pair.
  private func rebuilt(_ pairs: [ScoredPair], _ counts: [String: Int]) -> Double? {
    var genuine: [Double] = []
    var impostor: [Double] = []
    for pair in pairs {
      let m = counts[pair.probeIdentity] ?? 0
      let n = counts[pair.referenceIdentity] ?? 0
      if pair.same {
        genuine += [Double](repeating: pair.score, count: m)
      } else {
        impostor += [Double](repeating: pair.score, count: m * n)
      }
    }
    guard let scores = try? ScoreSet(genuine: genuine, impostor: impostor) else { return nil }
    return ErrorRates.equalErrorRate(scores).midpoint
  }

  @Test(arguments: [2, 3, 6]) func weightsEqualRebuiltLists(_ people: Int) throws {
    // Rounded scores, so that ties occur within and across kinds.
    let pairs = SimulatedPeople(people: people, images: 4, seed: 8).pairs.map {
      ScoredPair(
        probe: $0.probe, reference: $0.reference, same: $0.same,
        score: ($0.score * 4).rounded() / 4)
    }
    let names = (0..<people).map { "p\($0)" }
    var values: [Double] = []
    for resample in 0..<200 {
      for attempt in 0..<100 {
        let counts = draw(people, seed: 3, purpose: 0xEE, resample: resample, attempt: attempt)
        let named = Dictionary(uniqueKeysWithValues: zip(names, counts))
        if let value = rebuilt(pairs, named) {
          values.append(value)
          break
        }
      }
    }
    values.sort()
    let interval = try IdentityBootstrap(resamples: 200, confidence: 0.9, seed: 3).eer(pairs)
    guard quantile(values, 0.05) < quantile(values, 0.95) else {
      // Of two people every resample that has both kinds of pairs is the sample.
      #expect(people == 2 && interval.method == .clopperPearson)
      return
    }
    #expect(interval.resamples == 200)
    #expect(interval.method == .identityBootstrap && interval.confidence == 0.9)
    #expect(abs(interval.low - quantile(values, 0.05)) < 1e-12)
    #expect(abs(interval.high - quantile(values, 0.95)) < 1e-12)
  }

  @Test func accuracyAgainstRebuiltLists() throws {
    let identities = [7, 7, 7, 2, 2, 9, 9, 9, 9, 4]
    let first = [true, true, false, true, true, false, false, true, true, true]
    let second = [true, false, false, true, false, false, true, true, false, true]
    let bootstrap = IdentityBootstrap(resamples: 300, seed: 12)
    var values: [Double] = []
    for resample in 0..<300 {
      let counts = draw(4, seed: 12, purpose: 0xACC, resample: resample, attempt: 0)
      let weight = Dictionary(uniqueKeysWithValues: zip([2, 4, 7, 9], counts))
      var difference = 0
      var total = 0
      for (i, identity) in identities.enumerated() {
        let w = weight[identity] ?? 0
        total += w
        difference += w * ((first[i] ? 1 : 0) - (second[i] ? 1 : 0))
      }
      values.append(Double(difference) / Double(total))
    }
    values.sort()
    let got = try bootstrap.accuracyDifference(first, second, identities: identities)
    #expect(abs(got.value - 0.2) < 1e-15)
    #expect(abs(got.interval.low - quantile(values, 0.025)) < 1e-12)
    #expect(abs(got.interval.high - quantile(values, 0.975)) < 1e-12)
  }

  @Test func sameSeedSameInterval() throws {
    let pairs = SimulatedPeople(people: 12, images: 5, seed: 4).pairs
    let bootstrap = IdentityBootstrap(resamples: 300, seed: 9)
    let interval = try bootstrap.eer(pairs)
    #expect(try bootstrap.eer(pairs) == interval)
    #expect(try bootstrap.eer(pairs.reversed()) == interval)
    var other = bootstrap
    other.seed = 10
    #expect(try other.eer(pairs) != interval)
  }

  @Test func differencesArePaired() throws {
    let pairs = SimulatedPeople(people: 15, images: 6, seed: 4).pairs
    let bootstrap = IdentityBootstrap(resamples: 400, seed: 1)
    let same = try bootstrap.eerDifference(pairs, pairs)
    #expect(same.value == 0 && same.interval.low == 0 && same.interval.high == 0)
    // A little noise on every score: the difference is far better known than either EER.
    var random = RandomStream(seed: 77)
    let noisy = pairs.map { $0.scored($0.score + Double(random.normal()) * 0.3) }
    let difference = try bootstrap.eerDifference(noisy, pairs)
    let alone = try bootstrap.eer(pairs)
    let direct = try ErrorRates.equalErrorRate(ScoreSet(noisy)).midpoint
    let clean = try ErrorRates.equalErrorRate(ScoreSet(pairs)).midpoint
    #expect(abs(difference.value - (direct - clean)) < 1e-12 && direct != clean)
    #expect(difference.interval.contains(difference.value))
    let width = difference.interval.high - difference.interval.low
    #expect(width < 0.6 * (alone.high - alone.low))
    let turned = try bootstrap.eerDifference(pairs, noisy)
    #expect(turned.value == -difference.value)
    #expect(abs(turned.interval.low + difference.interval.high) < 1e-12)
  }

  @Test("no errors are no certainty: Clopper-Pearson over the fewer pairs")
  func noErrors() throws {
    let pairs = (0..<4).flatMap { person in
      (0..<4).map { other in
        ScoredPair(
          probe: "p\(person)/1.png", reference: "p\(other)/2.png", same: person == other,
          score: person == other ? 0.9 : 0.1)
      }
    }
    let interval = try IdentityBootstrap(resamples: 100).eer(pairs)
    #expect(interval == ClopperPearson.interval(0, of: 4))
    #expect(interval.method == .clopperPearson && interval.high > 0.6)
    #expect(try ErrorRates.report(pairs).eerInterval == interval)
  }

  /// Fresh samples of people: the identity bootstrap covers the true EER about as often as it says,
  /// the usual bootstrap of pairs far less.
  @Test func identitiesCoverMoreOftenThanPairs() throws {
    // The truth over 1200 people; one small population would be off by a good part of an interval.
    var truth = 0.0
    for population in 0..<12 {
      truth +=
        try SimulatedPeople(people: 100, images: 4, seed: 100, stream: population).eer() / 12
    }
    #expect(truth > 0.1 && truth < 0.3)
    let trials = 60
    var byIdentities = 0
    var byPairs = 0
    for trial in 0..<trials {
      let pairs = SimulatedPeople(people: 15, images: 10, seed: 101, stream: trial).pairs
      let interval = try IdentityBootstrap(resamples: 150, seed: UInt64(trial)).eer(pairs)
      byIdentities += interval.contains(truth) ? 1 : 0
      let narrow = try pairBootstrap(ScoreSet(pairs), resamples: 150, seed: trial)
      byPairs += narrow.contains(truth) ? 1 : 0
    }
    #expect(byIdentities >= trials * 85 / 100, "\(byIdentities) of \(trials)")
    #expect(byPairs <= trials * 60 / 100, "\(byPairs) of \(trials)")
  }

  private func pairBootstrap(_ scores: ScoreSet, resamples: Int, seed: Int) -> ClosedRange<Double> {
    var values: [Double] = []
    for resample in 0..<resamples {
      var random = RandomStream(seed: 555, seed, resample)
      func redrawn(_ list: [Double]) -> [Double] {
        list.map { _ in
          list[Int(random.next().multipliedFullWidth(by: UInt64(list.count)).high)]
        }
      }
      let genuine = redrawn(scores.genuine)
      let impostor = redrawn(scores.impostor)
      values.append(
        genuine.withUnsafeBufferPointer { g in
          impostor.withUnsafeBufferPointer { ErrorRates.midpoint(genuine: g, impostor: $0) }
        })
    }
    values.sort()
    return quantile(values, 0.025)...quantile(values, 0.975)
  }

  @Test func namesWithoutFoldersAreJoinedByGenuinePairs() throws {
    func pair(_ a: String, _ b: String, _ same: Bool, _ score: Double) -> ScoredPair {
      ScoredPair(probe: a, reference: b, same: same, score: score)
    }
    // Three people by their genuine pairs; the same people in folders must give the same interval.
    let flat = [
      pair("a1", "a2", true, 0.9), pair("b1", "b2", true, 0.4), pair("c1", "c2", true, 0.8),
      pair("a1", "b1", false, 0.5), pair("a2", "c1", false, 0.3), pair("b2", "c2", false, 0.6),
    ]
    func moved(_ name: String) -> String { "\(name.prefix(1))/\(name)" }
    let folders = flat.map {
      pair(moved($0.probe), moved($0.reference), $0.same, $0.score)
    }
    // All in one folder: it can't be the identity.
    let oneFolder = flat.map { pair("x/\($0.probe)", "x/\($0.reference)", $0.same, $0.score) }
    let bootstrap = IdentityBootstrap(resamples: 200)
    let expected = try bootstrap.eer(folders)
    #expect(try bootstrap.eer(flat) == expected)
    #expect(try bootstrap.eer(oneFolder) == expected)
    let report = try ErrorRates.report(oneFolder)
    #expect(report.identities == 3)
  }

  @Test func badInput() throws {
    let bootstrap = IdentityBootstrap(resamples: 10)
    let alone = [
      ScoredPair(probe: "a/1", reference: "a/2", same: true, score: 1),
      ScoredPair(probe: "a/1", reference: "b/1", same: false, score: 0),
    ]
    #expect(throws: EvaluationError.noPairs) { try bootstrap.eer([]) }
    #expect(throws: EvaluationError.noImpostorPairs(genuine: 1)) { try bootstrap.eer([alone[0]]) }
    let other = alone.map {
      ScoredPair(
        probe: $0.probe, reference: $0.reference.replacing("b/", with: "z/"), same: $0.same,
        score: $0.score)
    }
    #expect(
      throws: EvaluationError.differentIdentities(onlyInFirst: ["b"], onlyInSecond: ["z"])
    ) {
      try bootstrap.eerDifference(alone, other)
    }
    #expect(throws: EvaluationError.tooFewIdentities(got: 1, needed: 2)) {
      try bootstrap.accuracy(correct: [true, false], identities: [3, 3])
    }
    #expect(throws: EvaluationError.self) {
      try bootstrap.accuracy(correct: [true], identities: [3, 4])
    }
    #expect(throws: EvaluationError.self) { try bootstrap.accuracy(correct: [], identities: []) }
    #expect(throws: EvaluationError.self) { try IdentityBootstrap(resamples: 0).eer(alone) }
    #expect(throws: EvaluationError.self) {
      try IdentityBootstrap(resamples: 9, confidence: 1).eer(alone)
    }
  }
}
