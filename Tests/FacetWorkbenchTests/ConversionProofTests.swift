import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetWorkbench
import FacetZoo
import Testing

/// The proof holds for what is the same network and fails for what isn't.
@Suite("Conversion proof") struct ConversionProofTests {
  private let engine = Engine(threads: 2)
  private let images = [Tensor.random([3, 96, 96], seed: 1), Tensor.random([3, 96, 96], seed: 2)]
  private let larger = Tensor.random([3, 144, 144], seed: 3)

  private func small() throws -> Model {
    try Architecture.named("small").model(classes: ["a", "b", "c"], seed: 4)
  }

  private func check(_ converted: Model) throws -> ConversionProof {
    try .check(converted, against: small(), images: images, larger: larger, on: engine)
  }

  @Test("it holds for the small network")
  func holds() throws {
    let (converted, proof) = try ConversionProof.prove(
      small(), images: images, larger: larger, on: engine)
    #expect(proof.holds)
    #expect(proof.sites == ["embedding", "classifier"])
    #expect(proof.window == [6, 6])
    #expect(!proof.isPooled)
    #expect(proof.images == 2)
    #expect(proof.windows == 16)
    #expect(proof.roundTripIsExact)
    #expect(proof.nativeDifference <= ConversionProof.tolerance)
    #expect(try #require(proof.wrongOrderDifference) > 10 * ConversionProof.tolerance)
    #expect(try check(converted) == proof)
  }

  @Test("one weight that changed breaks it", arguments: ["embedding.weight", "classifier.bias"])
  func tampered(_ name: String) throws {
    let converted = try small().fullyConvolutional()
    var weights = try #require(converted.parameters[name])
    let first = [Int](repeating: 0, count: weights.shape.rank)
    weights = Tensor(
      weights.shape, weights.scalars.enumerated().map { $0 == 0 ? $1 + 0.5 : $1 })
    #expect(weights.shape.rank == first.count)
    let proof = try check(converted.replacing([name: weights]))
    #expect(!proof.holds)
    #expect(!proof.roundTripIsExact)
  }

  @Test("weights in another order break it")
  func reordered() throws {
    let converted = try small().fullyConvolutional()
    let weights = try #require(converted.parameters["embedding.weight"])
    let mirrored = Tensor(weights.shape, Array(weights.scalars.reversed()))
    let proof = try check(converted.replacing(["embedding.weight": mirrored]))
    #expect(!proof.holds)
    #expect(proof.nativeDifference > ConversionProof.tolerance)
    #expect(proof.windowDifference > ConversionProof.tolerance)
  }

  @Test("it holds for a network with a pool before its scores, and finds a change there too")
  func pooled() throws {
    var card = PhotoSets.card(nil)
    card.input = InputCard(height: 12, width: 12)
    (card.embeddingLayer, card.camLayer) = ("gap", "relu")
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let y = try scope.relu("relu", try scope.convolution("conv", x, 5, kernel: 3, padding: 1))
      let z = try scope.flatten("flatten", try scope.adaptiveAveragePool("gap", y, 1))
      return try scope.linear("fc", z, 4)
    }
    let model = try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 2), card: card)
    let images = [Tensor.random([3, 12, 12], seed: 1)]
    let larger = Tensor.random([3, 18, 18], seed: 2)
    let (converted, proof) = try ConversionProof.prove(
      model, images: images, larger: larger, on: engine)
    #expect(proof.holds, "\(proof)")
    #expect(proof.isPooled)
    let bias = try #require(converted.parameters["fc.bias"])
    let changed = try converted.replacing(["fc.bias": bias.map { $0 + 0.01 }])
    #expect(
      try !ConversionProof.check(
        changed, against: model, images: images, larger: larger, on: engine
      ).holds)
  }

  @Test("each of its equalities is needed")
  func conditions() {
    func proof(
      native: Float = 0, wrong: Float? = 1, window: Float = 0, exact: Bool = true
    ) -> ConversionProof {
      ConversionProof(
        sites: [], window: [1, 1], isPooled: false, images: 1, nativeDifference: native,
        wrongOrderDifference: wrong, windowDifference: window, windows: 1, roundTripIsExact: exact)
    }
    #expect(proof().holds)
    #expect(proof(wrong: nil).holds)
    #expect(!proof(native: 2e-4).holds)
    #expect(!proof(native: .nan).holds)
    #expect(!proof(window: 2e-4).holds)
    #expect(!proof(wrong: 1e-5).holds)
    #expect(!proof(exact: false).holds)
  }
}
