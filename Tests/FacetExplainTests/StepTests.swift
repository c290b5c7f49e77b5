import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Synchronization
import Testing

/// What long methods say of how far they are, and what they are when they must stop early.
@Suite("Steps and budgets")
struct StepTests {
  let engine = Engine()
  private let none = TimeBudget(seconds: 0)
  private let hours = TimeBudget(seconds: 36_000)

  /// Writes down what a method says.
  private final class Notes: Sendable {
    private let lines = Mutex<[(done: Int, total: Int)]>([])

    var listener: StepListener {
      { done, total in self.lines.withLock { $0.append((done, total)) } }
    }

    var all: [(done: Int, total: Int)] { lines.withLock { $0 } }
  }

  private static let settings = MethodSettings(
    layer: "cat", samples: 40, window: Extent(5), stride: Extent(2), seed: 2)

  private static let runs: [(method: Method, each: Int)] = [
    (.scoreCAM, 8), (.ablationCAM, 8), (.integratedGradients, 40), (.smoothGrad, 40),
    // 16x18 pixels: windows of 5 at every other one.
    (.occlusion, 7 * 8), (.rise, 40),
  ]

  @Test(
    "a long method counts up to all its runs, and its map doesn't depend on who listens",
    arguments: runs)
  func counts(method: Method, each: Int) throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(3)
    let notes = Notes()
    let heard = try method.explainer(Self.settings, onStep: notes.listener)
      .explain(model, x, .logit(.index(1)), on: engine)
    let unheard = try method.explainer(Self.settings)
      .explain(model, x, .logit(.index(1)), on: engine)
    #expect(heard == unheard)
    let lines = notes.all
    try #require(!lines.isEmpty)
    #expect(lines.allSatisfy { $0.total == 3 * each })
    #expect(zip(lines, lines.dropFirst()).allSatisfy { $0.done < $1.done })
    #expect(lines.last?.done == 3 * each)
  }

  @Test("pairs: CorrRISE and occlusion count, gradients say nothing; fused layers count one by one")
  func others() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(2)
    let reference = Tensor.random([2, 7], seed: 3)
    func lines(_ method: PairMethod) throws -> [(done: Int, total: Int)] {
      let notes = Notes()
      _ = try method.explainer(
        PairSettings(masks: 70), size: Extent(16, 18), onStep: notes.listener
      ).explain(model, x, .cosine(to: reference), on: engine)
      return notes.all
    }
    #expect(try lines(.corrRISE).map(\.done) == [64, 128, 140])
    #expect(try lines(.corrRISE).allSatisfy { $0.total == 140 })
    let windows = try lines(.occlusion)
    #expect(windows.last?.done == windows.last?.total)
    #expect(try lines(.gradCAM).isEmpty)

    let notes = Notes()
    var settings = Self.settings
    settings.layers = ["relu_a", "relu_b"]
    let fused = try Method.scoreCAM.explainer(settings, onStep: notes.listener)
      .explain(model, x, .logit(.index(1)), on: engine)
    #expect(notes.all.map(\.done) == [4, 8, 4, 8] && notes.all.allSatisfy { $0.total == 8 })
    #expect(fused.samples == [8, 8])
  }

  @Test("occlusion out of time is the map of windows that just cover the image")
  func coarse() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(2)
    func explain(_ stride: Extent, _ budget: TimeBudget?) throws -> Explanation {
      try Occlusion(window: Extent(6, 3), stride: stride, budget: budget)
        .explain(model, x, .logit(.index(1)), on: engine)
    }
    // Doubled while no larger than the window.
    let coarse = try explain(Extent(4, 2), nil)
    let hurried = try explain(Extent(2, 1), none)
    #expect(hurried.map == coarse.map && hurried.samples == coarse.samples)
    #expect(hurried.options["stride"] == "4x2" && hurried.options["stride asked for"] == "2x1")
    let fine = try explain(Extent(2, 1), nil)
    let patient = try explain(Extent(2, 1), hours)
    #expect(patient.map.relativeDifference(from: fine.map) < 1e-5)
    #expect(patient.samples == fine.samples && patient.options == fine.options)
    #expect(fine.samples == [6 * 16, 6 * 16] && coarse.samples == [4 * 9, 4 * 9])
    // What can't be coarser stays.
    #expect(try explain(Extent(6, 3), none).map == explain(Extent(6, 3), nil).map)
  }

  @Test("CorrRISE out of time is that of the first masks")
  func fewMasks() throws {
    let model = try SmallNets.varied()
    let x = SmallNets.images(2)
    func explain(_ masks: Int, _ budget: TimeBudget?) throws -> Explanation {
      try CorrRISE(masks: masks, seed: 5, budget: budget)
        .explain(model, x, .cosine(to: .random([2, 7], seed: 3)), on: engine)
    }
    let hurried = try explain(90, none)
    #expect(hurried.samples == [32, 32])
    #expect(try hurried.map == explain(32, nil).map)
    let whole = try explain(90, nil)
    #expect(whole.samples == [90, 90] && whole.map != hurried.map)
    #expect(try explain(90, hours) == whole)
  }

  @Test("layers and flips share one budget")
  func shared() throws {
    var settings = Self.settings
    settings.budget = TimeBudget(seconds: 12)
    settings.flips = true
    let flipped = try #require(Method.rise.explainer(settings) as? FlipAveraged)
    #expect((flipped.method as? RISE)?.budget == TimeBudget(seconds: 6))
    settings.flips = false
    #expect((Method.rise.explainer(settings) as? RISE)?.budget == TimeBudget(seconds: 12))
    #expect((Method.occlusion.explainer(settings) as? Occlusion)?.budget == settings.budget)
  }
}
