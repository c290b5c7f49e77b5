import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// Networks whose dense heads become convolutions (Docs: definitions, section 2).
@Suite("Fully convolutional")
struct FullyConvolutionalTests {
  let engine = Engine(threads: 2)

  /// Convolutions without padding and a head of two dense layers, perhaps after a pool that does
  /// nothing at the network's own size. The head sees 6 x 3 x 4 for images of 10 x 12.
  struct DenseNet: Module {
    let pooled: Bool

    func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
      var y = try scope.convolution("conv", x, 6, kernel: 3)
      y = try scope.relu("relu", try scope.batchNorm("bn", y))
      y = try scope.maxPool("pool", y, kernel: 3, stride: 2, ceilMode: true)
      if pooled { y = try scope.add("avgpool", .adaptiveAveragePool(height: 4, width: 5), [y]) }
      y = try scope.dropout("drop", try scope.flatten("flatten", y), 0.5)
      y = try scope.relu("relu6", try scope.linear("fc6", y, inFeatures: 6 * 4 * 5, 9))
      return try scope.linear("fc7", y, 4)
    }
  }

  private func card(_ layer: LayerPath, _ height: Int, _ width: Int) -> ModelCard {
    ModelCard(
      name: "test", architecture: "test", input: InputCard(height: height, width: width),
      embeddingLayer: layer, camLayer: "relu", licence: "none", source: "a test")
  }

  private func dense(pooled: Bool) throws -> Model {
    let graph = try Scope.graph(DenseNet(pooled: pooled))
    return try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 1),
      card: card("flatten", 10, 12))
  }

  /// Global average pooling before one linear layer.
  private func averaged() throws -> Model {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let y = try scope.relu("relu", try scope.convolution("conv", x, 7, kernel: 3, padding: 1))
      let z = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", y, 1))
      return try scope.linear("fc", z, 5)
    }
    return try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 2),
      card: card("gap", 9, 8))
  }

  /// The mean over places of a map of scores.
  private func placeMean(_ map: Tensor) -> Tensor {
    let places = map.shape[2] * map.shape[3]
    return Tensor(
      [map.shape[0], map.shape[1]],
      (0..<map.shape[0] * map.shape[1]).map { i in
        Float(
          map.scalars[i * places..<(i + 1) * places].reduce(0.0) { $0 + Double($1) }
            / Double(places))
      })
  }

  @Test("T1: at its own size the converted network gives the logits", arguments: [false, true])
  func nativeSize(_ pooled: Bool) throws {
    let model = try dense(pooled: pooled)
    let converted = try model.fullyConvolutional()
    #expect(
      !converted.graph.nodes.contains {
        [.linear, .flatten, .adaptiveAveragePool].contains($0.op.kind)
      })
    let head = try ConvertibleHead(model)
    #expect(!head.isPooled)
    #expect(head.source == "pool")
    #expect(head.sites == ["fc6", "fc7"])
    #expect(head.window == Extent(4, 5))
    let x = Tensor.random([3, 3, 10, 12], seed: 1)
    let logits = try engine.forward(model, x).output
    let map = try engine.forward(converted, x).output
    #expect(map.shape == [3, 4, 1, 1])
    #expect(map.reshaped([3, 4]).relativeDifference(from: logits) <= 1e-5)
  }

  @Test(
    "T1 and T5: the zoo's networks, by one cell or by the mean",
    arguments: [("small", 96), ("resnet18", 224)])
  func zoo(_ name: String, _ size: Int) throws {
    let model = try Architecture.named(name).model(classes: (0..<7).map(String.init), seed: 3)
    let converted = try model.fullyConvolutional()
    #expect(converted.parameterCount == model.parameterCount)
    let x = Tensor.random([1, 3, size, size], seed: 1)
    let logits = try engine.forward(model, x).output
    let map = try engine.forward(converted, x).output
    #expect(map.shape.rank == 4)
    let scores = placeMean(map)
    for (a, b) in zip(scores.scalars, logits.scalars) { #expect(abs(a - b) <= 1e-4) }
    #expect(try ConvertibleHead(model).isPooled == (name == "resnet18"))
    // Twice the size gives a larger map, without new weights.
    let large = try converted.graph.shapes(input: [1, 3, size * 2, size * 2])[
      converted.graph.output.index]
    #expect(large[2] > 1 && large[1] == 7)
  }

  @Test("T2, control: weights meant for NHWC don't give the logits")
  func wrongOrder() throws {
    let model = try dense(pooled: false)
    let x = Tensor.random([1, 3, 10, 12], seed: 1)
    let logits = try engine.forward(model, x).output
    let weight = try #require(model.parameters["fc6.weight"])
    // Feature (y, x, c) where (c, y, x) belongs.
    var shuffled = weight
    for o in 0..<9 {
      for c in 0..<6 {
        for y in 0..<4 {
          for x in 0..<5 { shuffled[o, (y * 5 + x) * 6 + c] = weight[o, (c * 4 + y) * 5 + x] }
        }
      }
    }
    let wrong = try model.replacing(["fc6.weight": shuffled]).fullyConvolutional()
    let map = try engine.forward(wrong, x).output
    #expect(map.reshaped([1, 4]).relativeDifference(from: logits) > 0.05)
  }

  @Test("T3: every cell is the dense head on its window of the map", arguments: [false, true])
  func cells(_ pooled: Bool) throws {
    let model = try dense(pooled: pooled)
    let converted = try model.fullyConvolutional()
    let x = Tensor.random([2, 3, 15, 19], seed: 1)
    let trace = try engine.forward(converted, x, keeping: .paths(["pool"]))
    let features = try trace.value(at: "pool")
    let map = trace.output
    #expect(map.shape == [2, 4, features.shape[2] - 3, features.shape[3] - 4])
    #expect(map.shape[2] > 1 && map.shape[3] > 1)
    for i in 0..<map.shape[2] {
      for j in 0..<map.shape[3] {
        var window = Tensor.zeros([2, 6, 4, 5])
        for n in 0..<2 {
          for c in 0..<6 {
            for y in 0..<4 { for x in 0..<5 { window[n, c, y, x] = features[n, c, i + y, j + x] } }
          }
        }
        let scores = try engine.resume(model, from: "pool", value: window).output
        for n in 0..<2 { for o in 0..<4 { #expect(abs(map[n, o, i, j] - scores[n, o]) <= 1e-5) } }
      }
    }
  }

  @Test("T4: without padding, a cell is the network on its crop of pixels")
  func crops() throws {
    let model = try dense(pooled: false)
    let converted = try model.fullyConvolutional()
    // Of these sizes no pooling window hangs over the edge, which would be a padding, too.
    let x = Tensor.random([1, 3, 15, 17], seed: 1)
    let map = try engine.forward(converted, x).output
    for (i, j) in [(0, 0), (1, 1), (2, 2), (0, 2)] {
      var crop = Tensor.zeros([1, 3, 11, 13])
      for c in 0..<3 {
        for y in 0..<11 { for k in 0..<13 { crop[0, c, y, k] = x[0, c, y + 2 * i, k + 2 * j] } }
      }
      let logits = try engine.forward(model, crop).output
      for o in 0..<4 { #expect(abs(map[0, o, i, j] - logits[0, o]) <= 1e-5) }
    }
  }

  @Test("T5: after global pooling, the mean of the map is the logits, at every size")
  func pooledMean() throws {
    let model = try averaged()
    let head = try ConvertibleHead(model)
    #expect(head.isPooled && head.window == Extent(1))
    #expect(head.source == "relu" && head.sites == ["fc"])
    let converted = try model.fullyConvolutional()
    for (height, width) in [(9, 8), (17, 30)] {
      let x = Tensor.random([2, 3, height, width], seed: 1)
      let map = try engine.forward(converted, x).output
      #expect(map.shape == [2, 5, height, width])
      let logits = try engine.forward(model, x).output
      #expect(placeMean(map).relativeDifference(from: logits) <= 1e-5)
    }
  }

  @Test("T5: a map that is pooled last", arguments: [64])
  func squeezeNet(_ size: Int) throws {
    let model = try Architecture.named("squeezenet1_0").model(classes: ["a", "b"], seed: 1)
    let converted = try model.fullyConvolutional()
    let x = Tensor.random([1, 3, size, size], seed: 1)
    let map = try engine.forward(converted, x).output
    #expect(
      placeMean(map).relativeDifference(from: try engine.forward(model, x).output) <= 1e-5)
  }

  @Test("T6: the weights come back bit for bit", arguments: [false, true])
  func roundTrip(_ pooled: Bool) throws {
    let model = try dense(pooled: pooled)
    let converted = try model.fullyConvolutional()
    #expect(converted.parameters["fc6.weight"]?.shape == [9, 6, 4, 5])
    #expect(converted.parameters["fc7.weight"]?.shape == [4, 9, 1, 1])
    #expect(Set(converted.parameters.keys) == Set(model.parameters.keys))
    for (name, tensor) in model.parameters {
      #expect(converted.parameters[name]?.reshaped(tensor.shape) == tensor)
    }
  }

  @Test("T7: gradients agree at the network's own size", arguments: [false, true])
  func gradients(_ pooled: Bool) throws {
    let model = try dense(pooled: pooled)
    let converted = try model.fullyConvolutional()
    let x = Tensor.random([1, 3, 10, 12], seed: 1)
    func gradients(_ model: Model, _ seed: Shape) throws -> (Tensor, [String: Tensor]) {
      let trace = try engine.forward(
        model, x, keeping: .forBackward(to: ["input"], parameters: true))
      let signal = Seed(Tensor(seed, [1, -2, 0.5, 3]))
      let all = try engine.backward(model, trace, from: signal, to: ["input"], parameters: .all)
      return (try all.signal(at: "input"), all.parameters)
    }
    let (a, b) = (try gradients(model, [1, 4]), try gradients(converted, [1, 4, 1, 1]))
    #expect(b.0.relativeDifference(from: a.0) <= 1e-5)
    for (name, gradient) in a.1 {
      let other = try #require(b.1[name]).reshaped(gradient.shape)
      #expect(other.relativeDifference(from: gradient) <= 1e-4, "\(name)")
    }
  }

  @Test("the card's layers follow: one that went stands for what it passed on")
  func cards() throws {
    let converted = try dense(pooled: true).fullyConvolutional()
    #expect(converted.card.embeddingLayer == "pool")
    #expect(converted.card.camLayer == "relu")
    #expect(converted.card.name != "test")
    #expect(try averaged().fullyConvolutional().card.embeddingLayer == "relu")
  }

  @Test("what can't be converted is refused, with the layer and the reason")
  func refusals() throws {
    func convert(_ body: (inout Scope, NodeID) throws(GraphError) -> NodeID) throws {
      let graph = try Scope.graph(channels: 3, body)
      var card = card(graph[graph.output].path, 8, 8)
      card.camLayer = card.embeddingLayer
      _ = try Model(
        graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 0), card: card
      ).fullyConvolutional()
    }
    #expect(throws: SurgeryError.self) {
      try convert { (scope, x) throws(GraphError) in try scope.relu("relu", x) }
    }
    #expect(
      throws: SurgeryError.poolIsNotIdentity("pool", from: Extent(8), to: Extent(4))
    ) {
      try convert { (scope, x) throws(GraphError) in
        let y = try scope.flatten("flatten", try scope.adaptiveAveragePool("pool", x, 4))
        return try scope.linear("fc", y, 2)
      }
    }
    #expect(throws: SurgeryError.self) {
      try convert { (scope, x) throws(GraphError) in
        let y = try scope.flatten("flatten", try scope.adaptiveAveragePool("pool", x, 1))
        return try scope.linear("b", try scope.relu("relu", try scope.linear("a", y, 4)), 2)
      }
    }
    #expect(throws: SurgeryError.self) {
      try convert { (scope, x) throws(GraphError) in
        let a = try scope.flatten("first", try scope.adaptiveAveragePool("pool", x, 1))
        let b = try scope.flatten("second", try scope.adaptiveAveragePool("pool2", x, 1))
        return try scope.add("add", .add, [a, b])
      }
    }
  }
}
