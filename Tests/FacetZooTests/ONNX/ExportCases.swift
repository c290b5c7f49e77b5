import FacetGraph
import FacetTensor
import FacetTestSupport
import Testing

/// One operator, or a few, as a network to be written as ONNX.
struct ExportCase: Sendable, CustomTestStringConvertible {
  let name: String
  let input: Shape
  let body: @Sendable (inout Scope, NodeID) throws(GraphError) -> NodeID

  var testDescription: String { name }

  init(
    _ name: String, _ input: Shape = [2, 4, 9, 7],
    _ body: @escaping @Sendable (inout Scope, NodeID) throws(GraphError) -> NodeID
  ) {
    self.name = name
    self.input = input
    self.body = body
  }

  init(_ name: String, _ input: Shape = [2, 4, 9, 7], op: Op) {
    self.init(name, input) { (scope, x) throws(GraphError) in try scope.add("op", op, [x]) }
  }

  /// The network with drawn parameters.
  func model() throws -> Model {
    let graph = try Scope.graph(channels: input[1]) { (scope, x) throws(GraphError) in
      try body(&scope, x)
    }
    var parameters: [String: Tensor] = [:]
    for (index, (name, shape, _)) in graph.parameterShapes.enumerated() {
      let drawn = Tensor.random(shape, seed: UInt64(70 + index))
      parameters[name] = name.hasSuffix("running_var") ? drawn.map { 0.5 + $0 * $0 } : drawn
    }
    let last = graph[graph.output].path
    return try Model(
      graph: graph, parameters: parameters,
      card: ModelCard(
        name: name, architecture: "", input: InputCard(height: input[2], width: input[3]),
        embeddingLayer: last, camLayer: last, licence: "", source: ""))
  }

  static let all: [ExportCase] = windows + pointwise + arrays

  private static func pool(_ same: SamePadding? = nil, ceil: Bool = false) -> Pooling {
    Pooling(
      kernel: Extent(3, 2), stride: Extent(2), padding: Extent(same == nil ? 1 : 0, 0),
      same: same, ceilMode: ceil)
  }

  private static let windows: [ExportCase] = [
    ExportCase(
      "grouped convolution, uneven padding",
      op: .convolution(
        Convolution(
          4, 6, kernel: Extent(3, 2), stride: Extent(2, 1), padding: Extent(1, 0),
          trailing: Extent(0, 2), dilation: Extent(1, 2), groups: 2))),
    ExportCase(
      "convolution, SAME",
      op: .convolution(
        Convolution(4, 3, kernel: Extent(4), stride: Extent(2), same: .lower, bias: false))),
    ExportCase(
      "transposed convolution",
      op: .transposedConvolution(
        TransposedConvolution(
          4, 6, kernel: Extent(3), stride: Extent(2), padding: Extent(1),
          outputPadding: Extent(1, 0), groups: 2))),
    ExportCase("batch norm", op: .batchNorm(channels: 4, epsilon: 1e-3, momentum: 0.1)),
    ExportCase("PReLU", op: .prelu(channels: 4)),
    ExportCase("PReLU on vectors", [3, 4, 1, 1]) { (scope, x) throws(GraphError) in
      try scope.add("op", .prelu(channels: 4), [try scope.flatten("flatten", x)])
    },
    ExportCase("max pool", op: .maxPool(pool())),
    ExportCase("max pool, ceil", op: .maxPool(pool(ceil: true))),
    ExportCase("max pool, SAME", op: .maxPool(pool(.upper))),
    ExportCase("average pool", op: .averagePool(pool(), countsPadding: true)),
    ExportCase("average pool, inside", op: .averagePool(pool(), countsPadding: false)),
    ExportCase("adaptive pool to a grid", op: .adaptiveAveragePool(height: 4, width: 3)),
    ExportCase("adaptive pool to one", op: .adaptiveAveragePool(height: 1, width: 1)),
    ExportCase("adaptive pool, identity", op: .adaptiveAveragePool(height: 9, width: 7)),
    ExportCase(
      "local response", op: .localResponseNorm(size: 3, alpha: 0.3, beta: 0.75, k: 2)),
    ExportCase("L2 norm of maps", op: .l2Normalize(epsilon: 1e-6)),
    ExportCase("linear, dropout, softmax", [2, 3, 2, 2]) { (scope, x) throws(GraphError) in
      var y = try scope.flatten("flatten", x)
      y = try scope.linear("fc", y, inFeatures: 12, 5)
      y = try scope.dropout("dropout", y, 0.5)
      return try scope.add("op", .softmax, [y])
    },
  ]

