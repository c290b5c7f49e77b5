import FacetGraph

/// SqueezeNet (Iandola et al. 2016, arXiv 1602.07360), as torchvision builds it: version 1.0 of the
/// paper, and the authors' 1.1 with a smaller first kernel and earlier pools, 2.4 times cheaper.
struct SqueezeNet: Module {
  /// The first convolution's outputs and kernel.
  let stem: (width: Int, kernel: Int)
  /// Squeeze and expand widths of the fire modules between two pools, after the first pool.
  let stages: [[(squeeze: Int, expand: Int)]]
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    let y = try scope.module("features") { (scope) throws(GraphError) in
      var y = try scope.convolution("0", x, stem.width, kernel: stem.kernel, stride: 2)
      y = try scope.relu("1", y)
      var index = 2
      for stage in stages {
        y = try scope.maxPool("\(index)", y, kernel: 3, stride: 2, ceilMode: true)
        index += 1
        for (squeeze, expand) in stage {
          y = try scope.module("\(index)", y, Fire(squeeze: squeeze, expand: expand))
          index += 1
        }
      }
      return y
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
  static let squeezeNet10 = squeezeNet("squeezenet1_0") {
    SqueezeNet(
      stem: (96, 7),
      stages: [
        [(16, 64), (16, 64), (32, 128)], [(32, 128), (48, 192), (48, 192), (64, 256)],
        [(64, 256)],
      ], classes: $0)
  }

  static let squeezeNet11 = squeezeNet("squeezenet1_1") {
    SqueezeNet(
      stem: (64, 3),
      stages: [
        [(16, 64), (16, 64)], [(32, 128), (32, 128)],
        [(48, 192), (48, 192), (64, 256), (64, 256)],
      ], classes: $0)
  }

  private static func squeezeNet(_ name: String, body: @escaping @Sendable (Int) -> SqueezeNet)
    -> Architecture
  {
    Architecture(
      name: name, input: .imageNet, embeddingLayer: "features", camLayer: "features",
      head: "classifier.1", featureLayer: "features", initialisation: .heUniformSmallHead,
      licence: .torchvisionLicence, source: "Iandola et al. 2016, arXiv 1602.07360", body: body)
  }
}
