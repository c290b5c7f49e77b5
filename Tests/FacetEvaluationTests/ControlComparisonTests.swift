import FacetEvaluation
import Testing

@Suite("Comparisons with controls")
struct ControlComparisonTests {
  private let bootstrap = IdentityBootstrap(resamples: 200, seed: 1)

  /// One photo of each of `people`, values around `mean`.
  private func values(_ mean: Double, spread: Double = 0.1, people: Int = 10) -> [Double?] {
    (0..<people).map { mean + spread * (Double($0 % 5) - 2) / 2 }
  }

  private func comparison(_ own: [Double?], _ controls: (String, [Double?])...)
    -> ControlComparison?
  {
    ControlComparison(
      own, against: controls.map { (name: $0.0, values: $0.1) },
      identities: Array(own.indices), bootstrap)
  }

  @Test("a win is over every control: the hardest decides")
  func wins() throws {
    let own = values(1)
    let zeros = [Double?](repeating: 0, count: 10)
    let weak = try #require(comparison(own, ("weak", zeros)))
    #expect(weak.standing == .better && weak.p == 2.0 / 1024)
    // Level with the second control, whatever it does to the first.
    let level = (0..<10).map { own[$0].map { $0 + 0.1 } ?? 0 }
      .enumerated().map { Double?($1 - ($0 % 2 == 0 ? 0.2 : 0.01)) }
    let both = try #require(comparison(own, ("weak", zeros), ("level", level)))
    #expect(both.standing == .undecided)
    #expect(both.hardest.control == "level" && both.hardest.score.value < 0.1)
    #expect(both["weak"]?.standing == .better && both["none"] == nil)
    #expect(both.p == both["level"]?.p)
    let two = try #require(comparison(own, ("weak", zeros), ("half", values(0.5, spread: 0))))
    #expect(two.standing == .better && two.hardest.control == "half")
    #expect(two.ahead.isEmpty)
  }

  @Test("a loss is to any control, at a price for each")
  func losses() throws {
    let zeros = [Double?](repeating: 0, count: 10)
    let lost = try #require(
      comparison(values(1), ("a", zeros), ("b", values(2, spread: 0)), ("c", zeros)))
    #expect(lost.standing == .worse && lost.p == 3 * 2.0 / 1024)
    #expect(lost.hardest.control == "b" && lost.ahead.map(\.control) == ["b"])
  }

  @Test("too few people decide nothing, and controls without a value are none")
  func few() throws {
    let few = try #require(
      comparison(values(1, people: 7), ("a", [Double?](repeating: 0, count: 7))))
    #expect(few.p == nil && few.adjusted == nil && few.standing == .undecided)
    #expect(few.hardest.score.interval == nil && few.hardest.score.people == 7)
    let none: [Double?] = Array(repeating: nil, count: 10)
    #expect(comparison(values(1), ("a", none)) == nil)
    #expect(comparison(none, ("a", values(1))) == nil)
    let some = try #require(
      comparison(values(1), ("a", none), ("b", [Double?](repeating: 0, count: 10))))
    #expect(some.differences.map(\.control) == ["b"])
  }

  @Test("a table is adjusted by Holm over those that have a p-value")
  func adjusted() throws {
    let zeros = [Double?](repeating: 0, count: 10)
    let sure = comparison(values(1), ("a", zeros))
    let likely = comparison(
      (0..<10).map { $0 == 0 ? -0.4 : 0.1 + 0.05 * Double($0) }, ("a", zeros))
    let few = comparison(values(1, people: 3), ("a", [Double?](repeating: 0, count: 3)))
    let table = ControlComparison.adjusted([sure, nil, likely, few, sure])
    let p = try #require(likely?.p)
    #expect(p > 2.0 / 1024 && p < 0.05)
    #expect(table[0]?.adjusted == 3 * 2.0 / 1024 && table[4]?.adjusted == 3 * 2.0 / 1024)
    #expect(table[1] == nil && table[3]?.adjusted == nil && table[2]?.adjusted == p)
    // The same effect among 40 comparisons is none.
    let many = ControlComparison.adjusted(Array(repeating: likely, count: 40))
    #expect(many.allSatisfy { $0?.standing == .undecided } && likely?.standing == .better)
  }

  @Test("who is ahead of all others, if anybody")
  func leader() throws {
    let people = Array(0..<10)
    let noise = values(0.2, spread: 0.2)
    func test(_ methods: [[Double?]]) -> LeaderTest {
      LeaderTest(methods, identities: people, bootstrap)
    }
    let clear = test([values(0.1), values(1), values(0.2, spread: 0.3)])
    #expect(clear.leader == 1 && clear.order == [1, 2, 0] && clear.p == 2 * 2.0 / 1024)
    // Ahead of one, not of the other.
    let close = test([values(0.1), noise, noise.reversed()])
    #expect(close.leader == nil && close.order.first != 0)
    #expect(test([values(1)]).leader == nil && test([values(1)]).order == [0])
    let nobody: [Double?] = Array(repeating: nil, count: 10)
    #expect(test([nobody, nobody]).order.isEmpty && test([]).p == nil)
    #expect(test([nobody, values(1), values(0)]).order == [1, 2])
    // Seven people don't tell anybody apart.
    let few = LeaderTest(
      [values(1, people: 7), values(0, people: 7)], identities: Array(0..<7), bootstrap)
    #expect(few.p == nil && few.leader == nil && few.order == [0, 1])
  }
}
