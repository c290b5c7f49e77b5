import FacetGraph
import FacetTensor
import Testing

@Suite("Models")
struct ModelTests {
  let graph: Graph
  let parameters: [String: Tensor]

  init() throws {
    graph = try Scope.graph(BranchedNet())
    parameters = graph.initialParameters(.torchDefault, seed: 3)
  }

  @Test("a missing parameter names itself and its layer")
  func missing() {
    var parameters = parameters
    parameters["wide.bias"] = nil
    #expect(throws: GraphError.missingParameter(name: "wide.bias", layer: "wide")) {
      try Model(graph: graph, parameters: parameters, card: .test("fc"))
    }
  }

  @Test("a parameter of another shape gives both shapes")
  func wrongShape() {
    var parameters = parameters
    parameters["fc.weight"] = .zeros([3, 23])
    let error = GraphError.parameterShape(name: "fc.weight", expected: [3, 24], got: [3, 23])
    #expect(throws: error) { try Model(graph: graph, parameters: parameters, card: .test("fc")) }
    #expect("\(error)".contains("3x24") && "\(error)".contains("3x23"))
  }

  @Test("parameters that no layer names are left out")
  func unused() throws {
    let model = try Model(
      graph: graph, parameters: parameters.merging(["stray": .zeros([1])]) { $1 },
      card: .test("fc"))
    #expect(model.parameters == parameters)
  }

  @Test("a card must name layers that exist and a possible size")
  func cards() throws {
    #expect(throws: GraphError.unknownLayer("fd", suggestion: "fc")) {
      try Model(graph: graph, parameters: parameters, card: .test("fd"))
    }
    for size in [0, -8, 1 << 17, Int.max] {
      #expect(throws: GraphError.self) {
        try Model(graph: graph, parameters: parameters, card: .test("fc", size: size))
      }
    }
  }

  @Test("replacing checks and leaves the original")
  func replacing() throws {
    let model = try Model(graph: graph, parameters: parameters, card: .test("fc"))
    let changed = try model.replacing(["fc.bias": Tensor([3], [1, 2, 3])])
    #expect(changed.parameters["fc.bias"]?.scalars == [1, 2, 3])
    #expect(changed.parameters["fc.weight"] == parameters["fc.weight"])
    #expect(model.parameters == parameters)
    #expect(throws: GraphError.self) { try model.replacing(["fc.bias": .zeros([4])]) }
  }

  @Test("an update changes one copy's parameters and what was derived from them, and no other's")
  func updating() throws {
    final class Derived: Sendable {}
    var model = try Model(graph: graph, parameters: parameters, card: .test("fc"))
    let copy = model
    let derived = model.derivations.object { Derived() }
    model.updateParameters { $0["fc.bias"] = Tensor([3], [1, 2, 3]) }
    #expect(model.parameters["fc.bias"]?.scalars == [1, 2, 3])
    #expect(model.parameters["fc.weight"] == parameters["fc.weight"])
    #expect(copy.parameters == parameters)
    #expect(copy.derivations.object { Derived() } === derived)
    #expect(model.derivations.object { Derived() } !== derived)
  }

  @Test("an update moves numbers where they lie when no other copy holds them")
  func updatingInPlace() throws {
    func address(_ model: inout Model) -> UInt {
      var found: UInt = 0
      model.updateParameters { parameters in
        guard var bias = parameters.removeValue(forKey: "fc.bias") else { return }
        bias.withUnsafeMutableBufferPointer { found = UInt(bitPattern: $0.baseAddress) }
        parameters["fc.bias"] = bias
      }
      return found
    }
    var model = try Model(
      graph: graph, parameters: parameters.mapValues { $0.map { $0 + 1 } }, card: .test("fc"))
    let first = address(&model)
    #expect(address(&model) == first)
    let copy = model
    #expect(address(&model) != first)
    #expect(copy == model)
  }

  @Test("running statistics are parameters that aren't learnt")
  func learnable() throws {
    let model = try Model(graph: graph, parameters: parameters, card: .test("fc"))
    let all = Set(graph.parameterShapes.map(\.name))
    #expect(
      all.subtracting(graph.learnableParameters)
        == ["stem.bn.running_mean", "stem.bn.running_var"])
    #expect(
      model.parameterCount
        == (4 * 3 * 9 + 4) + 8 + (4 * 4 * 9 + 4) + (2 * 4 + 2) + (24 * 3 + 3))
  }

  @Test("initial parameters: bounds and moments of each scheme")
  func initialisation() throws {
    let graph = try Scope.graph(channels: 16) { (scope, x) throws(GraphError) in
      let y = try scope.batchNorm("bn", try scope.convolution("conv", x, 32, kernel: 3))
      return try scope.add("prelu", .prelu(channels: 32), [y])
    }
    let fanIn: Float = 16 * 9
    func weight(_ scheme: Initialisation, _ seed: UInt64 = 1) throws -> Tensor {
      try #require(graph.initialParameters(scheme, seed: seed)["conv.weight"])
    }
    for (scheme, bound) in [
      (Initialisation.torchDefault, 1 / fanIn.squareRoot()),
      (.heUniform, (6 / fanIn).squareRoot()),
    ] {
      let drawn = try weight(scheme)
      #expect(drawn.maximum <= bound && drawn.minimum >= -bound)
      #expect(drawn.maximum > 0.99 * bound && drawn.minimum < -0.99 * bound)
      #expect(abs(drawn.mean) < Double(bound) * 0.05)
    }
    let normal = try weight(.heFanOut)
    let variance = (normal * normal).mean
    #expect(abs(variance / (2.0 / Double(32 * 9)) - 1) < 0.08)
    #expect(try weight(.heFanOut) == normal)
    #expect(try weight(.heFanOut, 2) != normal)
    let fresh = graph.initialParameters(.heUniform, seed: 0)
    #expect(fresh["bn.weight"] == Tensor([32], repeating: 1))
    #expect(fresh["bn.running_var"] == Tensor([32], repeating: 1))
    #expect(fresh["bn.bias"] == .zeros([32]))
    #expect(fresh["bn.running_mean"] == .zeros([32]))
    #expect(fresh["prelu.weight"] == Tensor([32], repeating: 0.25))
    #expect(fresh["conv.bias"] == .zeros([32]))
  }
}

