import FacetGraph
import FacetTensor

/// A network design: its graph for any number of classes, and its card.
public struct Architecture: Sendable {
  /// The name users give: torchvision's where it has one.
  public let name: String
  public let input: InputCard
  public let embeddingLayer: LayerPath
  public let camLayer: LayerPath
  /// The layer whose outputs are the classes; it is replaced for another set of classes.
  public let head: LayerPath
  /// The layer whose value feature extraction keeps: everything above it is trained.
  public let featureLayer: LayerPath
  public let initialisation: Initialisation
  public let licence: String
  public let source: String
  let adaptation: WeightAdaptation
  private let body: @Sendable (Int) -> any Module

  init(
    name: String, input: InputCard, embeddingLayer: LayerPath, camLayer: LayerPath,
    head: LayerPath, featureLayer: LayerPath, initialisation: Initialisation, licence: String,
    source: String, adaptation: WeightAdaptation = WeightAdaptation(),
    body: @escaping @Sendable (_ classes: Int) -> any Module
  ) {
    self.name = name
    self.input = input
    self.embeddingLayer = embeddingLayer
    self.camLayer = camLayer
    self.head = head
    self.featureLayer = featureLayer
    self.initialisation = initialisation
    self.licence = licence
    self.source = source
    self.adaptation = adaptation
    self.body = body
  }

  /// Every design Facet can build.
  public static let all: [Architecture] = [
    small, reference, alexNet, alexNetConvolutional, vgg11, vgg13, vgg16, vgg19, squeezeNet10,
    squeezeNet11, resNet18, resNet34, resNet50, denseNet121, resNet20CIFAR, resNet56CIFAR,
  ]

  /// The design a user named.
  public static func named(_ name: String) throws(ZooError) -> Architecture {
    if let found = all.first(where: { $0.name == name }) { return found }
    let known = all.map(\.name)
    throw .unknownArchitecture(
      name, suggestion: Suggestion.nearest(to: name, among: known), known: known)
  }

  /// The graph with `classes` outputs.
  public func graph(classes: Int) throws(GraphError) -> Graph {
    let module = body(classes)
    return try Scope.graph { (scope, x) throws(GraphError) in try module.emit(x, into: &scope) }
  }

  /// The card of a model of this design.
  public func card(classes: [String], name: String? = nil) -> ModelCard {
    ModelCard(
      name: name ?? self.name, architecture: self.name, input: input, classes: classes,
      embeddingLayer: embeddingLayer, camLayer: camLayer, licence: licence, source: source)
  }

  /// A model with fresh parameters.
  public func model(classes: [String], seed: UInt64) throws(GraphError) -> Model {
    let graph = try graph(classes: classes.count)
    return try Model(
      graph: graph, parameters: graph.initialParameters(initialisation, seed: seed),
      card: card(classes: classes))
  }
}

extension InputCard {
  /// What torchvision's ImageNet weights were measured with: the shorter side at 256 pixels, the
  /// centre 224x224, ImageNet's mean and deviation.
  static let imageNet = InputCard(height: 224, width: 224, resize: .shorterSide(256))
}

extension String {
  /// Of the code that the designs follow.
  static let torchvisionLicence = "BSD-3-Clause (torchvision)"
}
