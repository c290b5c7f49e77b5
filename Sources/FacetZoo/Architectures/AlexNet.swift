import FacetGraph

/// AlexNet as torchvision builds it: the one-column network of Krizhevsky 2014 (arXiv 1404.5997),
/// without local response normalisation.
struct AlexNet: Module {
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.module("features", x, AlexNetFeatures())
    y = try scope.adaptiveAveragePool("avgpool", y, 6)
    y = try scope.flatten("flatten", y)
    return try scope.module("classifier") { (scope) throws(GraphError) in
      y = try scope.dropout("0", y, 0.5)
      y = try scope.linear("1", y, inFeatures: 256 * 6 * 6, 4096)
      y = try scope.relu("2", y)
      y = try scope.dropout("3", y, 0.5)
      y = try scope.linear("4", y, 4096)
      y = try scope.relu("5", y)
      return try scope.linear("6", y, classes)
    }
  }
}

/// AlexNet with its three fully connected layers as convolutions of 6x6, 1x1 and 1x1. At 224x224
/// pixels its scores are AlexNet's logits; a larger photo gives a map of scores, one for every 32
/// pixels, and its mean is the answer.
///
/// Rastgoo and Kiani 2019 fine-tune AlexNet "by converting one or two fully connected layers to
/// convolutional layers" for faces; which layers, and with which filters, their abstract doesn't say.
/// All three, with the kernels that keep the function (Sermanet et al. 2014, section 3.5), is our
/// reading. The pool before the first of them goes, as it would shrink every map to one window.
struct ConvolutionalAlexNet: Module {
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.module("features", x, AlexNetFeatures())
    y = try scope.module("classifier") { (scope) throws(GraphError) in
      y = try scope.dropout("0", y, 0.5)
      y = try scope.convolution("1", y, 4096, kernel: 6)
      y = try scope.relu("2", y)
      y = try scope.dropout("3", y, 0.5)
      y = try scope.convolution("4", y, 4096, kernel: 1)
      y = try scope.relu("5", y)
      return try scope.convolution("6", y, classes, kernel: 1)
    }
    y = try scope.adaptiveAveragePool("avgpool", y, 1)
    return try scope.flatten("flatten", y)
  }
}

/// The five convolutions.
private struct AlexNetFeatures: Module {
  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution("0", x, 64, kernel: 11, stride: 4, padding: 2)
    y = try scope.relu("1", y)
    y = try scope.maxPool("2", y, kernel: 3, stride: 2)
    y = try scope.convolution("3", y, 192, kernel: 5, padding: 2)
    y = try scope.relu("4", y)
    y = try scope.maxPool("5", y, kernel: 3, stride: 2)
    for (index, width) in [384, 256, 256].enumerated() {
      y = try scope.convolution("\(6 + 2 * index)", y, width, kernel: 3, padding: 1)
      y = try scope.relu("\(7 + 2 * index)", y)
    }
    return try scope.maxPool("12", y, kernel: 3, stride: 2)
  }
}

extension Architecture {
  static let alexNet = alexNet(
    "alexnet", source: "Krizhevsky 2014, arXiv 1404.5997; Krizhevsky et al. 2012"
  ) { AlexNet(classes: $0) }

  static let alexNetConvolutional = alexNet(
    "alexnet-fconv", source: "Rastgoo and Kiani 2019; Krizhevsky 2014, arXiv 1404.5997"
  ) { ConvolutionalAlexNet(classes: $0) }

  /// Each takes the other's weights.
  private static func alexNet(
    _ name: String, source: String, body: @escaping @Sendable (Int) -> any Module
  ) -> Architecture {
    Architecture(
      name: name, input: .imageNet, embeddingLayer: "classifier.5", camLayer: "features.11",
      head: "classifier.6", featureLayer: "classifier.5", initialisation: .torchDefault,
      licence: .torchvisionLicence, source: source,
      adaptation: WeightAdaptation(reshapesDenseLayers: true), body: body)
  }
}
