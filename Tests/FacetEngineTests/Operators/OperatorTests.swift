import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Operators")
struct OperatorTests {
  let engine = Engine(threads: 2)

  @Test("values are what nested loops give", arguments: OperatorCase.all)
  func value(_ item: OperatorCase) throws {
    let model = try item.model()
    let x = Tensor.random(item.images, seed: 1)
    let output = try engine.forward(model, x).output
    let node = model.graph[model.graph.output]
    let reference = Reference.value(
      item.op, x.reshaped(item.input), model.parameters(of: node), output: output.shape)
    try #require(reference.count == output.count)
    #expect(output.difference(from: reference) <= 2e-6)
  }

  @Test("a NaN reaches exactly what depends on it", arguments: OperatorCase.all)
  func nan(_ item: OperatorCase) throws {
    let model = try item.model()
    var x = Tensor.random(item.images, seed: 2)
    let place = x.count / 2
    x.withUnsafeMutableBufferPointer { $0[place] = .nan }
    let output = try engine.forward(model, x).output
    let node = model.graph[model.graph.output]
    let reference = Reference.value(
      item.op, x.reshaped(item.input), model.parameters(of: node), output: output.shape)
    let (found, expected) = (output.scalars.map(\.isNaN), reference.map(\.isNaN))
    guard item.hasNarrowGroups else {
      #expect(found == expected)
      return
    }
    // Groups narrower than a block of channels share it; a NaN of one reaches its neighbours there.
    #expect(zip(found, expected).allSatisfy { $0 || !$1 })
    #expect(found.contains(false))
  }

  /// `<seed, output>` of the network, in double precision.
  private func objective(_ model: Model, _ x: Tensor, _ seed: Tensor, _ mode: RunMode) throws
    -> Double
  {
    try engine.forward(model, x, mode: mode).output.finiteDot(seed)
  }

  private func expectGradients(_ item: OperatorCase, _ mode: RunMode) throws {
    let model = try item.model()
    let x = item.separatedImages(seed: 3)
    let trace = try engine.forward(
      model, x, keeping: .forBackward(to: ["input"], parameters: true), mode: mode)
    let seed = Direction.seed(of: trace)
    let gradients = try engine.backward(
      model, trace, from: Seed(seed), to: ["input"], parameters: .all)
    let d = Direction.random(x.shape, seed: 5)
    let input = try gradients.signal(at: "input")
    #expect(input.shape == x.shape)
    let numeric = try Direction.slope { try objective(model, x + d * $0, seed, mode) }
    #expect(abs(input.dot(d) - numeric) <= 2e-3 * max(1, abs(numeric)), "input")
    let learnable = model.graph.learnableParameters
    #expect(Set(gradients.parameters.keys) == Set(learnable))
    for name in learnable {
      let parameter = try #require(model.parameters[name])
      let gradient = try #require(gradients.parameters[name])
      let d = Direction.random(parameter.shape, seed: 6)
      let numeric = try Direction.slope {
        try objective(model.replacing([name: parameter + d * $0]), x, seed, mode)
      }
      #expect(gradient.shape == parameter.shape)
      #expect(abs(gradient.dot(d) - numeric) <= 2e-3 * max(1, abs(numeric)), "\(name)")
    }
  }

  @Test("gradients are what finite differences give", arguments: OperatorCase.all)
  func gradients(_ item: OperatorCase) throws { try expectGradients(item, .inference) }

  @Test(
    "gradients through batch statistics, too",
    arguments: OperatorCase.all.filter { $0.op.kind == .batchNorm })
  func batchStatistics(_ item: OperatorCase) throws {
    try expectGradients(item, .training(.init(dropout: .none)))
  }

