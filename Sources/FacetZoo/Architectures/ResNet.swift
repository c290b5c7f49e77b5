import FacetGraph

/// ResNet-18 (He et al. 2015, arXiv 1512.03385), as torchvision builds it.
struct ResNet18: Module {
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution(
      "conv1", x, 64, kernel: 7, stride: 2, padding: 3, bias: false)
    y = try scope.batchNorm("bn1", y)
    y = try scope.relu("relu", y)
    y = try scope.maxPool("maxpool", y, kernel: 3, stride: 2, padding: 1)
    for (index, width) in [64, 128, 256, 512].enumerated() {
      y = try scope.module("layer\(index + 1)") { (scope) throws(GraphError) in
        let first = try scope.module("0", y, BasicBlock(width: width, stride: index == 0 ? 1 : 2))
        return try scope.module("1", first, BasicBlock(width: width, stride: 1))
      }
    }
    y = try scope.adaptiveAveragePool("avgpool", y, 1)
    y = try scope.flatten("flatten", y)
    return try scope.linear("fc", y, classes)
  }
}

/// Two 3x3 convolutions and a shortcut around them.
struct BasicBlock: Module {
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
    if stride != 1 || scope.channels(x) != width {
      shortcut = try scope.module("downsample") { (scope) throws(GraphError) in
        let z = try scope.convolution("0", x, width, kernel: 1, stride: stride, bias: false)
        return try scope.batchNorm("1", z)
      }
    }
    y = try scope.add("add", .add, [y, shortcut])
    return try scope.relu("relu_1", y)
  }
}

extension Architecture {
  static let resNet18 = Architecture(
    name: "resnet18",
    input: InputCard(height: 224, width: 224, resize: .shorterSide(256)),
    embeddingLayer: "avgpool", camLayer: "layer4", head: "fc", featureLayer: "avgpool",
    initialisation: .heFanOut, licence: "BSD-3-Clause (torchvision)",
    source: "He et al. 2015, arXiv 1512.03385", body: { ResNet18(classes: $0) })
}
