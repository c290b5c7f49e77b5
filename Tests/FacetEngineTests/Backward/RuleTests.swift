import FacetEngine
import FacetGraph
import FacetTensor
import Testing

/// Twice the gradient.
private struct Doubled: BackwardRule {
  func pullback(_ upstream: Tensor, _ context: RuleContext) throws(EngineError) -> [Tensor?] {
    try context.gradient(upstream).map { $0.map { $0 * 2 } }
  }
}

/// Rules on networks so small that the answer is worked by hand.
@Suite("Backward rules")
struct RuleTests {
  let engine = Engine(threads: 1)

  /// The signal at the input of a network of one operator.
  private func signal(
    _ op: Op, _ x: Tensor, _ seed: Tensor, _ rules: RuleSet, parameters: [String: Tensor] = [:]
  ) throws -> Tensor {
    let graph = try Scope.graph(channels: x.shape[1]) { (scope, x) throws(GraphError) in
      try scope.add("op", op, [x])
    }
    let model = try Model(graph: graph, parameters: parameters, card: .test("op"))
    let trace = try engine.forward(model, x, keeping: .all)
    return try engine.backward(model, trace, from: Seed(seed), rules: rules, to: ["input"])
      .signal(at: "input")
  }

  @Test("ReLU: gradient, guided and deconvolution gate by activation, both, signal")
  func relu() throws {
    let shape: Shape = [1, 1, 1, 6]
    let x = Tensor(shape, [1, -1, 2, -2, 0, 3])
    let seed = Tensor(shape, [3, 4, -5, -6, 7, 0])
    #expect(try signal(.relu, x, seed, .gradient).scalars == [3, 0, -5, 0, 0, 0])
    #expect(try signal(.relu, x, seed, .guidedBackprop).scalars == [3, 0, 0, 0, 0, 0])
    #expect(try signal(.relu, x, seed, .deconvolution()).scalars == [3, 4, 0, 0, 7, 0])
  }

  @Test("PReLU: guided keeps the slope, deconvolution rectifies")
  func prelu() throws {
    let shape: Shape = [1, 1, 1, 4]
    let x = Tensor(shape, [1, -1, 2, -2])
    let seed = Tensor(shape, [3, 4, -5, -6])
    let slopes = ["op.weight": Tensor([1], [0.5])]
    let op = Op.prelu(channels: 1)
    #expect(try signal(op, x, seed, .gradient, parameters: slopes).scalars == [3, 2, -5, -3])
    #expect(try signal(op, x, seed, .guidedBackprop, parameters: slopes).scalars == [3, 2, 0, 0])
    #expect(try signal(op, x, seed, .deconvolution(), parameters: slopes).scalars == [3, 4, 0, 0])
  }

