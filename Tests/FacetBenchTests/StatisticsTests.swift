import FacetBench
import FacetTensor
import Testing

@Suite("Bench: statistics")
struct BenchStatisticsTests {
  @Test("medians and quartiles by hand")
  func quantiles() {
    #expect(Spread.median([]) == nil)
    #expect(Spread.median([4]) == 4)
    #expect(Spread.median([5, 1, 3]) == 3)
    #expect(Spread.median([4, 1, 3, 2]) == 2.5)
    // numpy.quantile([1, 2, 4, 8], [.25, .75]) gives 1.75 and 5.
    #expect(Spread.quantile(0.25, [8, 4, 2, 1]) == 1.75)
    #expect(Spread.quantile(0.75, [8, 4, 2, 1]) == 5)
    #expect(Spread.quantile(1, [1, 2]) == 2)
  }

  @Test("the spread is a range below five numbers, quartiles from there")
  func kinds() {
    #expect(Spread([]) == nil)
    #expect(Spread([3, 1, 2]) == Spread(median: 2, low: 1, high: 3, kind: .range))
    #expect(
      Spread([1, 2, 3, 4, 100]) == Spread(median: 3, low: 2, high: 4, kind: .quartiles))
  }

  @Test("ratios are taken round by round")
  func ratios() {
    // 4/2, 9/3 and 5/10: the median of ratios, not the ratio of medians (5/3).
    let spread = Spread(ratiosOf: [4, 9, 5, 77], to: [2, 3, 10])
    #expect(spread == Spread(median: 2, low: 0.5, high: 3, kind: .range))
    #expect(Spread(ratiosOf: [1], to: [0]) == nil)
  }

  @Test("sides change places each second round")
  func order() {
    #expect(Pace.order(round: 0, sides: 3) == [0, 1, 2])
    #expect(Pace.order(round: 1, sides: 3) == [2, 1, 0])
    #expect(Pace.order(round: 2, sides: 2) == [0, 1])
  }

  @Test("at least seven rounds, three for long work, and two steps before training is timed")
  func pace() {
    #expect(Pace(slowest: 0.01, task: .forward).rounds == 15)
    #expect(Pace(slowest: 2.9, task: .forward).rounds == 7)
    #expect(Pace(slowest: 14, task: .scorecam).rounds == 3)
    #expect(Pace(slowest: 14, task: .scorecam).warmUps == 1)
    #expect(Pace(slowest: 14, task: .train).warmUps == 2)
    #expect(Pace(slowest: 14, asked: 9, task: .train).rounds == 9)
    #expect(Pace.Turn(seconds: 0.005) == .init(seconds: 0.019))
    #expect(Pace.Turn(seconds: 0.005).timed == 5)
    #expect(Pace.Turn(seconds: 0.005).untimed == 1)
    #expect(Pace.Turn(seconds: 0.5).timed == 1)
    #expect(Pace.Turn(seconds: 0.5).untimed == 0)
  }
}

@Suite("Bench: agreement")
struct AgreementTests {
  private func compare(_ facet: [Float], _ peer: [Float], _ what: String = "logits") -> Agreement {
    Agreement(
      what, side: "peer", Tensor([facet.count], facet),
      reference: Tensor([peer.count], peer))
  }

  @Test("the largest difference over the peer's largest number")
  func figure() {
    let agreement = compare([1, -3.5, 0], [1, -4, 0.25])
    #expect(agreement.difference == 0.125)
    #expect(!agreement.holds)
    #expect(compare([1000.5], [1000]).holds)
    #expect(!compare([1002], [1000]).holds)
    #expect(compare([1.009, 1], [1, 1], "map").holds)
  }

  @Test("what can't be compared doesn't agree")
  func refused() {
    #expect(!compare([1, 2], [1]).holds)
    #expect(compare([1, 2], [1]).note?.contains("2") == true)
    #expect(!compare([.nan], [1]).holds)
    #expect(!compare([1], [.infinity]).holds)
    #expect(!compare([1], [0]).holds)
  }

  @Test("zeros on both sides agree, and are named")
  func zeros() {
    #expect(compare([0], [0]).holds)
    #expect(compare([0], [0]).note == "the peer's are all 0")
  }
}
