import FacetGraph

/// Residual networks (He et al. 2015, arXiv 1512.03385), as torchvision builds them: the stride of a
/// bottleneck is in its 3x3 convolution.
struct ResNet: Module {
  /// What a stage is made of.
  enum Block: Sendable {
    case basic
    case bottleneck
  }

  let block: Block
  /// The number of blocks in each of the four stages.
  let blocks: [Int]
  let classes: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution(
      "conv1", x, 64, kernel: 7, stride: 2, padding: 3, bias: false)
    y = try scope.batchNorm("bn1", y)
    y = try scope.relu("relu", y)
    y = try scope.maxPool("maxpool", y, kernel: 3, stride: 2, padding: 1)
    for (stage, count) in blocks.enumerated() {
      y = try scope.module("layer\(stage + 1)") { (scope) throws(GraphError) in
        var z = y
        for index in 0..<count {
          let (width, stride) = (64 << stage, index == 0 && stage > 0 ? 2 : 1)
          switch block {
          case .basic:
            z = try scope.module("\(index)", z, BasicBlock(width: width, stride: stride))
          case .bottleneck:
            z = try scope.module("\(index)", z, Bottleneck(width: width, stride: stride))
          }
        }
        return z
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
    y = try scope.add("add", .add, [y, try scope.shortcut(x, width, stride: stride)])
    return try scope.relu("relu_1", y)
  }
}

/// A 1x1 convolution to `width` channels, a 3x3 one, a 1x1 one to four times as many, and a shortcut.
struct Bottleneck: Module {
  let width: Int
  let stride: Int

  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.convolution("conv1", x, width, kernel: 1, bias: false)
    y = try scope.batchNorm("bn1", y)
    y = try scope.relu("relu", y)
    y = try scope.convolution(
      "conv2", y, width, kernel: 3, stride: stride, padding: 1, bias: false)
    y = try scope.batchNorm("bn2", y)
    y = try scope.relu("relu_1", y)
    y = try scope.convolution("conv3", y, 4 * width, kernel: 1, bias: false)
    y = try scope.batchNorm("bn3", y)
    y = try scope.add("add", .add, [y, try scope.shortcut(x, 4 * width, stride: stride)])
    return try scope.relu("relu_2", y)
  }
}

extension Scope {
  /// The value itself, or where the block changes its shape, a 1x1 convolution of it.
  fileprivate mutating func shortcut(_ x: NodeID, _ width: Int, stride: Int) throws(GraphError)
    -> NodeID
  {
    guard stride != 1 || channels(x) != width else { return x }
    return try module("downsample") { (scope) throws(GraphError) in
      let y = try scope.convolution("0", x, width, kernel: 1, stride: stride, bias: false)
      return try scope.batchNorm("1", y)
    }
  }
}

extension Architecture {
  static let resNet18 = resNet("resnet18", .basic, [2, 2, 2, 2])
  static let resNet34 = resNet("resnet34", .basic, [3, 4, 6, 3])
  static let resNet50 = resNet("resnet50", .bottleneck, [3, 4, 6, 3])

  private static func resNet(_ name: String, _ block: ResNet.Block, _ blocks: [Int])
    -> Architecture
  {
    Architecture(
      name: name, input: .imageNet, embeddingLayer: "avgpool", camLayer: "layer4", head: "fc",
      featureLayer: "avgpool", initialisation: .heFanOut, licence: .torchvisionLicence,
      source: "He et al. 2015, arXiv 1512.03385",
      body: { ResNet(block: block, blocks: blocks, classes: $0) })
  }
}
