import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// The way back through fully connected layers of more outputs than one core carries, for few images and
/// for so many that every core takes some columns instead.
@Suite("Gradients of large fully connected layers")
struct LinearGradientTests {
  private func model(inputs: Int, outputs: Int) throws -> Model {
    let graph = try Scope.graph(channels: inputs) { (scope, x) throws(GraphError) in
      try scope.linear("fc", try scope.flatten("flatten", x), inFeatures: inputs, outputs)
    }
    return try Model(
      graph: graph, parameters: graph.initialParameters(.heUniform, seed: 3), card: .test("fc"))
  }

  @Test(
    "the input's gradient is the sum over outputs, silent ones among them",
    arguments: [(1, 300, 500), (3, 100, 257), (2, 257, 129), (40, 900, 300)])
  func inputs(_ images: Int, _ inputs: Int, _ outputs: Int) throws {
    let model = try model(inputs: inputs, outputs: outputs)
    let x = Tensor.random([images, inputs, 1, 1], seed: 1)
    // As behind a ReLU: half of the outputs have no signal, and some whole stretches.
    let seed = Tensor.random([images, outputs], seed: 2).map { $0 > 0 ? $0 : 0 }
      .zip(Tensor([images, outputs], (0..<images * outputs).map { Float($0 % outputs) })) {
        $1 >= 130 && $1 < 200 ? 0 : $0
      }
    let weight = try #require(model.parameters["fc.weight"])
    var expected = [Double](repeating: 0, count: images * inputs)
    for n in 0..<images {
      for o in 0..<outputs {
        let g = Double(seed[n, o])
        for i in 0..<inputs { expected[n * inputs + i] += g * Double(weight[o, i]) }
      }
    }
    var found: [Tensor] = []
    for threads in 1...3 {
      let engine = Engine(threads: threads)
      let trace = try engine.forward(model, x, keeping: .forBackward(to: ["input"]))
      found.append(
        try engine.backward(model, trace, from: Seed(seed), to: ["input"]).signal(at: "input"))
    }
    #expect(found[0].difference(from: expected) <= 2e-6)
    #expect(found[1] == found[0] && found[2] == found[0])
  }
}
