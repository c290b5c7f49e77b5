import FacetEngine
import FacetGraph
import FacetTensor
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
    // The floors are those of direct convolution.
    let engine = Engine(precision: training ? .exact : .fast)
    let trace = try engine.forward(
      model, golden["input"], keeping: .forBackward(to: [], parameters: true),
      mode: training ? .training(.init(dropout: .none)) : .inference)
    let seed = try lossGradient(trace.output, golden.integers("target"))
    let gradients = try engine.backward(model, trace, from: Seed(seed), parameters: .all)
    #expect(expected.count == model.graph.learnableParameters.count)
    // A ReLU whose input rounds to another side of zero moves a few gradients further than the noise
    // floor of each, as far as the largest floor.
    var moved: Set<String> = []
    let largestFloor = expected.values.compactMap { $0["floor"] as? Double }.max() ?? 0
    for (parameter, facts) in expected {
      let gradient = try #require(gradients.parameters[parameter])
      let norm = try #require(facts["norm"] as? Double)
      let tolerance = max(1e-4, 3 * (facts["floor"] as? Double ?? 0)) * max(norm, 1e-12)
      let last = max(tolerance, 3 * largestFloor * norm)
      func compare(_ own: Double, _ reference: Double, _ what: String, scale: Double = 1) {
        let difference = abs(own - reference) / scale
        if difference > tolerance { moved.insert(parameter) }
        #expect(difference <= last, "\(parameter): \(what) \(own), not \(reference)")
      }
      let squares = gradient.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }
      compare(squares.squareRoot(), norm, "norm")
      compare(
        gradient.scalars.reduce(0.0) { $0 + Double($1) }, try #require(facts["sum"] as? Double),
        "sum", scale: Double(gradient.count).squareRoot())
      for (value, head) in zip(gradient.scalars, facts["head"] as? [Double] ?? []) {
        compare(Double(value), head, "value")
      }
    }
    // Batch statistics of two images hand one such ReLU on to every layer, each within the largest floor.
    if !training { #expect(moved.count <= expected.count / 100, "\(moved.sorted())") }
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
