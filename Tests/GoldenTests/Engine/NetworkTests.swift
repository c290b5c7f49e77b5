import FacetEngine
import FacetGraph
import FacetTensor
import FacetZoo
import Foundation
import Testing

/// Whole networks against torchvision: logits, the layer Grad-CAM looks at, gradients.
@Suite("Golden: networks")
struct NetworkTests {
  @Test(
    "logits, activation and gradients",
    arguments: ["squeezenet1_0", "resnet18"].filter(Golden.isThere))
  func network(_ name: String) throws {
    let golden = try Golden(name)
    let model = try golden.model(name)
    let layer = LayerPath(try #require(golden.information["target_layer"] as? String))
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
    arguments: ["squeezenet1_0", "resnet18"].filter(Golden.isThere), [false, true])
  func parameterGradients(_ name: String, training: Bool) throws {
    let golden = try Golden(name)
    let key = training ? "train.param_grads" : "param_grads"
    guard let expected = golden.information[key] as? [String: [String: Any]] else {
      #expect(training && name == "squeezenet1_0", "only a net without batch norm has no \(key)")
      return
    }
    let model = try golden.model(name)
    let engine = Engine()
    let trace = try engine.forward(
      model, golden["input"], keeping: .forBackward(to: [], parameters: true),
      mode: training ? .training(.init(dropout: .none)) : .inference)
    var seed = trace.output
    for (row, target) in try golden.integers("target").enumerated() {
      let exponentials = trace.output.slice(row).scalars.map { exp(Double($0)) }
      for (c, e) in exponentials.enumerated() {
        let p = e / exponentials.reduce(0, +)
        seed[row, c] = Float((p - (c == target ? 1 : 0)) / 2)
      }
    }
    let gradients = try engine.backward(model, trace, from: Seed(seed), parameters: .all)
    #expect(expected.count == model.graph.learnableParameters.count)
    for (parameter, facts) in expected {
      let gradient = try #require(gradients.parameters[parameter])
      let norm = try #require(facts["norm"] as? Double)
      let tolerance = max(1e-4, 3 * (facts["floor"] as? Double ?? 0)) * max(norm, 1e-12)
      let own = gradient.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(own - norm) <= tolerance, "\(parameter): norm \(own), not \(norm)")
      for (value, head) in zip(gradient.scalars, facts["head"] as? [Double] ?? []) {
        #expect(abs(Double(value) - head) <= tolerance, "\(parameter): \(value), not \(head)")
      }
    }
  }
}
