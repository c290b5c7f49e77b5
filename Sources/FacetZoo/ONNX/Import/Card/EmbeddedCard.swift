import FacetGraph
import Foundation

extension ONNXModel {
  /// The paths of modules that ``ONNXExporter`` put into the file, each with that of its last layer.
  var embeddedModules: [String: String] {
    guard let text = metadata[ONNXExporter.modulesKey] else { return [:] }
    return (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
  }

  /// The card that ``ONNXExporter`` put into the file, where it fits the graph that was read; a file is
  /// not trusted, so a card that names other layers or other channels counts as none.
  func embeddedCard(for graph: Graph) -> ModelCard? {
    guard let text = metadata[ONNXExporter.cardKey],
      let card = try? JSONDecoder().decode(ModelCard.self, from: Data(text.utf8))
    else { return nil }
    let input = card.input
    let channels = graph.inputChannels
    guard input.mean.count == channels, input.standardDeviation.count == channels,
      input.mean.allSatisfy(\.isFinite), input.standardDeviation.allSatisfy({ $0 > 0 }),
      input.scale > 0, input.scale.isFinite,
      (try? graph.node(at: card.embeddingLayer)) != nil,
      (try? graph.node(at: card.camLayer)) != nil
    else { return nil }
    return card
  }
}
