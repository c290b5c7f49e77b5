import FacetEngine
import FacetExplain
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Additive map of a cosine")
struct AdditiveSimilarityTests {
  let engine = Engine(threads: 2)

  private func explained(
    _ model: Model, count: Int = 3, layer: LayerPath? = nil
  ) throws -> (pairs: FacePairs, maps: PairExplanation) {
    let pairs = try FacePairs(
      model, SmallNets.images(count, seed: 1), SmallNets.images(count, seed: 2), on: engine)
    return (
      pairs, try pairs.explained(by: AdditiveSimilarity(layer: layer), model, on: engine)
    )
  }

  /// Cells and remainder add up to the cosine, on both faces of every pair.
  private func checkSums(_ pairs: FacePairs, _ maps: PairExplanation) {
    for face in [maps.first, maps.second] {
      for (pair, cosine) in pairs.cosines.enumerated() {
        let sum = face.map.slice(pair).scalars.reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum + Double(face.remainders[pair]) - cosine) <= 1e-5)
        #expect(abs(face.completenessGaps[pair]) <= 1e-5)
        #expect(abs(Double(face.scores[pair]) - cosine) <= 1e-6)
      }
    }
  }

  @Test("an averaged map: each cell's inner product with the other embedding")
  func averaged() throws {
    let model = try SmallNets.pooled()
    let (pairs, maps) = try explained(model)
    checkSums(pairs, maps)
    #expect(maps.first.layer == "relu")
    #expect(maps.first.remainders.allSatisfy { $0 == 0 })
    let cells = try engine.forward(model, pairs.first, keeping: .paths(["relu"])).value(at: "relu")
    for pair in 0..<3 {
      let (u, v) = (pairs.firstEmbeddings.slice(pair), pairs.secondEmbeddings.slice(pair))
      let scale = Double(8 * 9) * (u.dot(u) * v.dot(v)).squareRoot()
      for y in 0..<8 {
        for x in 0..<9 {
          let product = (0..<5).reduce(0.0) { $0 + Double(cells[pair, $1, y, x] * v[$1]) }
          #expect(abs(Double(maps.first.map[pair, y, x]) - product / scale) < 1e-6)
        }
      }
    }
  }

  /// A global depthwise convolution, batch norm and a fully connected layer, all with biases.
  private func headed(
    _ end: @escaping (inout Scope, NodeID) throws(GraphError) -> NodeID
  ) throws -> Model {
    try SmallNets.model(embedding: "embedding", cam: "relu") { (scope, x) throws(GraphError) in
      var h = try scope.convolution("conv", x, 6, kernel: 3, stride: 2, padding: 1)
      h = try scope.relu("relu", h)
      let whole = Convolution(6, 6, kernel: Extent(8, 9), groups: 6, bias: true)
      h = try scope.batchNorm("bn", try scope.add("whole", .convolution(whole), [h]))
      return try end(
        &scope, try scope.linear("fc", try scope.flatten("flatten", h), inFeatures: 6, 7))
    }
  }

  @Test("a head with weights for each cell: what the cell alone adds to an empty map's embedding")
  func weighted() throws {
    let model = try headed { (scope, h) throws(GraphError) in
      try scope.add("embedding", .batchNorm(channels: 7, epsilon: 1e-5, momentum: 0.1), [h])
    }
    let (pairs, maps) = try explained(model)
    checkSums(pairs, maps)
    #expect(maps.second.layer == "relu")
    // Biases weigh something here, or the test would not see them.
    #expect(maps.second.remainders.contains { abs($0) > 1e-3 })
    let cells = try engine.forward(model, pairs.second, keeping: .paths(["relu"]))
      .value(at: "relu").slice(1)
    func embedding(_ value: Tensor) throws -> Tensor {
      try engine.resume(
        model, from: "relu", value: .stack([value]), keeping: .paths(["embedding"])
      ).value(at: "embedding").slice(0)
    }
    let empty = try embedding(.zeros(cells.shape))
    let (u, v) = (pairs.secondEmbeddings.slice(1), pairs.firstEmbeddings.slice(1))
    let norm = (u.dot(u) * v.dot(v)).squareRoot()
    #expect(abs(Double(maps.second.remainders[1]) - empty.dot(v) / norm) < 1e-5)
    for (y, x) in [(0, 0), (3, 4), (7, 8), (5, 0)] {
      var alone = Tensor.zeros(cells.shape)
      for k in 0..<6 { alone[k, y, x] = cells[k, y, x] }
      let expected = (try embedding(alone) - empty).dot(v) / norm
      #expect(abs(Double(maps.second.map[1, y, x]) - expected) < 1e-5)
    }
  }

  @Test("a last L2 norm changes no cosine and is passed over")
  func normalised() throws {
    let model = try headed { (scope, h) throws(GraphError) in
      try scope.add("embedding", .l2Normalize(epsilon: 1e-12), [h])
    }
    let (pairs, maps) = try explained(model)
    checkSums(pairs, maps)
  }

  @Test("an embedding that is a map, and a layer of one's own")
  func layers() throws {
    let model = try SmallNets.model(embedding: "conv2", cam: "relu") {
      (scope, x) throws(GraphError) in
      let h = try scope.relu("relu", try scope.convolution("conv1", x, 5, kernel: 3))
      return try scope.convolution("conv2", h, 4, kernel: 3, stride: 2)
    }
    let (pairs, own) = try explained(model)
    checkSums(pairs, own)
    #expect(own.first.layer == "conv2")
    #expect(own.first.remainders.allSatisfy { $0 == 0 })
    let (_, below) = try explained(model, layer: "relu")
    checkSums(pairs, below)
    #expect(below.first.map.shape == [3, 14, 16])
  }

  @Test("minus the cosine has minus the map")
  func negated() throws {
    let model = try SmallNets.varied()
    let images = SmallNets.images(2)
    let other = try FacePairs(model, images, SmallNets.images(2, seed: 4), on: engine)
      .secondEmbeddings
    let plain = try AdditiveSimilarity().explain(model, images, .cosine(to: other), on: engine)
    let negated = try AdditiveSimilarity()
      .explain(model, images, .cosine(to: other, negated: true), on: engine)
    #expect(negated.map == plain.map.map { -$0 })
    #expect(negated.scores == plain.scores.map { -$0 })
    #expect(negated.remainders == plain.remainders.map { -$0 })
  }

  @Test("what isn't a sum over a map's cells is refused, with what to use instead")
  func refused() throws {
    let bent = try SmallNets.model(embedding: "relu2", cam: "relu") {
      (scope, x) throws(GraphError) in
      let h = try scope.relu("relu", try scope.convolution("conv", x, 5, kernel: 3))
      let f = try scope.linear("fc", try scope.flatten("flatten", h), inFeatures: 5 * 14 * 16, 6)
      return try scope.relu("relu2", f)
    }
    let error = refusal { _ = try explained(bent) }
    #expect(error == .notAdditive(embedding: "relu2", because: "relu2", op: "relu"))
    #expect("\(try #require(error))".contains("use gradcam, corrrise or occlusion"))
    // A layer before a gate, one that isn't there, and one without places.
    let varied = try SmallNets.varied()
    #expect(
      refusal { _ = try explained(varied, layer: "pool1") }
        == .notAdditive(embedding: "fc1", because: "relu2", op: "relu"))
    // What is added to it comes from elsewhere.
    #expect(
      refusal { _ = try explained(varied, layer: "conv2") }
        == .notAdditive(embedding: "fc1", because: "add", op: "add"))
    guard case .graph(.unknownLayer) = refusal({ _ = try explained(varied, layer: "cta") }) else {
      Issue.record("an unknown layer was taken")
      return
    }
    guard case .notAMap = refusal({ _ = try explained(varied, layer: "gap") }) else {
      Issue.record("a vector was taken for a map")
      return
    }
    #expect(refusal { _ = try explained(varied, layer: "fc2") } != nil)
    // Two maps: neither alone gives the embedding.
    let joined = try SmallNets.model(embedding: "join", cam: "relu") {
      (scope, x) throws(GraphError) in
      let h = try scope.relu("relu", try scope.convolution("conv", x, 5, kernel: 3))
      let a = try scope.adaptiveAveragePool("gap", h, 1)
      let b = try scope.adaptiveAveragePool("gap2", x, 1)
      return try scope.add("join", .concat, [a, b])
    }
    #expect(
      refusal { _ = try explained(joined) }
        == .notAdditive(embedding: "join", because: "join", op: "concat"))
    #expect(
      refusal { _ = try explained(joined, layer: "relu") }
        == .notAdditive(embedding: "join", because: "join", op: "concat"))
    #expect(
      refusal {
        _ = try AdditiveSimilarity().explain(varied, SmallNets.images(1), .logit(), on: engine)
      } == .needsCosine(method: "additive", objective: LogitObjective().name))
  }
}