  @Test("activations that hold negative values back are bent as a ReLU is")
  func rectifiers() throws {
    let shape: Shape = [1, 1, 1, 4]
    let x = Tensor(shape, [1, -1, 7, -2])
    let seed = Tensor(shape, [3, 4, -5, -6])
    let leaky = Op.activation(.leakyReLU(slope: 0.5))
    #expect(try signal(leaky, x, seed, .gradient).scalars == [3, 2, -5, -3])
    #expect(try signal(leaky, x, seed, .guidedBackprop).scalars == [3, 2, 0, 0])
    #expect(try signal(leaky, x, seed, .deconvolution()).scalars == [3, 4, 0, 0])
    let six = Op.activation(.clip(minimum: 0, maximum: 6))
    #expect(try signal(six, x, seed, .gradient).scalars == [3, 0, 0, 0])
    #expect(try signal(six, x, seed, .guidedBackprop).scalars == [3, 0, 0, 0])
    #expect(try signal(six, x, seed, .deconvolution()).scalars == [3, 4, 0, 0])
    let others: [Activation] = [
      .swish(alpha: 1), .hardSwish, .mish, .gelu(approximate: true), .elu(alpha: 1),
      .celu(alpha: 1),
      .selu(alpha: 1.67, gamma: 1.05), .softplus, .thresholdedReLU(threshold: 1),
    ]
    let positive = seed.map { max($0, 0) }
    for activation in others {
      let op = Op.activation(activation)
      #expect(
        try signal(op, x, seed, .guidedBackprop) == signal(op, x, positive, .gradient),
        "\(activation)")
      #expect(try signal(op, x, seed, .deconvolution()) == positive, "\(activation)")
    }
  }

  @Test(
    "functions that keep the sign, or squash it, follow their gradient under all rules",
    arguments: [
      .sigmoid, .tanh, .clip(minimum: -1, maximum: 1), .clip(minimum: 0, maximum: 0),
      .clip(minimum: -.infinity, maximum: 6), .hardSigmoid(alpha: 0.2, beta: 0.5), .absolute,
      .negative, .softsign, .erf, .exponential,
    ] as [Activation])
  func notRectifiers(_ activation: Activation) throws {
    let shape: Shape = [1, 1, 1, 4]
    let x = Tensor(shape, [0.5, -0.5, 7, -2])
    let seed = Tensor(shape, [3, 4, -5, -6])
    let op = Op.activation(activation)
    let gradient = try signal(op, x, seed, .gradient)
    #expect(try signal(op, x, seed, .guidedBackprop) == gradient)
    #expect(try signal(op, x, seed, .deconvolution()) == gradient)
  }

  @Test("of equal largest values the first, row by row, gets the signal")
  func ties() throws {
    let pool = Op.maxPool(Pooling(kernel: Extent(2), stride: Extent(2)))
    let x = Tensor([1, 1, 2, 4], [1, 5, 2, 2, 5, 5, 2, 2])
    let seed = Tensor([1, 1, 1, 2], [3, 4])
    for rules in [
      RuleSet.gradient, .guidedBackprop, .deconvolution(), .deconvolution(unpooling: .lastWriter),
    ] {
      #expect(try signal(pool, x, seed, rules).scalars == [0, 3, 4, 0, 0, 0, 0, 0])
    }
  }

  @Test("a place that is the maximum of two windows gets their sum, or the last one's signal")
  func overlapping() throws {
    let pool = Op.maxPool(Pooling(kernel: Extent(1, 2), stride: Extent(1)))
    let x = Tensor([1, 1, 1, 4], [0, 5, 1, 4])
    let seed = Tensor([1, 1, 1, 3], [2, 7, -3])
    #expect(try signal(pool, x, seed, .gradient).scalars == [0, 9, 0, -3])
    #expect(try signal(pool, x, seed, .deconvolution(unpooling: .sum)).scalars == [0, 9, 0, -3])
    #expect(
      try signal(pool, x, seed, .deconvolution(unpooling: .lastWriter)).scalars == [0, 7, 0, -3])
  }

  @Test("without overlap both unpooling policies are the gradient")
  func apart() throws {
    let pool = Op.maxPool(Pooling(kernel: Extent(2), stride: Extent(2)))
    let x = Tensor([1, 1, 4, 4], (0..<16).map { Float($0 * 7 % 16) })
    let seed = Tensor([1, 1, 2, 2], [1, -2, 3, -4])
    let gradient = try signal(pool, x, seed, .gradient)
    for policy in Unpooling.allCases {
      #expect(try signal(pool, x, seed, .deconvolution(unpooling: policy)) == gradient)
    }
  }

  @Test("what isn't named by a rule set follows its gradient; a path wins over what was there")
  func selection() throws {
    let graph = try Scope.graph(channels: 1) { (scope, x) throws(GraphError) in
      try scope.relu("second", try scope.relu("first", x))
    }
    let model = try Model(graph: graph, parameters: [:], card: .test("first"))
    let x = Tensor([1, 1, 1, 2], [1, 2])
    let trace = try engine.forward(model, x, keeping: .all)
    func run(_ rules: RuleSet) throws -> [Float] {
      try engine.backward(
        model, trace, from: Seed(Tensor([1, 1, 1, 2], [1, -1])), rules: rules, to: ["input"]
      ).signal(at: "input").scalars
    }
    #expect(try run(RuleSet()) == [1, -1])
    #expect(try run(RuleSet([(.kind(.relu), Doubled())])) == [4, -4])
    #expect(try run(RuleSet([(.path("first"), Doubled())])) == [2, -2])
    #expect(try run(RuleSet.guidedBackprop.using(Doubled(), at: .path("second"))) == [2, 0])
    #expect(try run(RuleSet([(.kind(.convolution), Doubled())])) == [1, -1])
  }

  @Test("guided and deconvolution need no ReLU module: every ReLU of a network is bent")
  func everyReLU() throws {
    let graph = try Scope.graph(channels: 1) { (scope, x) throws(GraphError) in
      let a = try scope.relu("a", x)
      let b = try scope.add("negative", .prelu(channels: 1), [x])
      return try scope.add("sum", .add, [a, try scope.relu("b", b)])
    }
    let model = try Model(
      graph: graph, parameters: ["negative.weight": Tensor([1], [-1])], card: .test("sum"))
    let x = Tensor([1, 1, 1, 2], [1, -1])
    let trace = try engine.forward(model, x, keeping: .all)
    func run(_ rules: RuleSet, _ seed: [Float]) throws -> [Float] {
      try engine.backward(
        model, trace, from: Seed(Tensor([1, 1, 1, 2], seed)), rules: rules, to: ["input"]
      ).signal(at: "input").scalars
    }
    // |x| at the second place: its slope there is -1.
    #expect(try run(.gradient, [1, 1]) == [2, -1])
    #expect(try run(.gradient, [-1, -1]) == [-2, 1])
    #expect(try run(.guidedBackprop, [1, 1]) == [2, -1])
    #expect(try run(.guidedBackprop, [-1, -1]) == [0, 0])
    #expect(try run(.deconvolution(), [1, 1]) == [2, 2])
  }
}
