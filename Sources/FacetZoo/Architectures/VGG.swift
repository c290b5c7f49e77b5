import FacetGraph

/// The networks of Simonyan and Zisserman 2014 (arXiv 1409.1556) as torchvision builds them, without
/// batch norm: stages of 3x3 convolutions, each ended by a max pool, and three fully connected layers.
package struct VGG: Module {
  /// The widths of the convolutions, stage by stage.
  let stages: [[Int]]
  /// The width of the two hidden fully connected layers.
  let hidden: Int
  let classes: Int

  package init(stages: [[Int]], hidden: Int = 4096, classes: Int) {
    self.stages = stages
    self.hidden = hidden
    self.classes = classes
  }

  package func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.module("features") { (scope) throws(GraphError) in
      var y = x
      var index = 0
      for stage in stages {
        for width in stage {
          y = try scope.convolution("\(index)", y, width, kernel: 3, padding: 1)
          y = try scope.relu("\(index + 1)", y)
          index += 2
        }
        y = try scope.maxPool("\(index)", y, kernel: 2, stride: 2)
        index += 1
      }
      return y
    }
    let channels = scope.channels(y) ?? 0
    y = try scope.adaptiveAveragePool("avgpool", y, 7)
    y = try scope.flatten("flatten", y)
    return try scope.module("classifier") { (scope) throws(GraphError) in
      y = try scope.linear("0", y, inFeatures: channels * 7 * 7, hidden)
      y = try scope.relu("1", y)
      y = try scope.dropout("2", y, 0.5)
      y = try scope.linear("3", y, hidden)
      y = try scope.relu("4", y)
      y = try scope.dropout("5", y, 0.5)
      return try scope.linear("6", y, classes)
    }
  }
}

extension Architecture {
  static let vgg11 = vgg("vgg11", convolutions: [1, 1, 2, 2, 2])
  static let vgg13 = vgg("vgg13", convolutions: [2, 2, 2, 2, 2])
  static let vgg16 = vgg("vgg16", convolutions: [2, 2, 3, 3, 3])
  static let vgg19 = vgg("vgg19", convolutions: [2, 2, 4, 4, 4])

  private static func vgg(_ name: String, convolutions: [Int]) -> Architecture {
    let stages = zip([64, 128, 256, 512, 512], convolutions).map {
      [Int](repeating: $0, count: $1)
    }
    // Two layers for each convolution and one for each pool; the last rectified map is before the
    // last pool.
    let last = 2 * convolutions.reduce(0, +) + convolutions.count - 1
    return Architecture(
      name: name, input: .imageNet, embeddingLayer: "classifier.4",
      camLayer: LayerPath("features.\(last - 1)"), head: "classifier.6",
      featureLayer: "classifier.4", initialisation: .heFanOutSmallLinear,
      licence: .torchvisionLicence, source: "Simonyan and Zisserman 2014, arXiv 1409.1556",
      body: { VGG(stages: stages, classes: $0) })
  }
}
