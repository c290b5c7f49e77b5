import FacetEngine
import FacetGraph
import FacetTensor
import FacetZoo
import Testing

/// Single layers at awkward sizes against PyTorch: value, gradient of the input and of parameters.
@Suite("Golden: single layers", .enabled(if: Golden.isThere("layers")))
struct LayerTests {
  @Test("all operators")
  func operators() throws {
    let golden = try Golden("layers")
    let cases = try #require(golden.information["cases"] as? [String: [String: Any]])
    var run = 0
    for (name, settings) in cases.sorted(by: { $0.key < $1.key }) {
      guard let op = try op(name, settings, golden) else { continue }
      try check(name, op, golden)
      run += 1
    }
    // The other cases are losses, a join and resampling, tested where they live.
    #expect(run == 38)
  }

  private func op(_ name: String, _ s: [String: Any], _ golden: Golden) throws -> Op? {
    let x = try golden[name + ".x"]
    func extent(_ key: String, _ standard: Int) -> Extent {
      if let pair = s[key] as? [Int] { return Extent(pair[0], pair[1]) }
      return Extent(s[key] as? Int ?? standard)
    }
    func number(_ key: String) -> Float { Float(s[key] as? Double ?? 0) }
    func pool() -> Pooling {
      let kernel = s["kernel_size"] as? Int ?? 1
      return Pooling(
        kernel: Extent(kernel), stride: Extent(s["stride"] as? Int ?? kernel),
        padding: extent("padding", 0), ceilMode: s["ceil_mode"] as? Bool ?? false)
    }
    switch s["op"] as? String {
    case "conv2d":
      let weight = try golden[name + ".weight"]
      return .convolution(
        Convolution(
          x.shape[1], weight.shape[0], kernel: extent("kernel", 1), stride: extent("stride", 1),
          padding: extent("padding", 0), dilation: extent("dilation", 1),
          groups: s["groups"] as? Int ?? 1, bias: golden.tensors[name + ".bias"] != nil))
    case "max_pool2d": return .maxPool(pool())
    case "avg_pool2d":
      return .averagePool(pool(), countsPadding: s["count_include_pad"] as? Bool ?? true)
    case "adaptive_avg_pool2d":
      let size = s["output"] as? Int ?? 1
      return .adaptiveAveragePool(height: size, width: size)
    case "lrn":
      return .localResponseNorm(
        size: s["size"] as? Int ?? 0, alpha: number("alpha"), beta: number("beta"), k: number("k"))
    case "batch_norm": return .batchNorm(channels: 6, epsilon: 1e-5, momentum: 0.1)
    case "linear": return .linear(inFeatures: 37, outFeatures: 11, bias: true)
    case "relu": return .relu
    case "softmax": return .softmax
    default: return nil
    }
  }

  private func check(_ name: String, _ op: Op, _ golden: Golden) throws {
    let x = try golden[name + ".x"]
    // A graph takes images, so vectors come as images of 1x1 and are flattened.
    let isVector = x.shape.rank == 2
    let images = isVector ? x.reshaped([x.shape[0], x.shape[1], 1, 1]) : x
    let graph = try Scope.graph(channels: images.shape[1]) { (scope, x) throws(GraphError) in
      let value = isVector ? try scope.flatten("flatten", x) : x
      return try scope.add("op", op, [value])
    }
    var parameters: [String: Tensor] = [:]
    for (role, shape) in op.parameterShapes {
      parameters["op.\(role)"] =
        golden.tensors["\(name).\(role)"]
        ?? Tensor(shape, repeating: role == "running_var" ? 1 : 0)
    }
    let model = try Model(
      graph: graph, parameters: parameters,
      card: ModelCard(
        name: name, architecture: "", input: InputCard(height: 1, width: 1), embeddingLayer: "op",
        camLayer: "op", licence: "", source: ""))
    let trains = name == "bn_train"
    let engine = Engine()
    let trace = try engine.forward(
      model, images, keeping: .forBackward(to: ["input"], parameters: true),
      mode: trains ? .training(.init(dropout: .none)) : .inference)
    try golden.expect(trace.output, equals: name + ".y")
    let gradients = try engine.backward(
      model, trace, from: Seed(golden[name + ".gy"]), to: ["input"], parameters: .all)
    try golden.expect(gradients.signal(at: "input").reshaped(x.shape), equals: name + ".gx")
    for (role, _) in op.parameterShapes.prefix(op.learnableParameterCount) {
      try golden.expect(
        try #require(gradients.parameters["op.\(role)"]), equals: "\(name).g\(role)")
    }
    if trains {
      for (parameter, tensor) in trace.updatedStatistics(of: model) {
        try golden.expect(
          tensor, equals: "bn_train.after_" + parameter.replacing("op.", with: ""))
      }
    }
  }
}
