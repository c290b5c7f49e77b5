import FacetEngine
import FacetGraph
import FacetImage
import FacetTensor
import FacetTestSupport
import FacetWorkbench
import FacetZoo
import Testing

/// A wrong preprocessing gives no error, only worse numbers: it must be noticed.
@Suite("Range check")
struct RangeCheckTests {
  let engine = Engine(threads: 2)

  /// Pictures of smooth noise, as photos are: bytes about 110 with a deviation of about 50.
  private func images(_ count: Int) -> [Image] {
    (0..<count).map { index in
      let noise = Tensor.random([3, 48, 48], seed: UInt64(40 + index)).map { 110 + 50 * $0 }
      return Image(planes: noise)
    }
  }

  /// A network whose batch norm has seen images with this preprocessing.
  private func trained(on preprocessing: Preprocessing) throws -> Model {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      var y = try scope.convolution("conv", x, 8, kernel: 3, padding: 1, bias: false)
      y = try scope.batchNorm("bn", y)
      return try scope.relu("relu", y)
    }
    var model = try Model(
      graph: graph, parameters: graph.initialParameters(.heUniform, seed: 1),
      card: ModelCard(
        name: "net", architecture: "", input: InputCard(height: 48, width: 48),
        embeddingLayer: "relu", camLayer: "relu", licence: "", source: ""))
    for step in 0..<60 {
      let batch = Tensor.stack(images(4).map { preprocessing.tensor($0) })
      let trace = try engine.forward(
        model, batch, mode: .training(.init(dropout: .seeded(UInt64(step)))))
      model = try model.replacing(trace.updatedStatistics(of: model))
    }
    return model
  }

  private let raw = Preprocessing.raw(height: 48, width: 48)
  private let centred = Preprocessing(
    height: 48, width: 48, mean: [127.5, 127.5, 127.5], standardDeviation: [128, 128, 128],
    scale: 1)

  private func warning(_ model: Model, _ preprocessing: Preprocessing) throws -> String? {
    try RangeCheck.warning(model, images(6).map { preprocessing.tensor($0) }, on: engine)
  }

  @Test("what batch norm remembers tells a wrong scale, either way")
  func statistics() throws {
    let fromBytes = try trained(on: raw)
    #expect(try warning(fromBytes, raw) == nil)
    let small = try #require(try warning(fromBytes, centred))
    #expect(small.contains("'conv' spread 0.00"))
    let fromCentred = try trained(on: centred)
    #expect(try warning(fromCentred, centred) == nil)
    let large = try #require(try warning(fromCentred, raw))
    #expect(large.contains("'conv' spread 1"), "\(large)")
    #expect(large.contains(" times as far as in training"), "\(large)")
  }

  @Test("without batch norm, raw bytes are told from values about 0")
  func bytes() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      try scope.convolution("conv", x, 4, kernel: 3)
    }
    func model(_ graph: Graph) throws -> Model {
      var parameters = graph.initialParameters(.heUniform, seed: 1)
      if parameters["mean.value"] != nil { parameters["mean.value"] = Tensor([1], [127.5]) }
      return try Model(
        graph: graph, parameters: parameters,
        card: ModelCard(
          name: "net", architecture: "", input: InputCard(height: 48, width: 48),
          embeddingLayer: "conv", camLayer: "conv", licence: "", source: ""))
    }
    let plain = try model(graph)
    #expect(try warning(plain, centred) == nil)
    #expect(try #require(try warning(plain, raw)).contains("'conv'"))
    // A graph that takes the mean off itself may be given bytes.
    let normalising = try Scope.graph { (scope, x) throws(GraphError) in
      let mean = try scope.add("mean", .constant(extents: [1]), [])
      let y = try scope.add("sub", .arithmetic(.subtract), [x, mean])
      return try scope.convolution("conv", y, 4, kernel: 3)
    }
    #expect(try warning(try model(normalising), raw) == nil)
  }
}
