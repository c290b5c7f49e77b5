import FacetEvaluation
import FacetTensor
import Testing

@Suite struct EqualErrorRateTests {
  @Test(arguments: WorkedCase.all) func workedCases(_ worked: WorkedCase) throws {
    let scores = try ScoreSet(genuine: worked.genuine, impostor: worked.impostor)
    let eer = ErrorRates.equalErrorRate(scores)
    #expect(abs(eer.low - worked.low) < 1e-6)
    #expect(abs(eer.high - worked.high) < 1e-6)
    #expect(abs(eer.midpoint - (worked.low + worked.high) / 2) < 1e-6)
    #expect(abs(eer.linear - worked.linear) < 1e-6)
    #expect(abs(eer.rocch - worked.rocch) < 1e-6)
    #expect(eer.definition == .fvc2000)
    #expect(eer.value(.linear) == eer.linear && eer.value(.rocch) == eer.rocch)
    // The interval is the two rates at the threshold that is named.
    let t = eer.threshold ?? .infinity
    let fmr = Double(worked.impostor.count { $0 >= t }) / Double(worked.impostor.count)
    let fnmr = Double(worked.genuine.count { $0 < t }) / Double(worked.genuine.count)
    #expect(eer.fmr == fmr && eer.fnmr == fnmr)
    #expect(eer.low == min(fmr, fnmr) && eer.high == max(fmr, fnmr))
  }

  @Test func thresholdsOfCases() throws {
    let k = ErrorRates.equalErrorRate(
      try ScoreSet(genuine: WorkedCase.genuineK, impostor: WorkedCase.impostorK))
    // At .53 the rates are 4/20 and 2/12, at .55 3/20 and 2/12: the second sums to less.
    #expect(k.thresholdLow == 0.53)
    #expect(k.thresholdHigh == 0.55)
    #expect(k.threshold == 0.55)
    let constant = ErrorRates.equalErrorRate(
      try ScoreSet(genuine: [0.5, 0.5], impostor: [0.5]))
    #expect(constant.thresholdLow == 0.5)
    #expect(constant.thresholdHigh == nil)
  }

  @Test func equalSumsTakeTheFirst() throws {
    // (FMR, FNMR) goes from (.5, .2) at 2 to (.3, .4) at 3: equal sums, so t1 and [.2, .5].
    let eer = ErrorRates.equalErrorRate(
      try ScoreSet(
        genuine: [1, 1, 2, 2, 4, 4, 4, 4, 4, 4], impostor: [0, 0, 0, 0, 0, 2, 2, 3, 3, 3]))
    #expect(eer.low == 0.2 && eer.high == 0.5 && eer.threshold == 2)
    #expect(eer.thresholdLow == 2 && eer.thresholdHigh == 3)
  }

  /// All definitions against a reference that tries every threshold by counting, on scores with
  /// many ties, and the search in bins against the same.
  @Test(arguments: 0..<200) func randomScoresAgainstCounting(_ seed: Int) throws {
    var random = RandomStream(seed: 5, seed)
    let steps = [3, 10, 1000][seed % 3]
    let shift = Int.random(in: -2...steps, using: &random)
    let genuine = (0..<Int.random(in: 1...40, using: &random)).map { _ in
      Double(Int.random(in: 0..<steps, using: &random) + shift) / 7
    }
    let impostor = (0..<Int.random(in: 1...90, using: &random)).map { _ in
      Double(Int.random(in: 0..<steps, using: &random)) / 7
    }
    let eer = ErrorRates.equalErrorRate(try ScoreSet(genuine: genuine, impostor: impostor))
    let slow = SlowEER(genuine, impostor)
    #expect(abs(eer.low - slow.low) < 1e-12 && abs(eer.high - slow.high) < 1e-12)
    #expect(abs(eer.linear - slow.linear) < 1e-12)
    #expect(eer.rocch <= eer.linear + 1e-12 && eer.rocch <= 0.5)
    #expect(abs(eer.rocch - slow.rocch) < 1e-12)
    let quick = genuine.withUnsafeBufferPointer { g in
      impostor.withUnsafeBufferPointer { ErrorRates.midpoint(genuine: g, impostor: $0) }
    }
    #expect(abs(quick - eer.midpoint) < 1e-15)
  }

