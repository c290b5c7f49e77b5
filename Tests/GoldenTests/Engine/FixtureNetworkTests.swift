import FacetEngine
import FacetGraph
import FacetTensor
import FacetTestSupport
import FacetZoo
import Foundation
import Testing

/// Architectures without a golden folder against torchvision, by numbers in the project's own
/// fixtures; see Fixtures/architectures/recipe.py.
@Suite("Golden: architectures of the project's own fixture")
struct FixtureNetworkTests {
  struct Record: Decodable {
    let kind: String
    let floor: Double
    let values: [Float]
  }

  @Test(
    "output, or the means of the last pool",
    arguments: [
      "squeezenet1_1", "resnet34", "resnet50", "vgg11", "vgg13", "vgg16", "vgg19", "reference",
    ])
  func network(_ name: String) throws {
    let file = URL(fileURLWithPath: SharedData.fixture("architectures/values.json"))
    let records = try JSONDecoder().decode([String: Record].self, from: Data(contentsOf: file))
    let record = try #require(records[name])
    let architecture = try Architecture.named(name)
    var graph = try architecture.graph(classes: 10)
    if record.kind == "avgpool" { graph = try graph.upTo("avgpool") }
    let output = graph[graph.output].path
    let shapes = graph.parameterShapes.map { ($0.name, $0.shape) }
    let model = try Model(
      graph: graph,
      parameters: GoldenWeights.tensors(Dictionary(uniqueKeysWithValues: shapes), seed: 0),
      card: ModelCard(
        name: name, architecture: name, input: architecture.input, embeddingLayer: output,
        camLayer: output, licence: "", source: ""))
    let size = name == "reference" ? Extent(256) : Extent(64, 80)
    let images = GoldenWeights.standard("images", [2, 3, size.height, size.width])
    var value = try Engine().forward(model, images).output
    if record.kind == "avgpool" {
      let means = (0..<2).flatMap { image in
        (0..<value.shape[1]).map { Float(value.slice(image).slice($0).mean) }
      }
      value = Tensor([2, value.shape[1]], means)
    }
    let expected = Tensor(value.shape, record.values)
    let difference = value.relativeDifference(from: expected)
    #expect(difference <= 1e-5 + 3 * Float(record.floor), "\(name): \(difference)")
  }
}

extension Graph {
  /// The part up to a layer, which becomes the output.
  fileprivate func upTo(_ path: LayerPath) throws(GraphError) -> Graph {
    let last = try node(at: path).id
    return try Graph(
      nodes: Array(nodes[...last.index]), output: last,
      modules: modules.filter { $0.value.index <= last.index })
  }
}
