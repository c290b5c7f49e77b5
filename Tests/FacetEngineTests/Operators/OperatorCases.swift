import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// One operator at an awkward size.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  let name: String
  let op: Op
  /// `[N, C, H, W]`, or `[N, F]` for operators on vectors.
  let input: Shape

  var testDescription: String { name }

  /// Whether it is a convolution whose groups share blocks of 16 channels.
  var hasNarrowGroups: Bool {
    let (inputs, outputs, groups) =
      switch op {
      case .convolution(let c): (c.inChannels, c.outChannels, c.groups)
      case .transposedConvolution(let c): (c.inChannels, c.outChannels, c.groups)
      default: (0, 0, 1)
      }
    let isDepthwise = groups == inputs && groups == outputs
    return groups > 1 && !isDepthwise && (inputs / groups % 16 != 0 || outputs / groups % 16 != 0)
  }

  /// The operator alone in a network; vectors come in as images of 1x1.
  func model() throws -> Model {
    let isVector = input.rank == 2
    let graph = try Scope.graph(channels: input[1]) { (scope, x) throws(GraphError) in
      try scope.add("op", op, [isVector ? try scope.flatten("flatten", x) : x])
    }
    var parameters: [String: Tensor] = [:]
    for (index, (role, shape)) in op.parameterShapes.enumerated() {
      let drawn = Tensor.random(shape, seed: UInt64(50 + index))
      parameters["op.\(role)"] = role == "running_var" ? drawn.map { 0.5 + $0 * $0 } : drawn
    }
    return try Model(graph: graph, parameters: parameters, card: .test("op"))
  }

  var images: Shape { input.rank == 2 ? [input[0], input[1], 1, 1] : input }

  /// Numbers that are pairwise and from zero at least 0.02 apart (in small inputs), so that no kink
  /// of a maximum or a ReLU lies within a small step.
  func separatedImages(seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, 0x5E9)
    let count = images.count
    let order = Array(0..<count).shuffled(using: &stream)
    let gap = min(0.04, 10 / Float(count))
    return Tensor(images, order.map { gap * (Float($0) - Float(count / 2) + 0.5) })
  }

  private static func convolution(
    _ name: String, _ inChannels: Int, _ outChannels: Int, _ kernel: Extent,
    stride: Extent = Extent(1), padding: Extent = Extent(0), dilation: Extent = Extent(1),
    groups: Int = 1, bias: Bool = true, _ input: Shape
  ) -> OperatorCase {
    OperatorCase(
      name: name,
      op: .convolution(
        Convolution(
          inChannels, outChannels, kernel: kernel, stride: stride, padding: padding,
          dilation: dilation, groups: groups, bias: bias)), input: input)
  }

  private static func pool(
    _ kernel: Int, _ stride: Int, _ padding: Int = 0, ceil: Bool = false
  ) -> Pooling {
    Pooling(
      kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding), ceilMode: ceil)
  }

  static let all: [OperatorCase] = plain + padded

  private static let plain: [OperatorCase] = [
    convolution("convolution 3x3", 3, 5, Extent(3), [2, 3, 7, 9]),
    convolution("convolution 1x1", 5, 3, Extent(1), [3, 5, 5, 3]),
    convolution("convolution 1x1, stride 2", 4, 6, Extent(1), stride: Extent(2), [2, 4, 7, 5]),
    convolution(
      "convolution 5x5, stride 2, padded", 3, 4, Extent(5), stride: Extent(2), padding: Extent(2),
      bias: false, [2, 3, 11, 8]),
    convolution(
      "convolution, unequal extents", 2, 3, Extent(2, 5), stride: Extent(3, 2),
      padding: Extent(1, 4), dilation: Extent(2, 1), [1, 2, 9, 7]),
    convolution(
      "convolution, dilated", 2, 4, Extent(3), padding: Extent(2), dilation: Extent(2),
      [1, 2, 6, 7]),
    convolution(
      "convolution, groups", 6, 4, Extent(3), padding: Extent(1), groups: 2, [2, 6, 5, 5]),
    convolution(
      "convolution, depthwise", 5, 5, Extent(3), stride: Extent(2), padding: Extent(1), groups: 5,
      bias: false, [1, 5, 7, 7]),
    convolution("convolution of one pixel", 7, 11, Extent(1), [2, 7, 1, 1]),
    convolution(
      "convolution, padded past the input", 1, 2, Extent(2), padding: Extent(3), [1, 1, 1, 2]),
    convolution(
      "convolution, stride over the kernel", 2, 3, Extent(2), stride: Extent(4), [1, 2, 11, 10]),
    convolution(
      "convolution, several strips", 8, 6, Extent(5), padding: Extent(2), [1, 8, 29, 31]),
    OperatorCase(
      name: "linear", op: .linear(inFeatures: 13, outFeatures: 7, bias: true), input: [3, 13]),
    OperatorCase(
      name: "linear, no bias", op: .linear(inFeatures: 300, outFeatures: 270, bias: false),
      input: [1, 300]),
    OperatorCase(
      name: "batch norm", op: .batchNorm(channels: 5, epsilon: 1e-3, momentum: 0.1),
      input: [3, 5, 5, 7]),
    OperatorCase(
      name: "batch norm of vectors", op: .batchNorm(channels: 6, epsilon: 1e-5, momentum: 0.1),
      input: [4, 6]),
    OperatorCase(name: "ReLU", op: .relu, input: [2, 3, 5, 7]),
    OperatorCase(name: "PReLU", op: .prelu(channels: 3), input: [2, 3, 5, 7]),
    OperatorCase(name: "PReLU of vectors", op: .prelu(channels: 9), input: [2, 9]),
    OperatorCase(name: "max pool", op: .maxPool(pool(2, 2)), input: [2, 3, 7, 6]),
    OperatorCase(
      name: "max pool, overlapping, padded", op: .maxPool(pool(3, 2, 1)), input: [2, 2, 7, 8]),
    OperatorCase(
      name: "max pool, ceil", op: .maxPool(pool(3, 2, 0, ceil: true)), input: [1, 3, 8, 6]),
    OperatorCase(
      name: "max pool, ceil, padded", op: .maxPool(pool(2, 2, 1, ceil: true)), input: [1, 2, 7, 4]),
    OperatorCase(
      name: "average pool", op: .averagePool(pool(3, 1, 1), countsPadding: true),
      input: [2, 3, 5, 7]),
    OperatorCase(
      name: "average pool, padding not counted",
      op: .averagePool(pool(3, 2, 1), countsPadding: false), input: [2, 3, 6, 7]),
    OperatorCase(
      name: "average pool, ceil", op: .averagePool(pool(3, 2, 1, ceil: true), countsPadding: true),
      input: [1, 2, 8, 5]),
    OperatorCase(
      name: "average pool, ceil, padding not counted",
      op: .averagePool(pool(3, 2, 0, ceil: true), countsPadding: false), input: [1, 2, 6, 8]),
    OperatorCase(
      name: "adaptive pool, smaller", op: .adaptiveAveragePool(height: 3, width: 2),
      input: [2, 3, 7, 5]),
    OperatorCase(
      name: "adaptive pool, larger", op: .adaptiveAveragePool(height: 6, width: 7),
      input: [1, 2, 4, 3]),
    OperatorCase(
      name: "global pool", op: .adaptiveAveragePool(height: 1, width: 1), input: [2, 3, 5, 7]),
    OperatorCase(
      name: "LRN", op: .localResponseNorm(size: 5, alpha: 0.9, beta: 0.75, k: 2),
      input: [2, 7, 3, 4]),
    OperatorCase(
      name: "LRN, even window", op: .localResponseNorm(size: 4, alpha: 0.5, beta: 0.5, k: 1),
      input: [1, 6, 3, 3]),
    OperatorCase(
      name: "LRN, wider than the channels",
      op: .localResponseNorm(size: 9, alpha: 0.5, beta: 1.5, k: 1), input: [1, 3, 2, 3]),
    OperatorCase(name: "flatten", op: .flatten, input: [2, 3, 4, 5]),
    OperatorCase(
      name: "dropout in inference", op: .dropout(probability: 0.5), input: [2, 3, 4, 5]),
    OperatorCase(name: "softmax", op: .softmax, input: [3, 11]),
    OperatorCase(name: "softmax of a map", op: .softmax, input: [2, 5, 3, 4]),
    OperatorCase(name: "L2 norm", op: .l2Normalize(epsilon: 1e-6), input: [3, 17]),
    OperatorCase(name: "L2 norm under epsilon", op: .l2Normalize(epsilon: 50), input: [2, 7]),
    OperatorCase(name: "L2 norm of a map", op: .l2Normalize(epsilon: 1e-6), input: [2, 3, 3, 2]),
  ]
}

extension ModelCard {
  /// A card whose embedding and CAM layers are `layer`.
  static func test(_ layer: LayerPath) -> ModelCard {
    ModelCard(
      name: "test", architecture: "test", input: InputCard(height: 8, width: 8),
      embeddingLayer: layer, camLayer: layer, licence: "none", source: "a test")
  }
}
