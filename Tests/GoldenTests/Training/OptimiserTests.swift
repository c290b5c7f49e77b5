import FacetEngine
import FacetGraph
import FacetTensor
import FacetTraining
import FacetZoo
import Testing

/// Four steps of descent on the toy network in inference mode, against PyTorch's optimisers.
@Suite("Golden: optimisers", .enabled(if: Golden.isThere("toy")))
struct OptimiserTests {
  @Test("losses and weights after four steps", arguments: OptimiserKind.allCases)
  func steps(_ kind: OptimiserKind) throws {
    let golden = try Golden("toy")
    var model = try GoldenNetworks.model("toy", golden)
    let engine = Engine()
    let (x, targets) = (try golden["input"], try golden.integers("target"))
    var optimiser = kind.make(momentum: 0.9, weightDecay: kind == .sgd ? 1e-3 : 0)
    var losses: [Float] = []
    for _ in 0..<4 {
      let trace = try engine.forward(model, x, keeping: .forBackward(to: [], parameters: true))
      let (loss, gradient) = CrossEntropy.evaluate(trace.output, labels: targets)
      losses.append(Float(loss))
      var gradients = try engine.backward(model, trace, from: Seed(gradient), parameters: .all)
        .parameters
      var parameters = model.parameters
      optimiser.step(
        &parameters, &gradients, rate: kind == .sgd ? 0.05 : 0.01, scales: [:])
      model = try model.replacing(parameters)
    }
    try golden.expect(Tensor([4], losses), equals: "\(kind.rawValue).losses")
    let weights = kind == .sgd ? ["conv1.weight", "fc1.weight"] : ["conv1.weight"]
    for name in weights {
      try golden.expect(
        try #require(model.parameters[name]), equals: "\(kind.rawValue).\(name)")
    }
  }
}

/// Cross-entropy against PyTorch's.
@Suite("Golden: losses", .enabled(if: Golden.isThere("layers")))
struct LossTests {
  @Test("cross-entropy and its gradient")
  func crossEntropy() throws {
    let golden = try Golden("layers")
    let (loss, gradient) = CrossEntropy.evaluate(
      try golden["cross_entropy.x"], labels: try golden.integers("cross_entropy.target"))
    try golden.expect(Tensor([], [Float(loss)]), equals: "cross_entropy.y")
    let upstream = try golden["cross_entropy.gy"].scalars[0]
    try golden.expect(gradient * upstream, equals: "cross_entropy.gx")
  }
}