  private static let pointwise: [ExportCase] = [
    .leakyReLU(slope: 0.1), .thresholdedReLU(threshold: 0.3), .elu(alpha: 0.7), .celu(alpha: 1.3),
    .selu(alpha: 1.6, gamma: 1.05), .clip(minimum: 0, maximum: 6),
    .clip(minimum: -.infinity, maximum: 0.5), .clip(minimum: -0.5, maximum: .infinity), .sigmoid,
    .tanh, .hardSigmoid(alpha: 0.2, beta: 0.5), .hardSwish, .swish(alpha: 1), .swish(alpha: 1.7),
    .mish, .gelu(approximate: false), .gelu(approximate: true), .softplus, .softsign,
    .exponential, .reciprocal, .absolute, .negative, .erf, .sign, .floor, .ceiling, .round,
  ].map { (activation: Activation) in ExportCase("\(activation)", op: .activation(activation)) }

  private static let arrays: [ExportCase] =
    Arithmetic.allCases.map { function in
      ExportCase("gate, \(function)") { (scope, x) throws(GraphError) in
        let mean = try scope.adaptiveAveragePool("mean", x, 1)
        // Bases of powers are positive.
        let gate = try scope.add("gate", .activation(.exponential), [mean])
        return try scope.add("op", .arithmetic(function), [gate, x])
      }
    }
    + Reduction.Kind.allCases.map { kind in
      ExportCase("reduce \(kind)") { (scope, x) throws(GraphError) in
        let positive = try scope.add("positive", .activation(.softplus), [x])
        return try scope.add(
          "op", .reduction(Reduction(kind, axes: [1, 3], keepsAxes: kind == .sum)), [positive])
      }
    } + [
      ExportCase("a constant and a join") { (scope, x) throws(GraphError) in
        let c = try scope.add("c", .constant(extents: [1, 4, 1, 7]), [])
        let sum = try scope.add("sum", .arithmetic(.multiply), [x, c])
        return try scope.add("op", .join(axis: 3), [sum, x])
      },
      ExportCase("channel shuffle") { (scope, x) throws(GraphError) in
        var y = try scope.add(
          "split",
          .reshape([.input(axis: 0), .fixed(2), .fixed(2), .input(axis: 2), .input(axis: 3)]), [x])
        y = try scope.add("turn", .transpose(permutation: [0, 2, 1, 3, 4]), [y])
        return try scope.add(
          "op", .reshape([.input(axis: 0), .fixed(4), .input(axis: 3), .rest]), [y])
      },
      ExportCase("matrix product of places") { (scope, x) throws(GraphError) in
        let rows = try scope.add("rows", .reshape([.input(axis: 0), .fixed(4), .rest]), [x])
        let columns = try scope.add("columns", .transpose(permutation: [0, 2, 1]), [rows])
        let gram = try scope.add("gram", .matrixProduct, [rows, columns])
        return try scope.add("op", .axisSoftmax(axis: 2, logarithm: true), [gram])
      },
      ExportCase("slices") { (scope, x) throws(GraphError) in
        let y = try scope.add(
          "back", .slice(Slicing(axis: 3, start: -1, end: nil, step: -2)), [x])
        return try scope.add("op", .slice(Slicing(axis: 1, start: 1, end: 3)), [y])
      },
      ExportCase("gathered channels", op: .gather(axis: 1, indices: [3, -4, 3])),
      ExportCase(
        "padding",
        op: .pad(Padding(before: [0, 0, 1, 2], after: [0, 1, 0, 1], mode: .constant(3)))),
      ExportCase(
        "mirrored", op: .pad(Padding(before: [0, 0, 1, 2], after: [0, 0, 3, 1], mode: .reflect))),
      ExportCase(
        "edges", op: .pad(Padding(before: [0, 0, 1, 2], after: [0, 0, 3, 1], mode: .edge))),
      ExportCase(
        "nearest to a size",
        op: .resize(
          Resizing(
            axes: [2, 3], targets: [.size(12), .size(5)], interpolation: .nearest(.floor),
            coordinates: .asymmetric))),
      ExportCase(
        "linear by scale",
        op: .resize(
          Resizing(
            axes: [2, 3], targets: [.scale(2), .scale(1.5)], interpolation: .linear,
            coordinates: .halfPixel))),
      ExportCase(
        "cubic",
        op: .resize(
          Resizing(
            axes: [2, 3], targets: [.size(13), .size(9)],
            interpolation: .cubic(coefficient: -0.75), coordinates: .halfPixel))),
    ]
}
