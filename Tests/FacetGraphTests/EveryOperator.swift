import FacetGraph

/// Every operator, with settings that differ from each other and from all defaults.
enum EveryOperator {
  static let all: [Op] =
    networks + arrays + activations.map { .activation($0) }
    + Arithmetic.allCases.map { .arithmetic($0) }
    + Reduction.Kind.allCases.map { .reduction(Reduction($0, axes: [1, 3], keepsAxes: true)) }

  static let networks: [Op] = {
    let pool = Pooling(
      kernel: Extent(3, 2), stride: Extent(2, 1), padding: Extent(1, 0), ceilMode: true)
    let dilated = Pooling(
      kernel: Extent(3, 2), stride: Extent(2, 1), trailing: Extent(2, 1), dilation: Extent(2, 3))
    let same = Pooling(kernel: Extent(3), stride: Extent(2), same: .lower)
    let convolution = Convolution(
      4, 6, kernel: Extent(1, 3), stride: Extent(2, 1), padding: Extent(0, 1),
      trailing: Extent(2, 3), dilation: Extent(1, 2), groups: 2, bias: false)
    let sameConvolution = Convolution(3, 4, kernel: Extent(3), same: .upper)
    let transposed = TransposedConvolution(
      4, 6, kernel: Extent(4, 3), stride: Extent(2, 3), padding: Extent(1, 0),
      trailing: Extent(0, 1), outputPadding: Extent(1, 2), same: .lower, dilation: Extent(2, 1),
      groups: 2, bias: false)
    return [
      .input(channels: 3), .convolution(convolution), .convolution(sameConvolution),
      .linear(inFeatures: 3, outFeatures: 2, bias: true),
      .batchNorm(channels: 3, epsilon: 1e-3, momentum: 0.2), .relu, .prelu(channels: 7),
      .maxPool(pool), .maxPool(dilated), .averagePool(same, countsPadding: false),
      .adaptiveAveragePool(height: 6, width: 5),
      .localResponseNorm(size: 5, alpha: 1e-4, beta: 0.75, k: 2), .add, .concat, .flatten,
      .dropout(probability: 0.3), .softmax, .l2Normalize(epsilon: 1e-12),
      .transposedConvolution(transposed),
    ]
  }()

  static let arrays: [Op] = [
    .arrayInput(extents: [nil, 3, nil]), .arrayInput(extents: []), .constant(extents: [2, 1]),
    .matrixProduct, .reshape([.input(axis: 0), .fixed(4), .rest]),
    .transpose(permutation: [0, 2, 1]),
    .slice(Slicing(axis: 2, start: -1, end: nil, step: -2)),
    .slice(Slicing(axis: 2, start: 0, end: 3)),
    .pad(Padding(before: [0, 1], after: [2, -1], mode: .constant(-.infinity))),
    .pad(Padding(before: [0, 1], after: [2, -1], mode: .constant(0.5))),
    .pad(Padding(before: [1], after: [0], mode: .edge)),
    .pad(Padding(before: [1], after: [0], mode: .reflect)),
    .pad(Padding(before: [1], after: [0], mode: .wrap)),
    .resize(
      Resizing(axes: [2, 3], targets: [.scale(2), .size(7)], interpolation: .nearest(.ceiling))),
    .resize(
      Resizing(
        axes: [2], targets: [.size(7)], interpolation: .cubic(coefficient: -0.5),
        coordinates: .cropAndResize, aspect: .notSmaller, antialias: true, excludesOutside: true,
        regions: [Resizing.Region(start: 0.25, end: -1)], outside: 3)),
    .resize(
      Resizing(
        axes: [1], targets: [.scale(0.5)], interpolation: .linear, coordinates: .alignCorners)),
    .gather(axis: 1, indices: [2, -1, 0]), .expand(extents: [.fixed(2), .input(axis: 1)]),
    .join(axis: 2), .axisSoftmax(axis: 3, logarithm: true),
  ]

  static let activations: [Activation] = [
    .leakyReLU(slope: 0.1), .thresholdedReLU(threshold: 0.2), .elu(alpha: 0.3), .celu(alpha: 0.4),
    .selu(alpha: 0.5, gamma: 0.6), .clip(minimum: -.infinity, maximum: .infinity),
    .clip(minimum: 0, maximum: 6), .sigmoid, .tanh, .hardSigmoid(alpha: 0.7, beta: 0.8), .hardSwish,
    .swish(alpha: 0.9), .mish, .gelu(approximate: true), .gelu(approximate: false), .softplus,
    .softsign, .exponential, .logarithm, .squareRoot, .reciprocal, .absolute, .negative, .erf,
    .sign, .floor, .ceiling, .round,
  ]
}
