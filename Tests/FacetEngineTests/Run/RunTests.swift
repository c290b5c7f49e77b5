import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Runs")
struct RunTests {
  let engine = Engine(threads: 2)

  @Test("a model is the same before and after every kind of run")
  func unchanged() throws {
    let model = try RandomNet.model(5)
    // A model that shares no memory with the first.
    let before = try RandomNet.model(5)
    let x = Tensor.random([2, 3, 12, 10], seed: 1)
    for rules in [RuleSet.gradient, .guidedBackprop, .deconvolution()] {
      for mode in [RunMode.inference, .training(.init(dropout: .seeded(1)))] {
        let trace = try engine.forward(model, x, keeping: .all, mode: mode)
        _ = trace.updatedStatistics(of: model)
        _ = try engine.backward(
          model, trace, from: Seed(.random([2, 5], seed: 2)), rules: rules, to: ["input"],
          parameters: .all)
        _ = try engine.resume(model, from: "last", value: trace.value(at: "last"))
      }
    }
    #expect(model == before)
    #expect(x == .random([2, 3, 12, 10], seed: 1))
  }

  @Test("many tasks share one engine and one model, each with its own rules")
  func concurrent() async throws {
    let model = try RandomNet.model(6)
    let engine = engine
    @Sendable func work(_ task: Int) throws -> (Tensor, Tensor) {
      let x = Tensor.random([1 + task % 3, 3, 14, 13], seed: UInt64(task))
      let rules = [RuleSet.gradient, .guidedBackprop, .deconvolution()][task % 3]
      let mode = [RunMode.inference, .training(.init(dropout: .seeded(UInt64(task))))][task % 2]
      let trace = try engine.forward(model, x, keeping: .all, mode: mode)
      let seed = Seed(Tensor.random(trace.output.shape, seed: 3))
      let gradients = try engine.backward(model, trace, from: seed, rules: rules, to: ["input"])
      return (trace.output, try gradients.signal(at: "input"))
    }
    let alone = try (0..<24).map(work)
    try await withThrowingTaskGroup(of: (Int, Tensor, Tensor).self) { group in
      for task in 0..<24 {
        group.addTask {
          let (output, signal) = try work(task)
          return (task, output, signal)
        }
      }
      for try await (task, output, signal) in group {
        #expect(output == alone[task].0)
        #expect(signal == alone[task].1)
      }
    }
  }

  @Test(
    "images of a wrong shape are refused",
    arguments: [[1, 4, 8, 8], [3, 8, 8], [0, 3, 8, 8], [1, 3, 8, 0]] as [[Int]])
  func badImages(_ extents: [Int]) throws {
    let model = try RandomNet.model(1)
    let x = Tensor.zeros(Shape(extents))
    #expect(
      throws: EngineError.graph(.badInput(expected: "images [N, 3, H, W]", got: x.shape))
    ) { try engine.forward(model, x) }
  }

  @Test("embeddings are vectors, or the means of a map")
  func embeddings() throws {
    let graph = try Scope.graph(channels: 2) { (scope, x) throws(GraphError) in
      let y = try scope.relu("map", x)
      return try scope.flatten("vector", try scope.adaptiveAveragePool("pool", y, 1))
    }
    let x = Tensor([1, 2, 1, 3], [1, 2, 6, -1, 4, 2])
    for layer: LayerPath in ["map", "vector"] {
      let model = try Model(graph: graph, parameters: [:], card: .test(layer))
      let trace = try engine.forward(model, x, keeping: .paths([layer]))
      #expect(try trace.embeddings(of: model) == Tensor([1, 2], [3, 2]))
    }
    let model = try Model(graph: graph, parameters: [:], card: .test("map"))
    #expect(throws: EngineError.valueNotKept("map")) {
      try engine.forward(model, x).embeddings(of: model)
    }
  }
}

@Suite("Dropout")
struct DropoutTests {
  let engine = Engine(threads: 2)
  let model: Model
  let x = Tensor.random([4, 8, 20, 20], seed: 1)

  init() throws {
    let graph = try Scope.graph(channels: 8) { (scope, x) throws(GraphError) in
      try scope.dropout("b", try scope.relu("relu", try scope.dropout("a", x, 0.25)), 0.5)
    }
    model = try Model(graph: graph, parameters: [:], card: .test("a"))
  }

  private func run(_ mode: RunMode, _ engine: Engine? = nil) throws -> Trace {
    try (engine ?? self.engine).forward(model, x, keeping: .all, mode: mode)
  }

  @Test("nothing is dropped in inference")
  func inference() throws {
    #expect(try run(.inference).value(at: "a") == x)
    #expect(try run(.training(.init(dropout: .none))).value(at: "a") == x)
  }

  @Test("an element is dropped with its probability, and the others scaled up")
  func scaled() throws {
    let trace = try run(.training(.init(dropout: .seeded(3))))
    for (path, input, p) in [("a", "input", 0.25), ("b", "relu", 0.5)]
      as [(LayerPath, LayerPath, Float)]
    {
      let (before, after) = (try trace.value(at: input), try trace.value(at: path))
      var dropped = 0
      var alive = 0
      var wrong = 0
      for i in 0..<before.count where before.scalars[i] != 0 {
        alive += 1
        if after.scalars[i] == 0 {
          dropped += 1
        } else if after.scalars[i] != before.scalars[i] * (1 / (1 - p)) {
          wrong += 1
        }
      }
      #expect(wrong == 0)
      #expect(abs(Float(dropped) / Float(alive) - p) < 0.02)
    }
  }

  @Test("masks are a function of seed and layer, not of threads")
  func reproducible() throws {
    let reference = try run(.training(.init(dropout: .seeded(3))))
    #expect(
      try run(.training(.init(dropout: .seeded(3))), Engine(threads: 1)).output == reference.output)
    #expect(try run(.training(.init(dropout: .seeded(4)))).output != reference.output)
    let a = try reference.value(at: "a").map { $0 == 0 ? 0 : 1 }
    let b = try reference.value(at: "b").map { $0 == 0 ? 0 : 1 }
    let relu = try reference.value(at: "relu").map { $0 == 0 ? 0 : 1 }
    #expect(b != relu && a * relu == relu)
  }

  @Test("the signal passes where the value did, by the same factor")
  func backward() throws {
    let trace = try run(.training(.init(dropout: .seeded(3))))
    let seed = Tensor.random(x.shape, seed: 5)
    let signal = try engine.backward(model, trace, from: Seed(at: "a", seed), to: ["input"])
      .signal(at: "input")
    let value = try trace.value(at: "a")
    #expect(signal == value.zip(seed) { $0 == 0 ? 0 : $1 * (1 / 0.75) })
  }

  @Test("a given mask is the one used")
  func given() throws {
    var mask = Tensor(x.shape, repeating: 1)
    mask[0, 0, 0, 0] = 0
    let trace = try run(.training(.init(dropout: .masks(["a": mask]))))
    let expected = x.zip(mask) { $0 * ($1 * (1 / 0.75)) }
    #expect(try trace.value(at: "a") == expected)
    #expect(try trace.value(at: "b") == trace.value(at: "relu"))
  }
}