  @Test("batch statistics are mean and variance, and the running ones move towards them")
  func runningStatistics() throws {
    let item = try #require(OperatorCase.all.first { $0.name == "batch norm" })
    let model = try item.model()
    let x = Tensor.random(item.images, seed: 7)
    let trace = try engine.forward(model, x, mode: .training(.init(dropout: .none)))
    let updated = trace.updatedStatistics(of: model)
    #expect(Set(updated.keys) == ["op.running_mean", "op.running_var"])
    let plane = 5 * 7
    for c in 0..<5 {
      let values = (0..<3).flatMap { n in
        (0..<plane).map { Double(x.scalars[(n * 5 + c) * plane + $0]) }
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let old = model.parameters(of: model.graph[model.graph.output]).map { Double($0.scalars[c]) }
      let expectedMean = 0.9 * old[2] + 0.1 * mean
      let expectedVariance = 0.9 * old[3] + 0.1 * squares / Double(values.count - 1)
      #expect(abs(Double(updated["op.running_mean"]?[c] ?? 0) - expectedMean) < 1e-5)
      #expect(abs(Double(updated["op.running_var"]?[c] ?? 0) - expectedVariance) < 1e-5)
      let normal = (values[0] - mean) / (squares / Double(values.count) + 1e-3).squareRoot()
      #expect(abs(Double(trace.output[0, c, 0, 0]) - (normal * old[0] + old[1])) < 1e-4)
    }
    #expect(try engine.forward(model, x).updatedStatistics(of: model).isEmpty)
    let frozen = RunMode.training(.init(dropout: .none, freezesStatistics: true))
    let fixed = try engine.forward(model, x, mode: frozen)
    #expect(fixed.updatedStatistics(of: model).isEmpty)
    #expect(try fixed.output == engine.forward(model, x).output)
  }

  @Test("softmax of huge scores neither overflows nor loses its sum")
  func hugeScores() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      try scope.add("op", .softmax, [try scope.flatten("flatten", x)])
    }
    let model = try Model(graph: graph, parameters: [:], card: .test("op"))
    let output = try engine.forward(model, Tensor([2, 3, 1, 1], [1e30, -1e30, 0, 88, 89, 90]))
      .output
    #expect(output.isFinite)
    #expect(output.slice(0).scalars == [1, 0, 0])
    #expect(abs(output.slice(1).sum - 1) < 1e-6)
  }

  @Test("sums and joins of several values, one of them twice", arguments: [Op.add, .concat])
  func several(_ op: Op) throws {
    let graph = try Scope.graph(channels: 2) { (scope, x) throws(GraphError) in
      let a = try scope.add("a", .prelu(channels: 2), [x])
      let b = try scope.relu("b", x)
      return try scope.add("op", op, [a, b, a, x])
    }
    let model = try Model(
      graph: graph, parameters: ["a.weight": Tensor([2], [0.5, -2])], card: .test("op"))
    let x = Tensor.random([2, 2, 3, 5], seed: 8)
    let trace = try engine.forward(model, x, keeping: .forBackward(to: ["input"], parameters: true))
    let plane = 15
    let output = Reference.Map(trace.output)
    let input = Reference.Map(x)
    let seed = Reference.Map(Tensor.random(trace.output.shape, seed: 9))
    let signal = try engine.backward(
      model, trace, from: Seed(Tensor.random(trace.output.shape, seed: 9)), to: ["input"]
    ).signal(at: "input")
    for n in 0..<2 {
      for c in 0..<2 {
        for i in 0..<plane {
          let (y, x) = (i / 5, i % 5)
          let v = input[n, c, y, x]
          let slope = v > 0 ? 1 : [0.5, -2][c]
          let parts = [slope * v, max(v, 0), slope * v, v]
          let slopes = [slope, v > 0 ? 1 : 0, slope, 1]
          var gradient = 0.0
          if op == .add {
            #expect(abs(output[n, c, y, x] - parts.reduce(0, +)) < 1e-5)
            gradient = slopes.reduce(0, +) * seed[n, c, y, x]
          } else {
            for k in 0..<4 {
              #expect(abs(output[n, 2 * k + c, y, x] - parts[k]) < 1e-6)
              gradient += slopes[k] * seed[n, 2 * k + c, y, x]
            }
          }
          #expect(abs(Double(signal[n, c, y, x]) - gradient) < 1e-5)
        }
      }
    }
  }
}
