import FacetEvaluation
import FacetTensor
import Foundation
import Testing

@Suite struct StatisticsTests {
  @Test func clopperPearsonAnchor() {
    let interval = ClopperPearson.interval(9856, of: 10_000)
    #expect(abs(interval.low - 0.98306835053) < 1e-10)
    #expect(abs(interval.high - 0.98784270928) < 1e-10)
    #expect(interval.method == .clopperPearson)
  }

  @Test func clopperPearsonEnds() {
    // With no success the upper limit solves (1 - p)^n = tail.
    for n in [1, 7, 3000] {
      let none = ClopperPearson.interval(0, of: n)
      #expect(none.low == 0)
      #expect(abs(none.high - (1 - pow(0.025, 1 / Double(n)))) < 1e-13)
      let all = ClopperPearson.interval(n, of: n)
      #expect(all.high == 1)
      #expect(abs(all.low - pow(0.025, 1 / Double(n))) < 1e-13)
    }
    let empty = ClopperPearson.interval(0, of: 0)
    #expect(empty.low == 0 && empty.high == 1)
  }

  /// The limits put exactly 2.5 % of a binomial beyond the count, summed term by term.
  @Test(arguments: [(1, 5), (3, 10), (17, 40), (39, 40), (50, 60)])
  func clopperPearsonTails(_ k: Int, _ n: Int) {
    func upperTail(_ p: Double) -> Double {
      (k...n).reduce(0) { $0 + binomial($1, n, p) }
    }
    func lowerTail(_ p: Double) -> Double {
      (0...k).reduce(0) { $0 + binomial($1, n, p) }
    }
    for confidence in [0.95, 0.9, 0.999] {
      let interval = ClopperPearson.interval(k, of: n, confidence: confidence)
      #expect(abs(upperTail(interval.low) - (1 - confidence) / 2) < 1e-12)
      #expect(abs(lowerTail(interval.high) - (1 - confidence) / 2) < 1e-12)
      #expect(interval.low < Double(k) / Double(n) && Double(k) / Double(n) < interval.high)
    }
  }

  @Test func incompleteBetaAgainstClosedForms() {
    for x in [1e-9, 0.01, 0.3, 0.5, 0.77, 0.999] {
      #expect(abs(IncompleteBeta.regularized(x, a: 1, b: 1) - x) < 1e-14)
      #expect(abs(IncompleteBeta.regularized(x, a: 3, b: 1) / (x * x * x) - 1) < 1e-12)
      // The arcsine law.
      let arcsine = 2 / Double.pi * asin(x.squareRoot())
      #expect(abs(IncompleteBeta.regularized(x, a: 0.5, b: 0.5) - arcsine) < 1e-13)
      let mirrored = 1 - IncompleteBeta.regularized(1 - x, a: 7.5, b: 2.25)
      #expect(abs(IncompleteBeta.regularized(x, a: 2.25, b: 7.5) - mirrored) < 1e-13)
    }
    #expect(abs(IncompleteBeta.regularized(0.5, a: 1e6, b: 1e6) - 0.5) < 1e-12)
  }

  @Test(arguments: [(0.5, 0.5), (2, 3), (1, 400), (31, 2.5), (9856, 145), (5e5, 7e5)])
  func betaQuantileInverts(_ a: Double, _ b: Double) {
    for p in [1e-12, 0.001, 0.025, 0.4, 0.975, 0.99999] {
      let x = IncompleteBeta.inverse(p, a: a, b: b)
      let back = IncompleteBeta.regularized(x, a: a, b: b)
      // Next to 1 the quantile itself is only known to the last bit of a number near 1.
      let rounding = a < 1 ? 1e-11 : 1e-13 * a.squareRoot()
      #expect(abs(back - p) < 1e-9 * min(p, 1 - p) + rounding)
    }
    #expect(IncompleteBeta.inverse(0, a: a, b: b) == 0)
    #expect(IncompleteBeta.inverse(1, a: a, b: b) == 1)
  }

  @Test func mcNemarAgainstBinomialSums() throws {
    for (b, c) in [(0, 0), (1, 0), (5, 1), (8, 2), (10, 10), (3, 14), (40, 22)] {
      let n = b + c
      let tail = (0...min(b, c)).reduce(0.0) { $0 + binomial($1, n, 0.5) }
      let test = McNemar(onlyFirst: b, onlySecond: c)
      #expect(abs(test.p - min(1, 2 * tail)) < 1e-13)
    }
    // 8 against 2: 2 (1 + 10 + 45) / 1024.
    #expect(abs(McNemar(onlyFirst: 8, onlySecond: 2).p - 0.109375) < 1e-14)
    let lists = try McNemar(first: [true, true, false, true], second: [true, false, true, false])
    #expect(lists.onlyFirst == 2 && lists.onlySecond == 1)
    #expect(throws: EvaluationError.self) { try McNemar(first: [true], second: []) }
  }

  @Test func holmByHand() {
    // Sorted .005 .01 .03 .04: times 4 3 2 1 gives .02 .03 .06 .04, and .04 is lifted to .06.
    let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005])
    for (got, want) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(got - want) < 1e-15) }
    #expect(Holm.adjusted([0.6, 0.7]) == [1, 1])
    #expect(Holm.adjusted([]).isEmpty)
    #expect(Holm.adjusted([0.2]) == [0.2])
  }

  @Test func correlations() throws {
    #expect(Correlation.averageRanks([10, 20, 10, 5]) == [2.5, 4, 2.5, 1])
    // By hand: deviations (-1, 0, 1) and (-4/3, -1/3, 5/3).
    let r = try #require(Correlation.pearson([1, 2, 3], [1, 2, 4]))
    #expect(abs(r - 3 / (2.0 * 42 / 9).squareRoot()) < 1e-14)
    #expect(Correlation.spearman([1, 2, 3], [1, 20, 400]) == 1)
    #expect(Correlation.spearman([1, 2, 3, 4], [9, 7, 5, 1]) == -1)
    // Ranks 1 2.5 2.5 4 against 1 2 3 4: 4.5 / sqrt(4.5 x 5).
    let tied = try #require(Correlation.spearman([0, 5, 5, 9], [1, 2, 3, 4]))
    #expect(abs(tied - 4.5 / (22.5).squareRoot()) < 1e-14)
    #expect(Correlation.pearson([0.1, 0.1, 0.1], [1, 2, 3]) == nil)
    #expect(Correlation.pearson([1], [1]) == nil)
  }

  private func binomial(_ k: Int, _ n: Int, _ p: Double) -> Double {
    var value = 1.0
    for i in 0..<k { value *= Double(n - i) / Double(i + 1) * p }
    return value * pow(1 - p, Double(n - k))
  }
}