@Suite("Replacing the head")
struct ReplacingHeadTests {
  let model: Model

  init() throws {
    model = try Scope.graph(BranchedNet()).testModel(.test("fc", classes: 3), seed: 5)
  }

  @Test("only the head is new, and the original stays")
  func replaces() throws {
    let before = model
    let changed = try model.replacingHead("fc", classes: ["a", "b", "c", "d", "e"], seed: 7)
    #expect(changed.card.classes == ["a", "b", "c", "d", "e"])
    #expect(changed.parameters["fc.weight"]?.shape == [5, 24])
    #expect(changed.parameters["fc.bias"]?.shape == [5])
    for (name, tensor) in model.parameters where !name.hasPrefix("fc.") {
      #expect(changed.parameters[name] == tensor)
    }
    #expect(try changed.graph.shapes(input: [2, 3, 8, 8]).last == [2, 5])
    #expect(model == before)
    #expect(
      changed == (try model.replacingHead("fc", classes: ["a", "b", "c", "d", "e"], seed: 7)))
    let other = try model.replacingHead("fc", classes: ["a", "b", "c", "d", "e"], seed: 8)
    #expect(other.parameters["fc.weight"] != changed.parameters["fc.weight"])
    let bound = 1 / Float(24).squareRoot()
    #expect((changed.parameters["fc.weight"]?.maximum ?? 9) <= bound)
  }

  @Test("a head of the same size is new too")
  func sameSize() throws {
    let changed = try model.replacingHead("fc", classes: ["x", "y", "z"], seed: 1)
    #expect(changed.parameters["fc.weight"] != model.parameters["fc.weight"])
  }

  @Test("a convolution may be the head")
  func convolution() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      try scope.adaptiveAveragePool("pool", try scope.convolution("conv", x, 4, kernel: 1), 1)
    }
    let changed = try graph.testModel(.test("pool")).replacingHead(
      "conv", classes: ["a", "b"], seed: 0)
    #expect(changed.parameters["conv.weight"]?.shape == [2, 3, 1, 1])
    #expect(try changed.graph.shapes(input: [1, 3, 4, 4]).last == [1, 2, 1, 1])
  }

  @Test("what can't be a head is refused")
  func refuses() throws {
    #expect(
      throws: SurgeryError.wrongKind(
        "pool", expected: "a linear layer or a convolution", got: .maxPool)
    ) { try model.replacingHead("pool", classes: ["a"], seed: 0) }
    #expect(throws: SurgeryError.graph(.unknownLayer("fcc", suggestion: "fc"))) {
      try model.replacingHead("fcc", classes: ["a"], seed: 0)
    }
    #expect(throws: SurgeryError.self) { try model.replacingHead("fc", classes: [], seed: 0) }
    // Other layers depend on this one's channels.
    #expect(throws: SurgeryError.self) {
      try model.replacingHead("stem.conv", classes: ["a"], seed: 0)
    }
  }
}
