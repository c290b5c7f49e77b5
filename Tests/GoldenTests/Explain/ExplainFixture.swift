import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Testing

/// The network, images and reference tensors of Fixtures/explain/recipe.py.
struct ExplainFixture {
  let tensors: [String: Tensor]
  let model: Model
  let images: Tensor
  let targets: [Int]

  init() throws {
    tensors = try SafeTensors(contentsOf: SharedData.fixture("explain/explain.safetensors")).tensors
    let graph = try Scope.graph { (scope, x) throws(GraphError) in
      var h = try scope.convolution("conv1", x, 8, kernel: 3, padding: 1, bias: false)
      h = try scope.relu("relu1", try scope.batchNorm("bn1", h))
      h = try scope.maxPool("pool1", h, kernel: 3, stride: 2)
      let c = try scope.convolution("conv2", h, 8, kernel: 3, padding: 1)
      h = try scope.relu("relu2", try scope.add("add", .add, [c, h]))
      let a = try scope.relu("relu_a", try scope.convolution("a", h, 6, kernel: 1))
      let b = try scope.relu("relu_b", try scope.convolution("b", h, 6, kernel: 3, padding: 1))
      h = try scope.add("cat", .concat, [a, b])
      let mean = try scope.adaptiveAveragePool("gap", h, 1)
      let means = try scope.add("grid", .adaptiveAveragePool(height: 2, width: 3), [h])
      h = try scope.linear("fc1", try scope.flatten("flatten", means), inFeatures: 72, 10)
      h = try scope.linear("fc2", try scope.relu("relu3", h), 5)
      let g = try scope.linear("fc_gap", try scope.flatten("gap_flatten", mean), 5)
      return try scope.add("logits", .add, [h, g])
    }
    var parameters: [String: Tensor] = [:]
    for (name, _, _) in graph.parameterShapes {
      parameters[name] = tensors["w." + name]
    }
    model = try Model(
      graph: graph, parameters: parameters,
      card: ModelCard(
        name: "fixture", architecture: "fixture", input: InputCard(height: 21, width: 26),
        embeddingLayer: "fc1", camLayer: "cat", licence: "", source: ""))
    images = try #require(tensors["input"])
    targets = try #require(tensors["target"]).scalars.map { Int($0) }
  }
}
