import FacetEngine
import FacetGraph
import FacetTensor
import Foundation
import Testing

/// Every value and every gradient of a small network with all kinds of layers, against PyTorch's.
@Suite("Golden: toy network", .enabled(if: Golden.isThere("toy")))
struct ToyTests {
  let golden: Golden
  let model: Model
  let engine = Engine()

  init() throws {
    golden = try Golden("toy")
    model = try GoldenNetworks.model("toy", golden)
  }

  /// d mean cross-entropy / d logits.
  private func lossSeed(_ logits: Tensor) throws -> Seed {
    let targets = try golden.integers("target")
    var signal = logits
    for row in 0..<logits.shape[0] {
      let shifted = logits.slice(row).scalars.map { Double($0) }
      let largest = shifted.max() ?? 0
      let sum = shifted.reduce(0) { $0 + exp($1 - largest) }
      for c in 0..<logits.shape[1] {
        let p = exp(shifted[c] - largest) / sum
        signal[row, c] = Float((p - (c == targets[row] ? 1 : 0)) / Double(logits.shape[0]))
      }
    }
    return Seed(signal)
  }

  @Test("every value and every gradient in inference")
  func inference() throws {
    let trace = try engine.forward(model, golden["input"], keeping: .all)
    try golden.expect(trace.output, equals: "logits")
    let paths = model.graph.nodes.map(\.path)
    let gradients = try engine.backward(
      model, trace, from: lossSeed(trace.output), to: paths, parameters: .all)
    var checked = 0
    for path in paths {
      let (value, gradient) = (try trace.value(at: path), try gradients.signal(at: path))
      if golden.tensors["value.\(path)"] != nil {
        // The recipe records some vectors before, others after flattening.
        try golden.expect(shaped(value, "value.\(path)"), equals: "value.\(path)")
        try golden.expect(shaped(gradient, "value.\(path)"), equals: "value_grad.\(path)")
        checked += 1
      }
    }
    #expect(checked == 22)
    try golden.expect(gradients.signal(at: "input"), equals: "value_grad.input")
    for name in model.graph.learnableParameters {
      try golden.expect(try #require(gradients.parameters[name]), equals: "param_grad.\(name)")
    }
  }

  private func shaped(_ tensor: Tensor, _ name: String) throws -> Tensor {
    let shape = try golden[name].shape
    return tensor.count == shape.count ? tensor.reshaped(shape) : tensor
  }

  @Test("batch statistics in training, and the running ones after")
  func training() throws {
    let trace = try engine.forward(
      model, golden["input"], keeping: .forBackward(to: ["input"], parameters: true),
      mode: .training(.init(dropout: .none)))
    let gradients = try engine.backward(
      model, trace, from: lossSeed(trace.output), to: ["input"], parameters: .all)
    try golden.expect(gradients.signal(at: "input"), equals: "train.value_grad.input")
    for name in model.graph.learnableParameters {
      // A bias before batch statistics has no effect: its gradient is rounding, and its floor says so.
      try golden.expect(
        try #require(gradients.parameters[name]), equals: "train.param_grad.\(name)",
        floor: golden.floor(of: name, in: "train.param_grads"))
    }
    let after = trace.updatedStatistics(of: model)
    #expect(after.count == 4)
    for (name, tensor) in after { try golden.expect(tensor, equals: "train.after.\(name)") }
  }

  @Test("dropout with a given mask")
  func dropout() throws {
    let mask = try golden["dropout.mask"]
    let trace = try engine.forward(
      model, golden["input"], keeping: .all,
      mode: .training(.init(dropout: .masks(["drop": mask]), freezesStatistics: true)))
    try golden.expect(trace.value(at: "flatten"), equals: "dropout.in")
    try golden.expect(trace.value(at: "drop"), equals: "dropout.out")
    let gradients = try engine.backward(
      model, trace, from: Seed(at: "drop", golden["dropout.grad_out"]), to: ["flatten"])
    // The recipe reads the mask off the output, so where the input is 0 it doesn't know it.
    let known = try golden["dropout.in"].map { $0 == 0 ? 0 : 1 }
    let difference = try (gradients.signal(at: "flatten") * known)
      .relativeDifference(from: golden["dropout.grad_in"] * known)
    #expect(difference <= 1e-4)
  }
}
