import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// What a run keeps must change nothing but what it hands out.
@Suite("Memory plan")
struct PlanTests {
  let engine = Engine(threads: 2)

  @Test(
    "whichever single layer is kept, its value and the output are those of a run that keeps all",
    arguments: 0..<24 as Range<UInt64>, [false, true])
  func singleKept(_ seed: UInt64, _ hasArrays: Bool) throws {
    let model = try RandomNet.model(seed, hasArrays: hasArrays)
    let x = Tensor.random([2, 3, 9, 11], seed: seed)
    for mode in [RunMode.inference, .training(.init(dropout: .seeded(seed)))] {
      let all = try engine.forward(model, x, keeping: .all, mode: mode)
      for node in model.graph.nodes {
        let one = try engine.forward(model, x, keeping: .paths([node.path]), mode: mode)
        #expect(try one.value(at: node.path) == all.value(at: node.path), "\(node.path)")
        #expect(one.output == all.output, "\(node.path)")
      }
      #expect(try engine.forward(model, x, mode: mode).output == all.output)
    }
  }

  @Test(
    "keeping what backward needs gives the gradients of keeping all",
    arguments: 0..<12 as Range<UInt64>, [false, true])
  func backwardNeeds(_ seed: UInt64, _ hasArrays: Bool) throws {
    let model = try RandomNet.model(seed, hasArrays: hasArrays)
    let x = Tensor.random([2, 3, 8, 7], seed: seed)
    let ancestors = model.graph.ancestors(of: model.graph.output)
    for mode in [RunMode.inference, .training(.init(dropout: .seeded(seed)))] {
      let all = try engine.forward(model, x, keeping: .all, mode: mode)
      let signal = Seed(Tensor.random(all.output.shape, seed: seed))
      for node in model.graph.nodes where ancestors.contains(node.id) {
        for parameters in [false, true] {
          let few = try engine.forward(
            model, x, keeping: .forBackward(to: [node.path], parameters: parameters), mode: mode)
          let a = try engine.backward(
            model, few, from: signal, to: [node.path], parameters: parameters ? .all : .none)
          let b = try engine.backward(
            model, all, from: signal, to: [node.path], parameters: parameters ? .all : .none)
          #expect(try a.signal(at: node.path) == b.signal(at: node.path), "\(node.path)")
          #expect(a.parameters == b.parameters)
        }
      }
    }
  }

  @Test("memory is reused: a chain of any length needs room for two values")
  func reuse() throws {
    // Whole blocks of channels, so that memory is what the elements take.
    let graph = try Scope.graph(channels: 16) { (scope, x) throws(GraphError) in
      var y = x
      for i in 0..<20 {
        y = try scope.convolution("conv\(i)", y, 16, kernel: 3, padding: 1)
        y = try scope.relu("relu\(i)", try scope.batchNorm("bn\(i)", y))
      }
      return y
    }
    let model = try Model(
      graph: graph, parameters: graph.initialParameters(.heUniform, seed: 0),
      card: .test("relu0"))
    let x = Tensor.random([1, 16, 8, 8], seed: 1)
    let trace = try engine.forward(model, x)
    #expect(trace.arenaCount > 0)
    #expect(trace.arenaCount <= 2 * x.count)
    let all = try engine.forward(model, x, keeping: .all)
    #expect(all.arenaCount == 0)
    #expect(trace.output == all.output)
  }

  @Test("random networks share memory", arguments: 0..<12 as Range<UInt64>, [false, true])
  func smaller(_ seed: UInt64, _ hasArrays: Bool) throws {
    let model = try RandomNet.model(seed, hasArrays: hasArrays)
    let shapes = try model.graph.shapes(input: [1, 3, 9, 11])
    // Maps are in blocks of 16 channels.
    let sum = shapes.reduce(0) { sum, shape in
      sum + (shape.rank == 4 ? shape.count / shape[1] * ((shape[1] + 15) / 16 * 16) : shape.count)
    }
    #expect(try engine.forward(model, .random([1, 3, 9, 11], seed: 0)).arenaCount < sum)
  }

