import FacetGraph

/// SqueezeNet 1.0 (Iandola et al. 2016, arXiv 1602.07360), as torchvision builds it.
struct SqueezeNet10: Module {
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    let y = try scope.module("features") { (scope) throws(GraphError) in
      var y = try scope.convolution("0", x, 96, kernel: 7, stride: 2)
      y = try scope.relu("1", y)
      y = try scope.maxPool("2", y, kernel: 3, stride: 2, ceilMode: true)
      y = try scope.module("3", y, Fire(squeeze: 16, expand: 64))
      y = try scope.module("4", y, Fire(squeeze: 16, expand: 64))
      y = try scope.module("5", y, Fire(squeeze: 32, expand: 128))
      y = try scope.maxPool("6", y, kernel: 3, stride: 2, ceilMode: true)
      y = try scope.module("7", y, Fire(squeeze: 32, expand: 128))
      y = try scope.module("8", y, Fire(squeeze: 48, expand: 192))
      y = try scope.module("9", y, Fire(squeeze: 48, expand: 192))
      y = try scope.module("10", y, Fire(squeeze: 64, expand: 256))
      y = try scope.maxPool("11", y, kernel: 3, stride: 2, ceilMode: true)
      return try scope.module("12", y, Fire(squeeze: 64, expand: 256))
    }
    let scores = try scope.module("classifier") { (scope) throws(GraphError) in
      var y = try scope.dropout("0", y, 0.5)
      y = try scope.convolution("1", y, classes, kernel: 1)
      y = try scope.relu("2", y)
      return try scope.adaptiveAveragePool("3", y, 1)
    }
    return try scope.flatten("flatten", scores)
  }
}

/// A squeeze to few channels, then 1x1 and 3x3 convolutions side by side.
struct Fire: Module {
  let squeeze: Int
  let expand: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution("squeeze", x, squeeze, kernel: 1)
    y = try scope.relu("squeeze_activation", y)
    var one = try scope.convolution("expand1x1", y, expand, kernel: 1)
    one = try scope.relu("expand1x1_activation", one)
    var three = try scope.convolution("expand3x3", y, expand, kernel: 3, padding: 1)
    three = try scope.relu("expand3x3_activation", three)
    return try scope.add("cat", .concat, [one, three])
  }
}

extension Architecture {
  static let squeezeNet10 = Architecture(
    name: "squeezenet1_0",
    input: InputCard(height: 224, width: 224, resize: .shorterSide(256)),
    embeddingLayer: "features", camLayer: "features", head: "classifier.1",
    featureLayer: "features", initialisation: .heUniform, licence: "BSD-3-Clause (torchvision)",
    source: "Iandola et al. 2016, arXiv 1602.07360", body: { SqueezeNet10(classes: $0) })
}
