import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetReport
import FacetTensor
import FacetTestSupport
import FacetWorkbench
import FacetZoo
import Testing

/// How a job's time is divided, and what becomes of figures for which there was too little of it. Hours
/// stand for enough and nothing for too little, so that no machine is too slow for the tests.
@Suite("Budgets of evidence")
struct BudgetTests {
  private let none = Deadline(seconds: 0)
  private let hours = Deadline(seconds: 36_000)

  @Test("a budget that is used up leaves nothing, none leaves everything")
  func deadlines() {
    for deadline in [none, none.share(0.5), hours.share(0)] {
      #expect(!deadline.leaves(.nanoseconds(1)))
    }
    for deadline in [Deadline.never, Deadline.never.share(0), Deadline(seconds: nil)] {
      #expect(deadline.leaves(.seconds(1_000_000)))
    }
    #expect(hours.share(0.5).leaves(.seconds(10_000)) && !hours.share(0.5).leaves(.seconds(20_000)))
  }

  @Test("blocks: the first in any case, all of them with time enough, all at once without an end")
  func blocks() {
    func blocks(_ deadline: Deadline, _ count: Int) -> [Range<Int>] {
      Array(deadline.blocks(of: count, by: 4))
    }
    #expect(blocks(none, 10) == [0..<4])
    #expect(blocks(none, 3) == [0..<3])
    #expect(blocks(hours, 10) == [0..<4, 4..<8, 8..<10])
    #expect(blocks(.never, 10) == [0..<4, 4..<8, 8..<10])
    #expect(blocks(hours, 0).isEmpty && blocks(.never, 0).isEmpty)
    #expect(Array(hours.blocks(of: 10, byIfLimited: 4)) == blocks(hours, 10))
    #expect(Array(Deadline.never.blocks(of: 10, byIfLimited: 4)) == [0..<10])
    #expect(Array(Deadline.never.blocks(of: 0, byIfLimited: 4)).isEmpty)
  }

