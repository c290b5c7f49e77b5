import FacetGraph
import FacetTensor

/// A network with every structural feature: a shortcut, a join, pools, modules, a dense head.
struct BranchedNet: Module {
  func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
    var y = try scope.module("stem") { (scope) throws(GraphError) in
      let y = try scope.convolution("conv", x, 4, kernel: 3, padding: 1)
      return try scope.relu("relu", try scope.batchNorm("bn", y))
    }
    let wide = try scope.convolution("wide", y, 4, kernel: 3, padding: 1)
    y = try scope.add("add", .add, [y, wide])
    y = try scope.add("cat", .concat, [y, try scope.convolution("narrow", y, 2, kernel: 1)])
    y = try scope.maxPool("pool", y, kernel: 2, stride: 2)
    y = try scope.flatten("flatten", try scope.adaptiveAveragePool("adapt", y, 2))
    y = try scope.dropout("drop", y, 0.5)
    return try scope.linear("fc", y, 3)
  }
}

extension ModelCard {
  /// A card whose embedding and CAM layers are `layer`.
  static func test(_ layer: LayerPath, size: Int = 8, classes: Int = 0) -> ModelCard {
    ModelCard(
      name: "test", architecture: "test", input: InputCard(height: size, width: size),
      classes: (0..<classes).map { "class \($0)" }, embeddingLayer: layer, camLayer: layer,
      licence: "none", source: "a test")
  }
}

extension Graph {
  /// A model of this graph with fresh parameters.
  func testModel(_ card: ModelCard, seed: UInt64 = 0) throws -> Model {
    try Model(graph: self, parameters: initialParameters(.torchDefault, seed: seed), card: card)
  }
}