  @Test("activations and reshapes of any number need room for two values")
  func rows() throws {
    let graph = try Scope.graph(channels: 16) { (scope, x) throws(GraphError) in
      var y = try scope.convolution("conv", x, 16, kernel: 1)
      for i in 0..<6 {
        y = try scope.add("bent\(i)", .activation(.sigmoid), [y])
        y = try scope.add("rows\(i)", .reshape([.input(axis: 0), .fixed(16), .rest]), [y])
      }
      let twice = try scope.add("twice", .activation(.negative), [y])
      let still = try scope.add("still", .activation(.exponential), [y])
      return try scope.add("sum", .arithmetic(.add), [twice, still])
    }
    let model = try Model(
      graph: graph, parameters: graph.initialParameters(.heUniform, seed: 0), card: .test("conv"))
    let x = Tensor.random([2, 16, 5, 7], seed: 1)
    let trace = try engine.forward(model, x)
    // The last but one needs a third, since the one before is read twice.
    #expect(trace.arenaCount <= 3 * (x.count + 15) / 16 * 16)
    #expect(try trace.output == engine.forward(model, x, keeping: .all).output)
  }

  @Test("a graph may give back its input or a constant")
  func trivial() throws {
    let nodes = [
      Node("input", .input(channels: 2), at: 0), Node("one", .constant(extents: [2, 3]), at: 1),
      Node("bent", .activation(.negative), [1], at: 2),
    ]
    let x = Tensor.random([1, 2, 3, 3], seed: 1)
    let value = Tensor.random([2, 3], seed: 2)
    for (output, expected) in [(0, x), (1, value), (2, value * -1)] {
      let model = try Model(
        graph: Graph(nodes: nodes, output: NodeID(output)), parameters: ["one.value": value],
        card: .test("input"))
      for keep in [Keep.output, .all, .forBackward(to: [nodes[output].path])] {
        let trace = try engine.forward(model, x, keeping: keep)
        #expect(trace.output == expected)
        let signal = Seed(Tensor.random(expected.shape, seed: 3))
        let gradients = try engine.backward(model, trace, from: signal, to: [nodes[output].path])
        #expect(try gradients.signal(at: nodes[output].path) == signal.signal)
      }
    }
  }

  @Test("only what is asked for is run and held")
  func partial() throws {
    let model = try RandomNet.model(3)
    let trace = try engine.forward(model, .random([1, 3, 8, 8], seed: 0), keeping: .paths(["n1"]))
    #expect(throws: EngineError.valueNotKept("n2")) { try trace.value(at: "n2") }
    #expect(throws: EngineError.self) { try trace.value(at: "nowhere") }
    #expect(throws: EngineError.self) {
      try engine.forward(model, .random([1, 3, 8, 8], seed: 0), keeping: .paths(["nowhere"]))
    }
  }

  @Test(
    "the same bits with one, two and three threads", arguments: 0..<8 as Range<UInt64>,
    [false, true])
  func threads(_ seed: UInt64, _ hasArrays: Bool) throws {
    let model = try RandomNet.model(seed, hasArrays: hasArrays)
    for shape: Shape in [[1, 3, 8, 8], [3, 3, 23, 17], [2, 3, 64, 50]] {
      let x = Tensor.random(shape, seed: seed)
      let mode = RunMode.training(.init(dropout: .seeded(4)))
      var traces: [Trace] = []
      var gradients: [Gradients] = []
      for threads in 1...3 {
        let engine = Engine(threads: threads)
        let trace = try engine.forward(model, x, keeping: .all, mode: mode)
        let signal = Seed(Tensor.random(trace.output.shape, seed: 2))
        gradients.append(
          try engine.backward(model, trace, from: signal, to: ["input"], parameters: .all))
        traces.append(trace)
      }
      for i in 1...2 {
        for node in model.graph.nodes {
          #expect(try traces[i].value(at: node.path) == traces[0].value(at: node.path))
        }
        #expect(try gradients[i].signal(at: "input") == gradients[0].signal(at: "input"))
        #expect(gradients[i].parameters == gradients[0].parameters)
      }
    }
  }

  @Test(
    "an image in a batch has the bits it has alone, in networks of convolutions",
    arguments: 0..<10 as Range<UInt64>)
  func batches(_ seed: UInt64) throws {
    let model = try RandomNet.model(seed, hasHead: false)
    for (height, width) in [(7, 9), (24, 20), (40, 33)] {
      let x = Tensor.random([5, 3, height, width], seed: seed)
      let together = try engine.forward(model, x).output
      for n in 0..<5 {
        #expect(
          try engine.forward(model, x.slices(n..<n + 1)).output == together.slices(n..<n + 1))
      }
    }
  }
}