  @Test("every part gets its weight of what is left, the last one all of it")
  func shares() {
    let budget = TrustBudget(seconds: 27_000, hasPhotos: true)
    // 27 is the sum of all weights, so each is worth about a thousand seconds now.
    #expect(budget.deadline(for: .drawnFaces).leaves(.seconds(7_500)))
    #expect(!budget.deadline(for: .drawnFaces).leaves(.seconds(8_001)))
    for part in TrustPart.allCases {
      #expect(budget.deadline(for: part).leaves(.seconds(900)), "\(part)")
      #expect(!TrustBudget(seconds: 0, hasPhotos: true).deadline(for: part).leaves(.seconds(1)))
      #expect(
        TrustBudget(seconds: nil, hasPhotos: false).deadline(for: part).leaves(.seconds(90_000)))
    }
    #expect(budget.deadline(for: .pictures).leaves(.seconds(26_000)))
    // Without photos their share is the others'.
    let alone = TrustBudget(seconds: 20_000, hasPhotos: false)
    #expect(alone.deadline(for: .drawnFaces).leaves(.seconds(7_500)))
  }

  @Test("ground truth out of time is of the first photos, and says of how many")
  func groundTruth() throws {
    let context = JobContext(seed: 3)
    let classes = (0..<12).map { "person \($0)" }
    let model = try Architecture.named("small").model(classes: classes, seed: 4)
    let drawn = try DrawnFaces(model, count: 5, context)
    let maps = Tensor.random([5, 96, 96], seed: 1)

    let whole = try PartRemoval(model, drawn, count: 5, context)
    let long = try PartRemoval(model, drawn, count: 5, within: hours, context)
    let short = try PartRemoval(model, drawn, count: 5, within: none, context)
    #expect(whole.count == 5 && long.count == 5 && short.count == 2)
    #expect(long.correlations(maps).count == 5 && short.correlations(maps).count == 2)
    for (a, b) in zip(whole.importance, long.importance) {
      #expect(abs(a.drop.value - b.drop.value) < 1e-4 && a.drop.images == b.drop.images)
    }
    #expect(short.importance.allSatisfy { $0.drop.images <= 2 })

    let all = try PartSwaps(model, drawn, count: 5, context)
    let blocks = try PartSwaps(model, drawn, count: 5, within: hours, context)
    let few = try PartSwaps(model, drawn, count: 5, within: none, context)
    #expect(all.searched == 5 && blocks.searched == 5 && few.searched == 2)
    #expect(all.swaps.map(\.part) == blocks.swaps.map(\.part) && all.tried == blocks.tried)
    #expect(few.tried < all.tried && few.swaps.allSatisfy { $0.photo < 2 })
    #expect(all.prefix(1).count <= 1 && all.subset(0..<0).people.isEmpty)
  }

  @Test("random weights and sensitivity in blocks are those of all at once, up to rounding")
  func checks() throws {
    let context = JobContext(seed: 3)
    let model = try Architecture.named("small").model(classes: ["a", "b", "c"], seed: 4)
    let faces = try DrawnFaces(model, count: 5, context).watched
    let methods = try MapMethod.named(["gradcam", "gradient"], .init())
    let check = RandomisationCheck(model, faces, context)
    let whole = try check.results(methods, within: .never, context)
    let blocks = try check.results(methods, within: hours, context)
    let short = try check.results(methods, within: none, context)
    #expect(whole.photos == 5 && blocks.photos == 5 && short.photos == 3)
    for index in methods.indices {
      let own = whole.methods[index]
      let alone = try check.results([methods[index]], within: .never, context).methods[0]
      #expect(own.mean == alone.mean && own.floor == alone.floor)
      let (a, b) = (try #require(own.mean), try #require(blocks.methods[index].mean))
      #expect(abs(a.value - b.value) < 1e-2 && a.images == b.images)
      #expect(short.methods[index].stages.count == own.stages.count)
      #expect(try #require(short.methods[index].mean).images == 3)
    }

    func sensitivity(_ deadline: Deadline) throws -> SensitivityCheck {
      try SensitivityCheck(
        model, faces, methods, [.randomPixels, .centre, .edges], within: deadline, context)
    }
    let steady = try sensitivity(.never)
    let parts = try sensitivity(hours)
    let brief = try sensitivity(none)
    #expect(steady.count == 5 && parts.count == 5 && brief.count == 2)
    for (a, b) in zip(steady.ofMethods.joined(), parts.ofMethods.joined()) {
      #expect(abs(a - b) <= 0.05 * a)
    }
    #expect(steady.ofControls == parts.ofControls)
    // The blob doesn't look; random maps are drawn anew: sqrt((1/6) / (1/3)) of their norm.
    #expect(steady.ofControls[1] == [0, 0, 0, 0, 0])
    for value in steady.ofControls[0] { #expect(abs(value - 0.707) < 0.05) }
    let below = steady.belowControls(method: 0)
    #expect(Set(below.keys) == ["randomPixels", "centre", "edges"])
    let (edges, own) = (try #require(steady.score(ofControl: 2)), steady.score(ofMethod: 0))
    #expect(
      abs(try #require(below["edges"]).value - (edges.value - (try #require(own)).value)) < 1e-9)
  }

  @Test("a figure of few people is no number on a page")
  func tooFew() {
    let bootstrap = IdentityBootstrap(resamples: 100, seed: 1)
    #expect(Table.Cell.score(MapScore([0.5, 0.7], identities: [1, 1], bootstrap)) == "too few")
    #expect(Table.Cell.score(nil) == .missing)
    #expect(Table.Cell.score(MapScore([0.5, 0.7], identities: [1, 2], bootstrap)) == "too few")
    let values = (0..<8).map { Double?(0.25 + 0.1 * Double($0)) }
    let eight = Table.Cell.score(MapScore(values, identities: Array(0..<8), bootstrap))
    #expect(eight.plainText.hasPrefix("0.60 ["))
    // All alike: a number, and no interval of no width.
    let same = MapScore([Double?](repeating: 0.5, count: 8), identities: Array(0..<8), bootstrap)
    #expect(Table.Cell.score(same).plainText == "0.50")
  }
}