  @Test func binSearchOnManyScores() throws {
    for (seed, scale) in [(1, 1.0), (2, 1e-300), (3, 1e307)] {
      var random = RandomStream(seed: 9, seed)
      let genuine = (0..<3000).map { _ in Double(random.normal() + 1) * scale }
      let impostor = (0..<20_000).map { _ in Double(random.normal()) * scale }
      let whole = ErrorRates.equalErrorRate(try ScoreSet(genuine: genuine, impostor: impostor))
      let quick = genuine.withUnsafeBufferPointer { g in
        impostor.withUnsafeBufferPointer { ErrorRates.midpoint(genuine: g, impostor: $0) }
      }
      #expect(quick == whole.midpoint)
      // Two normals one s.d. apart: the EER is Phi(-1/2).
      #expect(abs(quick - 0.3085) < 0.02)
    }
  }

  @Test func convexHullAnchor() {
    let hull = ROCConvexHull(
      fmr: [1, 0.68, 0.28, 0.1, 0.06, 0, 0], fnmr: [0, 0, 0.08, 0.12, 0.22, 0.48, 1])
    #expect(abs(hull.equalErrorRate - 0.116363636) < 1e-9)
    #expect(hull.corners.first.map { [$0.fmr, $0.fnmr] } == [0, 1])
    #expect(hull.corners.last.map { [$0.fmr, $0.fnmr] } == [1, 0])
    let chance = ROCConvexHull(fmr: [], fnmr: [])
    #expect(chance.equalErrorRate == 0.5)
  }

  @Test func badScores() {
    #expect(throws: EvaluationError.noPairs) { try ScoreSet(genuine: [], impostor: []) }
    #expect(throws: EvaluationError.noGenuinePairs(impostor: 1)) {
      try ScoreSet(genuine: [], impostor: [1])
    }
    #expect(throws: EvaluationError.noImpostorPairs(genuine: 2)) {
      try ScoreSet(genuine: [1, 2], impostor: [])
    }
    #expect(throws: EvaluationError.nonFiniteScore(index: 1, got: .infinity)) {
      try ScoreSet(genuine: [1, .infinity], impostor: [0])
    }
  }
}

/// The definitions, read off the table of every threshold.
private struct SlowEER {
  var low = 0.0
  var high = 0.0
  var linear = 0.0
  var rocch = 1.0

  init(_ genuine: [Double], _ impostor: [Double]) {
    let thresholds = Set(genuine + impostor).sorted() + [.infinity]
    let ng = Double(genuine.count)
    let ni = Double(impostor.count)
    let points = thresholds.map { t in
      (
        fmr: Double(impostor.count { $0 >= t }) / ni, fnmr: Double(genuine.count { $0 < t }) / ng,
        // Counts times the other total: whole numbers, so equality is exact.
        m: Double(impostor.count { $0 >= t }) * ng, n: Double(genuine.count { $0 < t }) * ni
      )
    }
    let t1 = points.last { $0.m >= $0.n } ?? points[0]
    let t2 = points.first { $0.n >= $0.m } ?? points[0]
    let pick = t1.m + t1.n <= t2.m + t2.n ? t1 : t2
    low = min(pick.fmr, pick.fnmr)
    high = max(pick.fmr, pick.fnmr)
    for (a, b) in zip(points, points.dropFirst()) where a.m >= a.n && b.n >= b.m {
      let d = a.fmr - a.fnmr
      let e = b.fnmr - b.fmr
      linear = d == 0 ? a.fmr : a.fmr + d / (d + e) * (b.fmr - a.fmr)
      if d == 0 { break }
    }
    // The hull's crossing is the lowest crossing of any chord of two operating points.
    for a in points where a.fmr >= a.fnmr {
      for b in points where b.fnmr >= b.fmr {
        let d = a.fmr - a.fnmr
        let e = b.fnmr - b.fmr
        let crossing = d + e == 0 ? a.fmr : a.fmr + d / (d + e) * (b.fmr - a.fmr)
        rocch = min(rocch, crossing)
      }
    }
  }
}
