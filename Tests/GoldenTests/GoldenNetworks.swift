import FacetGraph
import FacetTensor
import FacetZoo
import Synchronization
import Testing

/// The golden folders that hold whole networks.
enum GoldenNetworks {
  /// Those that are there.
  static let names = ["alexnet", "vgg_mini", "squeezenet1_0", "resnet18", "densenet121"]
    .filter(Golden.isThere)

  private static let models = Mutex<[String: Model]>([:])

  /// A folder's network with its weights, made once: AlexNet has 57 million.
  static func model(_ name: String, _ golden: Golden) throws -> Model {
    try models.withLock { models in
      if let model = models[name] { return model }
      let model = try make(name, golden)
      models[name] = model
      return model
    }
  }

  private static func make(_ name: String, _ golden: Golden) throws -> Model {
    let weights = try golden.weights()
    switch name {
    case "toy":
      return try Model(
        graph: Scope.graph(ToyNet()), parameters: weights, card: card("toy", 39, 44, cam: "cat"))
    case "vgg_mini":
      let stages = [[16, 16], [32, 32], [64, 64, 64], [128, 128, 128], [128, 128, 128]]
      return try Model(
        graph: Scope.graph(VGG(stages: stages, hidden: 256, classes: 10)), parameters: weights,
        card: card("vgg_mini", 128, 144, cam: "features"))
    default:
      let architecture = try Architecture.named(name)
      let graph = try architecture.graph(classes: 10)
      #expect(graph.parameterShapes.count == weights.count)
      return try Model(graph: graph, parameters: weights, card: architecture.card(classes: []))
    }
  }

  private static func card(_ name: String, _ height: Int, _ width: Int, cam: LayerPath)
    -> ModelCard
  {
    ModelCard(
      name: name, architecture: name, input: InputCard(height: height, width: width),
      embeddingLayer: cam, camLayer: cam, licence: "", source: "")
  }
}
