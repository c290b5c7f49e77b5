import FacetGraph

/// The residual networks for images of 32x32 (He et al. 2015, section 4.2) as the weights of
/// akamaster/pytorch_resnet_cifar10 have them: shortcuts without weights, which take every second
/// pixel and fill the new channels with zeros (the paper's option A).
struct CIFARResNet: Module {
  let classes: Int
  /// Blocks of each of the three stages; the depth is `6 blocks + 2`.
  let blocks: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution("conv1", x, 16, kernel: 3, padding: 1, bias: false)
    y = try scope.batchNorm("bn1", y)
    y = try scope.relu("relu", y)
    for (index, width) in [16, 32, 64].enumerated() {
      y = try scope.module("layer\(index + 1)") { (scope) throws(GraphError) in
        var z = y
        for block in 0..<blocks {
          let stride = index > 0 && block == 0 ? 2 : 1
          z = try scope.module("\(block)", z, PaddedBlock(width: width, stride: stride))
        }
        return z
      }
    }
    y = try scope.adaptiveAveragePool("avgpool", y, 1)
    y = try scope.flatten("flatten", y)
    return try scope.linear("linear", y, classes)
  }
}

/// Two 3x3 convolutions and a shortcut that subsamples and pads with channels of zeros.
private struct PaddedBlock: Module {
  let width: Int
  let stride: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution(
      "conv1", x, width, kernel: 3, stride: stride, padding: 1, bias: false)
    y = try scope.batchNorm("bn1", y)
    y = try scope.relu("relu", y)
    y = try scope.convolution("conv2", y, width, kernel: 3, padding: 1, bias: false)
    y = try scope.batchNorm("bn2", y)
    var shortcut = x
    if stride != 1 {
      shortcut = try scope.module("shortcut") { (scope) throws(GraphError) in
        let rows = try scope.add("rows", .slice(Slicing(axis: 2, start: 0, end: nil, step: 2)), [x])
        let places = try scope.add(
          "columns", .slice(Slicing(axis: 3, start: 0, end: nil, step: 2)), [rows])
        let extra = [0, width / 4, 0, 0]
        return try scope.add(
          "pad", .pad(Padding(before: extra, after: extra, mode: .constant(0))), [places])
      }
    }
    y = try scope.add("add", .add, [y, shortcut])
    return try scope.relu("relu_1", y)
  }
}

extension Architecture {
  static let resNet20CIFAR = cifar(depth: 20)
  static let resNet56CIFAR = cifar(depth: 56)

  private static func cifar(depth: Int) -> Architecture {
    Architecture(
      name: "resnet\(depth)-cifar", input: InputCard(height: 32, width: 32),
      embeddingLayer: "avgpool", camLayer: "layer3", head: "linear", featureLayer: "avgpool",
      initialisation: .heFanOut, licence: "BSD-2-Clause (pytorch_resnet_cifar10)",
      source: "He et al. 2015, arXiv 1512.03385, section 4.2",
      body: { CIFARResNet(classes: $0, blocks: (depth - 2) / 6) })
  }
}
