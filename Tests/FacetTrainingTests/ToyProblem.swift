import FacetGraph
import FacetTensor
import FacetTraining

/// Two classes of noisy images: one is bright on the left, one below. A small network separates
/// them.
enum ToyProblem {
  static func examples(_ count: Int, seed: UInt64) -> TrainingSet {
    var values: [Tensor] = []
    for index in 0..<count {
      var stream = RandomStream(seed: seed, index)
      var image = Tensor([3, 8, 8], (0..<192).map { _ in stream.normal() * 0.5 })
      for c in 0..<3 {
        for i in 0..<8 {
          for j in 0..<3 {
            if index % 2 == 0 { image[c, i, j] += 1 } else { image[c, 7 - j, i] += 1 }
          }
        }
      }
      values.append(image)
    }
    return TrainingSet(values: values, labels: (0..<count).map { $0 % 2 })
  }

  struct Net: Module {
    func emit(_ x: NodeID, into scope: inout Scope) throws(GraphError) -> NodeID {
      var y = try scope.convolution("conv", x, 6, kernel: 3, padding: 1, bias: false)
      y = try scope.relu("relu", try scope.batchNorm("bn", y))
      y = try scope.maxPool("pool", y, kernel: 2, stride: 2)
      y = try scope.dropout("drop", try scope.flatten("flatten", y), 0.2)
      return try scope.linear("fc", y, inFeatures: 6 * 4 * 4, 2)
    }
  }

  static func model(seed: UInt64 = 1, classes: [String] = ["left", "below"]) throws -> Model {
    let graph = try Scope.graph(Net())
    return try Model(
      graph: graph, parameters: graph.initialParameters(.heUniform, seed: seed),
      card: ModelCard(
        name: "toy", architecture: "toy", input: InputCard(height: 8, width: 8),
        classes: classes, embeddingLayer: "flatten", camLayer: "relu", licence: "none",
        source: "a test"))
  }
}
