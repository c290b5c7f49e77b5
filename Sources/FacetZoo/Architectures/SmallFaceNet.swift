import FacetGraph

/// Facet's own small face network, about 100,000 parameters: four convolutions and two fully
/// connected layers, for 96x96 faces. Small enough to train in a minute on two cores, and with a
/// fully connected head, so that everything Facet does can be tried on it.
struct SmallFaceNet: Module {
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.module("features") { (scope) throws(GraphError) in
      var y = try block("block1", x, 16, kernel: 5, stride: 2, into: &scope)
      y = try block("block2", y, 32, into: &scope)
      y = try scope.maxPool("pool2", y, kernel: 2, stride: 2)
      y = try block("block3", y, 48, into: &scope)
      y = try scope.maxPool("pool3", y, kernel: 2, stride: 2)
      return try block("block4", y, 48, into: &scope)
    }
    y = try scope.maxPool("pool4", y, kernel: 2, stride: 2)
    y = try scope.flatten("flatten", y)
    y = try scope.dropout("dropout", y, 0.2)
    y = try scope.linear("embedding", y, inFeatures: 48 * 6 * 6, 32)
    y = try scope.relu("relu", y)
    return try scope.linear("classifier", y, classes)
  }

  private func block(
    _ name: String, _ x: NodeID, _ channels: Int, kernel: Int = 3, stride: Int = 1,
    into scope: inout Scope
  ) throws(GraphError) -> NodeID {
    try scope.module(name) { (scope) throws(GraphError) in
      var y = try scope.convolution(
        "conv", x, channels, kernel: kernel, stride: stride, padding: kernel / 2, bias: false)
      y = try scope.batchNorm("bn", y)
      return try scope.relu("relu", y)
    }
  }
}

extension Architecture {
  static let small = Architecture(
    name: "small",
    input: InputCard(
      height: 96, width: 96, mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25]),
    embeddingLayer: "embedding", camLayer: "features", head: "classifier",
    featureLayer: "flatten", initialisation: .heUniform,
    licence: "Apache-2.0", source: "Facet", body: { SmallFaceNet(classes: $0) })
}
