import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

@Suite("Folding batch norms")
struct FoldBatchNormTests {
  private let engine = Engine()

  /// The same model with batch norms whose statistics and scales are not the initial ones.
  private func shaken(_ model: Model) throws -> Model {
    var changed: [String: Tensor] = [:]
    for node in model.graph.nodes where node.op.kind == .batchNorm {
      for (index, name) in node.parameters.enumerated() {
        guard let old = model.parameters[name] else { continue }
        let noise = Tensor.random(old.shape, seed: UInt64(node.id.index * 4 + index))
        // Scales and variances around 1, shifts and means around 0.
        changed[name] =
          index == 0 || index == 3 ? noise.map { 1 + 0.2 * tanhLike($0) } : noise * 0.2
      }
    }
    return try model.replacing(changed)
  }

  private func tanhLike(_ x: Float) -> Float { x / (1 + abs(x)) }

  @Test(
    "outputs stay, norms behind a layer of their own go",
    arguments: [
      ("resnet18", 0), ("resnet50", 0), ("densenet121", 62), ("small", 0), ("squeezenet1_0", 0),
    ])
  func architectures(_ name: String, _ left: Int) throws {
    let fresh = try Architecture.named(name).model(classes: ["a", "b", "c"], seed: 3)
    let model = try shaken(fresh)
    let folded = try model.foldingBatchNorm()
    let norms = folded.graph.nodes.filter { $0.op.kind == .batchNorm }
    #expect(norms.count == left, "\(norms.map(\.path))")
    let x = Tensor.random([1, 3, 96, 96], seed: 5)
    let before = try engine.forward(model, x).output
    let after = try engine.forward(folded, x).output
    #expect(after.relativeDifference(from: before) < 1e-4)
    #expect(model == (try shaken(fresh)))
  }

  @Test("a merged norm's path names its layer, with the norm's value")
  func paths() throws {
    let fresh = try Architecture.named("resnet18").model(classes: ["a", "b"], seed: 3)
    let model = try shaken(fresh)
    let folded = try model.foldingBatchNorm()
    let x = Tensor.random([1, 3, 64, 64], seed: 5)
    let before = try engine.forward(model, x, keeping: .paths(["bn1"])).value(at: "bn1")
    let after = try engine.forward(folded, x, keeping: .paths(["bn1"])).value(at: "bn1")
    #expect(after.relativeDifference(from: before) < 1e-5)
    #expect(folded.graph.nodes.contains { $0.path == "conv1" && $0.parameters.count == 2 })
  }

  @Test("a layer whose value or weights someone else needs keeps its norm apart")
  func shared() throws {
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      let conv = try scope.convolution("conv", x, 4, kernel: 1, bias: false)
      let norm = try scope.batchNorm("bn", conv)
      return try scope.add("add", .add, [conv, norm])
    }
    let model = try Model(
      graph: graph, parameters: graph.initialParameters(.torchDefault, seed: 1),
      card: ModelCard(
        name: "", architecture: "", input: InputCard(height: 8, width: 8), embeddingLayer: "add",
        camLayer: "add", licence: "", source: ""))
    #expect(try model.foldingBatchNorm() == model)
  }
}
