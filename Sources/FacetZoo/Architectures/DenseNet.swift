import FacetGraph

/// DenseNet-121 (Huang et al. 2017, arXiv 1608.06993), as torchvision builds it. Paths are torch.fx's,
/// so the ReLU and the pool after `features`, which torchvision calls as functions, are `relu` and
/// `adaptive_avg_pool2d`.
struct DenseNet: Module {
  /// The number of layers in each of the four blocks.
  let blocks: [Int]
  /// The channels that a layer adds.
  let growth: Int
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.module("features") { (scope) throws(GraphError) in
      var y = try scope.convolution(
        "conv0", x, 2 * growth, kernel: 7, stride: 2, padding: 3, bias: false)
      y = try scope.batchNorm("norm0", y)
      y = try scope.relu("relu0", y)
      y = try scope.maxPool("pool0", y, kernel: 3, stride: 2, padding: 1)
      for (index, count) in blocks.enumerated() {
        y = try scope.module(
          "denseblock\(index + 1)", y, DenseBlock(layers: count, growth: growth))
        if index + 1 < blocks.count {
          y = try scope.module("transition\(index + 1)", y, Transition())
        }
      }
      return try scope.batchNorm("norm5", y)
    }
    y = try scope.relu("relu", y)
    y = try scope.adaptiveAveragePool("adaptive_avg_pool2d", y, 1)
    y = try scope.flatten("flatten", y)
    return try scope.linear("classifier", y, classes)
  }
}

/// Layers that each take all values before them and add some channels.
struct DenseBlock: Module {
  let layers: Int
  let growth: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var values = [x]
    for index in 1...layers {
      let new = try scope.module("denselayer\(index)") { (scope) throws(GraphError) in
        var y = try scope.add("cat", .concat, values)
        for (step, width, kernel) in [(1, 4 * growth, 1), (2, growth, 3)] {
          y = try scope.batchNorm("norm\(step)", y)
          y = try scope.relu("relu\(step)", y)
          y = try scope.convolution(
            "conv\(step)", y, width, kernel: kernel, padding: kernel / 2, bias: false)
        }
        return y
      }
      values.append(new)
    }
    return try scope.add("cat", .concat, values)
  }
}

/// Half the channels on a quarter of the places.
struct Transition: Module {
  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.batchNorm("norm", x)
    y = try scope.relu("relu", y)
    y = try scope.convolution("conv", y, (scope.channels(x) ?? 0) / 2, kernel: 1, bias: false)
    return try scope.averagePool("pool", y, kernel: 2, stride: 2)
  }
}

extension Architecture {
  /// Grad-CAM looks at the rectified features: there it is Zhou et al.'s class activation map, and
  /// its mean is the logit without its bias.
  static let denseNet121 = Architecture(
    name: "densenet121", input: .imageNet, embeddingLayer: "adaptive_avg_pool2d",
    camLayer: "relu", head: "classifier", featureLayer: "adaptive_avg_pool2d",
    initialisation: .heFanIn, licence: .torchvisionLicence,
    source: "Huang et al. 2017, arXiv 1608.06993",
    adaptation: WeightAdaptation(renaming: olderDenseLayerName),
    body: { DenseNet(blocks: [6, 12, 24, 16], growth: 32, classes: $0) })

  /// Published files date from when module names could hold dots: `denselayer1.norm.1.weight` is
  /// `denselayer1.norm1.weight` today.
  @Sendable private static func olderDenseLayerName(_ name: String) -> String? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, parts[2].hasPrefix("denselayer"), ["norm", "conv"].contains(parts[3]),
      ["1", "2"].contains(parts[4])
    else { return nil }
    parts[3] += parts.remove(at: 4)
    return parts.joined(separator: ".")
  }
}
