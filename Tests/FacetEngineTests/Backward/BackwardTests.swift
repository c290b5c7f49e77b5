import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

@Suite("Backward runs")
struct BackwardTests {
  let engine = Engine(threads: 2)

  private func model() throws -> Model {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let y = try scope.batchNorm("bn", try scope.convolution("conv", x, 4, kernel: 3))
      let pooled = try scope.maxPool("pool", try scope.relu("relu", y), kernel: 2, stride: 2)
      let flat = try scope.flatten("flatten", pooled)
      return try scope.linear("fc", flat, inFeatures: 16, 3)
    }
    return try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 1),
      card: .test("fc"))
  }

  let x = Tensor.random([2, 3, 6, 6], seed: 1)
  let seed = Seed(Tensor.random([2, 3], seed: 2))

  @Test("the head's gradients need nothing below the head, and give no others")
  func headOnly() throws {
    let model = try model()
    let names: Set = ["fc.weight", "fc.bias"]
    // Were a layer below visited, its missing value would be an error.
    let few = try engine.forward(model, x, keeping: .paths(["flatten"]))
    let gradients = try engine.backward(model, few, from: seed, parameters: .named(names))
    #expect(Set(gradients.parameters.keys) == names)
    let all = try engine.forward(model, x, keeping: .all)
    let whole = try engine.backward(model, all, from: seed, parameters: .all)
    #expect(Set(whole.parameters.keys) == Set(model.graph.learnableParameters))
    for name in names { #expect(gradients.parameters[name] == whole.parameters[name]) }
    #expect(throws: EngineError.self) { try gradients.signal(at: "flatten") }
    #expect(try engine.backward(model, all, from: seed, to: ["conv"]).parameters.isEmpty)
  }

  @Test("a parameter in the middle stops the walk there")
  func middle() throws {
    let model = try model()
    let trace = try engine.forward(
      model, x, keeping: .forBackward(to: ["bn"]).and(["conv"]))
    let gradients = try engine.backward(model, trace, from: seed, parameters: .named(["bn.weight"]))
    #expect(gradients.parameters["bn.weight"]?.shape == [4])
    #expect(gradients.parameters["conv.weight"] == nil)
  }

  @Test("a value that wasn't kept is named")
  func notKept() throws {
    let model = try model()
    let trace = try engine.forward(model, x)
    #expect(throws: EngineError.valueNotKept("relu")) {
      try engine.backward(model, trace, from: seed, to: ["input"])
    }
    #expect("\(EngineError.valueNotKept("relu"))".contains("relu"))
  }

  @Test("a seed of another shape is refused, with both shapes")
  func seedShape() throws {
    let model = try model()
    let trace = try engine.forward(model, x, keeping: .all)
    #expect(throws: EngineError.seedShape(layer: "fc", expected: [2, 3], got: [3, 2])) {
      try engine.backward(model, trace, from: Seed(.zeros([3, 2])), to: ["input"])
    }
    #expect(throws: EngineError.seedShape(layer: "conv", expected: [2, 4, 4, 4], got: [2, 3])) {
      try engine.backward(model, trace, from: Seed(at: "conv", .zeros([2, 3])), to: ["input"])
    }
  }

  @Test("a layer above the seed isn't reached, and unknown layers are named")
  func notReached() throws {
    let model = try model()
    let trace = try engine.forward(model, x, keeping: .all)
    let signal = Tensor.zeros([2, 4, 4, 4])
    #expect(throws: EngineError.notReached("pool", from: "conv")) {
      try engine.backward(model, trace, from: Seed(at: "conv", signal), to: ["pool"])
    }
    #expect(throws: EngineError.graph(.unknownLayer("pol", suggestion: "pool"))) {
      try engine.backward(model, trace, from: seed, to: ["pol"])
    }
    #expect(throws: EngineError.graph(.unknownLayer("fd", suggestion: "fc"))) {
      try engine.backward(model, trace, from: Seed(at: "fd", signal), to: ["conv"])
    }
  }

  @Test("a seed in the middle gives what a seed at the top sends there")
  func chained() throws {
    let model = try model()
    let trace = try engine.forward(model, x, keeping: .all)
    let whole = try engine.backward(model, trace, from: seed, to: ["relu", "input"])
    let rest = try engine.backward(
      model, trace, from: Seed(at: "relu", whole.signal(at: "relu")), to: ["input"])
    #expect(try rest.signal(at: "input") == whole.signal(at: "input"))
  }

  @Test("the signal at the seed's own layer is the seed")
  func atTheSeed() throws {
    let model = try model()
    let trace = try engine.forward(model, x, keeping: .all)
    #expect(
      try engine.backward(model, trace, from: seed, to: ["fc"]).signal(at: "fc") == seed.signal)
  }

  @Test("a parameter that two layers share gets the sum of their gradients")
  func shared() throws {
    let graph = try Scope.graph(channels: 2) { (scope, x) throws(GraphError) in
      let y = try scope.convolution("a", x, 2, kernel: 1, bias: false)
      return try scope.convolution("b", y, 2, kernel: 1, bias: false)
    }
    let text = String(decoding: try JSONEncoder().encode(graph), as: UTF8.self)
      .replacing("a.weight", with: "w").replacing("b.weight", with: "w")
    let tied = try JSONDecoder().decode(Graph.self, from: Data(text.utf8))
    let w = Tensor([2, 2, 1, 1], [1, 2, 3, 4])
    let untied = try Model(
      graph: graph, parameters: ["a.weight": w, "b.weight": w], card: .test("b"))
    let model = try Model(graph: tied, parameters: ["w": w], card: .test("b"))
    #expect(model.parameterCount == 4)
    let x = Tensor.random([1, 2, 3, 3], seed: 1)
    let signal = Seed(Tensor.random([1, 2, 3, 3], seed: 2))
    let one = try engine.backward(
      model, engine.forward(model, x, keeping: .all), from: signal, parameters: .all)
    let two = try engine.backward(
      untied, engine.forward(untied, x, keeping: .all), from: signal, parameters: .all)
    let sum = try #require(two.parameters["a.weight"]) + #require(two.parameters["b.weight"])
    #expect(try #require(one.parameters["w"]).relativeDifference(from: sum) < 1e-6)
  }
}
