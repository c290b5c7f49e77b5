import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Foundation
import Testing

/// Whole networks against torchvision: logits, the layer Grad-CAM looks at, gradients.
@Suite("Golden: networks")
struct NetworkTests {
  @Test("logits, activation and gradients", arguments: GoldenNetworks.names)
  func network(_ name: String) throws {
    let golden = try Golden(name)
    let model = try GoldenNetworks.model(name, golden)
    let target = LayerPath(try #require(golden.information["target_layer"] as? String))
    // The recipe stores DenseNet's `features.norm5` after the ReLU that follows it worked in place.
    let layer = name == "densenet121" ? "relu" : target
    let engine = Engine()
    let trace = try engine.forward(
      model, golden["input"], keeping: .forBackward(to: [layer, "input"], parameters: true))
    try golden.expect(trace.output, equals: "logits")
    try golden.expect(trace.value(at: layer), equals: "act")
    var seed = Tensor.zeros(trace.output.shape)
    for (row, target) in try golden.integers("target").enumerated() { seed[row, target] = 1 }
    let gradients = try engine.backward(
      model, trace, from: Seed(seed), to: [layer, "input"], parameters: .all)
    try golden.expect(gradients.signal(at: layer), equals: "grad")
    try golden.expect(gradients.signal(at: "input"), equals: "input_grad")
  }

  /// How far parts of a parameter's gradient may be from double precision's, relative to its norm:
  /// four times the largest difference there is on the three instruction sets.
  private static let gradientTolerance = 2e-5

  @Test(
    "parameter gradients of the loss: norm, sum and first values",
    arguments: GoldenNetworks.names, [false, true])
  func parameterGradients(_ name: String, training: Bool) throws {
    let golden = try Golden(name)
    let model = try GoldenNetworks.model(name, golden)
    let key = training ? "train.param_grads" : "param_grads"
    guard let expected = golden.information[key] as? [String: [String: Any]] else {
      let hasBatchNorm = model.graph.nodes.contains { $0.op.kind == .batchNorm }
      #expect(training && !hasBatchNorm, "only a net without batch norm has no \(key)")
      return
    }
    // Batch statistics of two images hand every difference on to all layers: direct convolution only.
    let engine = Engine(precision: training ? .exact : .fast)
    let trace = try engine.forward(
      model, golden["input"], keeping: .forBackward(to: [], parameters: true),
      mode: training ? .training(.init(dropout: .none)) : .inference)
    let seed = try lossGradient(trace.output, golden.integers("target"))
    let gradients = try engine.backward(
      model, trace, from: Seed(seed),
      rules: CloseGates(name, training: training).rules(for: trace), parameters: .all)
    #expect(expected.count == model.graph.learnableParameters.count)
    for (parameter, facts) in expected {
      let gradient = try #require(gradients.parameters[parameter])
      let norm = max(try #require(facts["norm"] as? Double), 1e-12)
      func compare(_ own: Double, _ reference: Double, _ what: String, scale: Double = 1) {
        let difference = abs(own - reference) / scale / norm
        #expect(
          difference <= Self.gradientTolerance, "\(parameter): \(what) \(own), not \(reference)")
      }
      compare(gradient.dot(gradient).squareRoot(), norm, "norm")
      compare(
        gradient.sum, try #require(facts["sum"] as? Double), "sum",
        scale: Double(gradient.count).squareRoot())
      for (value, head) in zip(gradient.scalars, facts["head"] as? [Double] ?? []) {
        compare(Double(value), head, "value")
      }
    }
    guard training else { return }
    let norms = try #require(golden.information["train.running_norms"] as? [String: Double])
    let after = trace.updatedStatistics(of: model)
    #expect(norms.count == after.count)
    for (name, norm) in norms {
      let own = try #require(after[name])
      let difference = abs((own * own).scalars.reduce(0.0) { $0 + Double($1) }.squareRoot() - norm)
      #expect(difference <= 1e-4 * norm, "\(name): norm differs by \(difference)")
    }
  }

  /// d mean cross-entropy / d logits, for two images.
  private func lossGradient(_ logits: Tensor, _ targets: [Int]) -> Tensor {
    var seed = logits
    for (row, target) in targets.enumerated() {
      let largest = logits.slice(row).maximum
      let exponentials = logits.slice(row).scalars.map { exp(Double($0 - largest)) }
      let sum = exponentials.reduce(0, +)
      for (c, e) in exponentials.enumerated() {
        seed[row, c] = Float((e / sum - (c == target ? 1 : 0)) / 2)
      }
    }
    return seed
  }
}
