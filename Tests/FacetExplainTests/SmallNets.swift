import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport

/// Networks small enough to reason about, with seeded weights.
enum SmallNets {
  static func model(
    channels: Int = 3, embedding: LayerPath, cam: LayerPath, parameters: [String: Tensor]? = nil,
    _ body: (inout Scope, NodeID) throws(GraphError) -> NodeID
  ) throws -> Model {
    let graph = try Scope.graph(channels: channels, body)
    return try Model(
      graph: graph,
      parameters: parameters ?? graph.initialParameters(.torchDefault, seed: 5),
      card: ModelCard(
        name: "small", architecture: "small", input: InputCard(height: 16, width: 18),
        embeddingLayer: embedding, camLayer: cam, licence: "", source: ""))
  }

  /// Every kind of joint: overlapping max pool, addition, concatenation, two fully connected layers.
  static func varied() throws -> Model {
    try model(embedding: "fc1", cam: "cat") { (scope, x) throws(GraphError) in
      var h = try scope.convolution("conv1", x, 6, kernel: 3, padding: 1, bias: false)
      h = try scope.relu("relu1", try scope.batchNorm("bn1", h))
      h = try scope.maxPool("pool1", h, kernel: 3, stride: 2)
      let c = try scope.convolution("conv2", h, 6, kernel: 3, padding: 1)
      h = try scope.relu("relu2", try scope.add("add", .add, [c, h]))
      let a = try scope.relu("relu_a", try scope.convolution("a", h, 4, kernel: 1))
      let b = try scope.relu("relu_b", try scope.convolution("b", h, 4, kernel: 3, padding: 1))
      h = try scope.add("cat", .concat, [a, b])
      var f = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", h, 1))
      f = try scope.relu("relu3", try scope.linear("fc1", f, 7))
      return try scope.linear("fc2", f, 5)
    }
  }

  /// Norms before their ReLU and convolution, behind a concatenation, as DenseNet has them, with
  /// statistics that aren't the initial ones: no norm can be merged.
  static func normedBeforehand() throws -> Model {
    let fresh = try model(embedding: "gap", cam: "relu2") { (scope, x) throws(GraphError) in
      let a = try scope.convolution("conv1", x, 5, kernel: 3, padding: 1)
      let b = try scope.convolution("conv2", try scope.relu("relu1", a), 4, kernel: 3, padding: 1)
      var h = try scope.add("cat", .concat, [a, b])
      h = try scope.relu("relu2", try scope.batchNorm("bn", h))
      h = try scope.convolution("conv3", h, 6, kernel: 1)
      h = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", h, 1))
      return try scope.linear("fc", h, 5)
    }
    return try fresh.replacing([
      "bn.weight": .random([9], seed: 71), "bn.bias": .random([9], seed: 72),
      "bn.running_mean": .random([9], seed: 73),
      "bn.running_var": Tensor.random([9], seed: 74).map { 0.5 + abs($0) },
    ])
  }

  /// One convolution, a global average and a linear layer without bias.
  static func pooled() throws -> Model {
    try model(embedding: "gap", cam: "relu") { (scope, x) throws(GraphError) in
      var h = try scope.convolution("conv", x, 5, kernel: 3, stride: 2, padding: 1)
      h = try scope.relu("relu", h)
      h = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", h, 1))
      return try scope.linear("fc", h, 4, bias: false)
    }
  }

  /// A convolution and a pool without overlap, twice; the output is the flattened last map.
  static func tower(pool: Int, stride: Int) throws -> Model {
    try model(embedding: "flatten", cam: "relu2") { (scope, x) throws(GraphError) in
      var h = try scope.relu("relu1", try scope.convolution("conv1", x, 4, kernel: 3, padding: 1))
      h = try scope.maxPool("pool1", h, kernel: pool, stride: stride)
      h = try scope.relu("relu2", try scope.convolution("conv2", h, 6, kernel: 3, padding: 1))
      return try scope.flatten("flatten", h)
    }
  }

  /// The sum of the pixels times a weight for each: its gradient tells everything.
  static func linear(_ weights: Tensor) throws -> Model {
    try model(
      channels: weights.shape[0], embedding: "conv", cam: "conv",
      parameters: ["conv.weight": weights.reshaped(weights.shape.prepending(1))]
    ) { (scope, x) throws(GraphError) in
      let convolution = Convolution(
        weights.shape[0], 1, kernel: Extent(weights.shape[1], weights.shape[2]), bias: false)
      return try scope.add("conv", .convolution(convolution), [x])
    }
  }

  static func images(_ count: Int, seed: UInt64 = 1) -> Tensor {
    .random([count, 3, 16, 18], seed: seed)
  }
}

/// The outcome of something that must be refused with an `ExplainError`.
func refusal(_ body: () throws -> Void) -> ExplainError? {
  do { try body() } catch let error as ExplainError { return error } catch { return nil }
  return nil
}
