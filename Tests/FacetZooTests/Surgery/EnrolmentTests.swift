import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

@Suite("Enrolment") struct EnrolmentTests {
  private let engine = Engine()
  private let people = ["ada", "bo", "cy"]

  /// A pooled map, then a vector, then a head.
  private func embedder(_ layer: LayerPath) throws -> Model {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      var y = try scope.module("stem") { (scope) throws(GraphError) in
        try scope.relu("relu", try scope.convolution("conv", x, 6, kernel: 3, padding: 1))
      }
      y = try scope.maxPool("pool", y, kernel: 2, stride: 2)
      y = try scope.linear("vector", try scope.flatten("flatten", y), inFeatures: 6 * 4 * 4, 24)
      return try scope.linear("fc", y, 3)
    }
    return try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 0),
      card: ModelCard(
        name: "test", architecture: "test", input: InputCard(height: 8, width: 8),
        embeddingLayer: layer, camLayer: "stem.relu", licence: "none", source: "a test"))
  }

  /// `scale * cos`, by the definition.
  private func expected(_ embedding: [Float], _ references: Tensor, _ scale: Double) -> [Double] {
    func length(_ row: [Float]) -> Double {
      row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    return (0..<references.shape[0]).map { person in
      let row = references.slice(person).scalars
      let dot = zip(row, embedding).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      return scale * dot / (length(row) * length(embedding))
    }
  }

  @Test(
    "scores are cosines to the references, whatever their lengths", arguments: ["vector", "pool"])
  func scores(_ layer: String) throws {
    let model = try embedder(LayerPath(layer))
    let images = Tensor.random([2, 3, 8, 8], seed: 1)
    let embeddings = try engine.forward(model, images, keeping: .paths([LayerPath(layer)]))
      .embeddings(of: model)
    let references = Tensor.random([3, embeddings.shape[1]], seed: 2)
    let enrolled = try model.enrolling(people, references: references, scale: 16)
    #expect(enrolled.card.classes == people)
    #expect(enrolled.card.embeddingLayer == model.card.embeddingLayer)
    let logits = try engine.forward(enrolled, images).output
    #expect(logits.shape == [2, 3])
    for image in 0..<2 {
      let wanted = expected(embeddings.slice(image).scalars, references, 16)
      for (got, want) in zip(logits.slice(image).scalars, wanted) {
        #expect(abs(Double(got) - want) < 1e-4)
      }
    }
    // What follows the embedding is gone, what comes before is the same.
    #expect(enrolled.graph.nodes.allSatisfy { $0.path != "fc" })
    #expect(enrolled.parameters["stem.conv.weight"] == model.parameters["stem.conv.weight"])
    #expect(model == (try embedder(LayerPath(layer))))
    // Once more, with others: the embedding is still where it was.
    let again = try enrolled.enrolling(
      ["dee", "eva"], references: references.slices(0..<2), scale: 1)
    #expect(try engine.forward(again, images).output.shape == [2, 2])
  }

  @Test("references that don't fit are refused")
  func refused() throws {
    let model = try embedder("vector")
    let width = 24
    func refused(_ model: Model, _ references: Tensor, scale: Float = 1) -> Bool {
      do {
        _ = try model.enrolling(people, references: references, scale: scale)
        return false
      } catch { return "\(error)".isEmpty == false }
    }
    #expect(!refused(model, .random([3, width], seed: 2)))
    #expect(refused(model, .random([2, width], seed: 2)))
    #expect(refused(model, .random([3, width + 1], seed: 2)))
    #expect(refused(model, .random([3, width], seed: 2), scale: 0))
    #expect(refused(model, .zeros([3, width])))
    #expect(refused(model, Tensor.random([3, width], seed: 2).map { $0 / 0 }))
    // Maps of a layer after the embedding can't be drawn any more.
    var late = model
    late.card.embeddingLayer = "pool"
    late.card.camLayer = "vector"
    #expect(refused(late, .random([3, 6], seed: 2)))
  }
}
