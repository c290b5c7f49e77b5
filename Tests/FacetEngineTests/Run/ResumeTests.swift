import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Resuming from a layer")
struct ResumeTests {
  let engine = Engine(threads: 2)

  /// A residual block after a stem; `add` and what follows are cuts, what is inside the
  /// block isn't.
  private func residual() throws -> Model {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let stem = try scope.relu("stem", try scope.convolution("conv", x, 4, kernel: 3, padding: 1))
      let inner = try scope.batchNorm("bn", try scope.convolution("inner", stem, 4, kernel: 1))
      let short = try scope.convolution("short", stem, 4, kernel: 1)
      let y = try scope.relu("relu", try scope.add("add", .add, [inner, short]))
      _ = try scope.relu("dead", y)
      let flat = try scope.flatten("flatten", try scope.adaptiveAveragePool("pool", y, 1))
      return try scope.linear("fc", flat, 3)
    }
    return try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 1),
      card: .test("fc"))
  }

  @Test("from each cut, the value of the forward run gives its output and later values")
  func equalsForward() throws {
    let model = try residual()
    let x = Tensor.random([2, 3, 6, 5], seed: 1)
    let trace = try engine.forward(model, x, keeping: .all)
    for path: LayerPath in ["input", "conv", "stem", "add", "relu", "pool", "flatten", "fc"] {
      let again = try engine.resume(model, from: path, value: trace.value(at: path), keeping: .all)
      #expect(again.output == trace.output, "\(path)")
      #expect(try again.value(at: "fc") == trace.value(at: "fc"))
      #expect(
        try engine.resume(model, from: path, value: trace.value(at: path)).output == trace.output)
    }
    let again = try engine.resume(
      model, from: "add", value: trace.value(at: "add"), keeping: .paths(["relu", "stem"]))
    #expect(try again.value(at: "relu") == trace.value(at: "relu"))
    #expect(throws: EngineError.valueNotKept("stem")) { try again.value(at: "stem") }
  }

  @Test("a layer beside others is no cut", arguments: ["inner", "bn", "short"])
  func notACut(_ path: String) throws {
    let model = try residual()
    let path = LayerPath(path)
    #expect(throws: EngineError.notACut(path, dependsAlsoOn: "input")) {
      try engine.resume(model, from: path, value: .random([1, 4, 6, 5], seed: 0))
    }
  }

  @Test("a layer that the output doesn't depend on is refused")
  func deadEnd() throws {
    let model = try residual()
    #expect(throws: EngineError.notReached("dead", from: "fc")) {
      try engine.resume(model, from: "dead", value: .random([1, 4, 6, 5], seed: 0))
    }
  }

  @Test(
    "a value that the layer can't have is refused",
    arguments: [[1, 5, 6, 5], [1, 4], [4, 6, 5], [], [0, 4, 6, 5], [1, 4, 6, 5, 1]] as [[Int]])
  func badValue(_ extents: [Int]) throws {
    let model = try residual()
    let value = Tensor.zeros(Shape(extents))
    #expect(
      throws: EngineError.graph(
        .badInput(expected: "values [N, 4, H, W] after 'relu'", got: value.shape))
    ) { try engine.resume(model, from: "relu", value: value) }
  }

  @Test("gradients from a resumed run are those of the whole run")
  func backward() throws {
    let model = try residual()
    let x = Tensor.random([2, 3, 6, 5], seed: 1)
    let whole = try engine.forward(model, x, keeping: .all)
    let part = try engine.resume(
      model, from: "add", value: whole.value(at: "add"),
      keeping: .forBackward(to: ["add"], parameters: true))
    let signal = Seed(Tensor.random([2, 3], seed: 2))
    let names: Set = ["fc.weight", "fc.bias"]
    let a = try engine.backward(model, whole, from: signal, to: ["add"], parameters: .named(names))
    let b = try engine.backward(model, part, from: signal, to: ["add"], parameters: .named(names))
    #expect(try a.signal(at: "add") == b.signal(at: "add"))
    #expect(a.parameters == b.parameters)
    #expect(Set(a.parameters.keys) == names)
  }

  /// Constants before and after the layer that a run resumes from, also ones that are computed.
  private func gated() throws -> Model {
    let graph = try Scope.graph(channels: 3) { (scope, x) throws(GraphError) in
      let early = try scope.add("early", .constant(extents: [4, 1, 1]), [])
      let bent = try scope.add("bent", .activation(.sigmoid), [early])
      let y = try scope.convolution("conv", x, 4, kernel: 1)
      let late = try scope.add("late", .constant(extents: [1]), [])
      let factor = try scope.add("factor", .arithmetic(.multiply), [bent, late])
      let product = try scope.add("product", .arithmetic(.multiply), [factor, y])
      return try scope.add("power", .arithmetic(.maximum), [product, bent])
    }
    var parameters = graph.initialParameters(.torchDefault, seed: 1)
    parameters["early.value"] = .random([4, 1, 1], seed: 5)
    parameters["late.value"] = .random([1], seed: 6)
    return try Model(graph: graph, parameters: parameters, card: .test("conv"))
  }

  @Test("constants have their values in a resumed run, and its gradients")
  func constants() throws {
    let model = try gated()
    #expect(
      model.graph.constants.map { model.graph[$0].path.name }.sorted()
        == ["bent", "early", "factor", "late"])
    let x = Tensor.random([2, 3, 5, 4], seed: 1)
    let whole = try engine.forward(model, x, keeping: .all)
    let signal = Seed(Tensor.random(whole.output.shape, seed: 2))
    for path: LayerPath in ["input", "conv", "product"] {
      for keep in [Keep.output, .all, .forBackward(to: [path])] {
        let part = try engine.resume(
          model, from: path, value: whole.value(at: path), keeping: keep)
        #expect(part.output == whole.output, "\(path)")
      }
      let part = try engine.resume(
        model, from: path, value: whole.value(at: path), keeping: .forBackward(to: [path]))
      let a = try engine.backward(model, whole, from: signal, to: [path])
      let b = try engine.backward(model, part, from: signal, to: [path])
      #expect(try a.signal(at: path) == b.signal(at: path), "\(path)")
    }
    // A run can't start at a constant: the output depends on the images too.
    #expect(throws: EngineError.notACut("bent", dependsAlsoOn: "input")) {
      try engine.resume(model, from: "bent", value: whole.value(at: "bent"))
    }
  }

  @Test(
    "random networks resume from every cut, with constants on both sides",
    arguments: 0..<10 as Range<UInt64>)
  func everyCut(_ seed: UInt64) throws {
    let model = try RandomNet.model(seed, hasArrays: true)
    let whole = try engine.forward(model, .random([2, 3, 9, 8], seed: seed), keeping: .all)
    var cuts = 0
    for node in model.graph.nodes {
      let value = try whole.value(at: node.path)
      do {
        let part = try engine.resume(model, from: node.path, value: value, keeping: .all)
        #expect(part.output == whole.output, "\(node.path)")
        cuts += 1
      } catch {
        switch error {
        case .notACut, .notReached: continue
        default: throw error
        }
      }
    }
    #expect(cuts > 3)
  }

  @Test("images may be of any size that gives a map")
  func anySize() throws {
    let model = try residual()
    let output = try engine.resume(model, from: "relu", value: .random([3, 4, 11, 2], seed: 0))
      .output
    #expect(output.shape == [3, 3])
    #expect(throws: EngineError.self) {
      try engine.resume(model, from: "pool", value: .random([3, 4, 2, 2], seed: 0))
    }
  }
}
