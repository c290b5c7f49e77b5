import FacetGraph
import FacetTensor

extension ArrayCase {
  static let all: [ArrayCase] = [
    activations, arithmetic, products, reductions, reshapes, transposes, slices, gathers,
    expansions,
    paddings, joins, softmaxes,
  ].flatMap { $0 }

  private static let functions: [Activation] = [
    .leakyReLU(slope: 0.1), .thresholdedReLU(threshold: 0.6), .elu(alpha: 1.3), .celu(alpha: 0.7),
    .selu(alpha: 1.67, gamma: 1.05), .clip(minimum: 0, maximum: 2), .clip(minimum: -1, maximum: 1),
    .clip(minimum: -.infinity, maximum: 0.4), .clip(minimum: 0.2, maximum: .infinity),
    .clip(minimum: 1, maximum: -1), .sigmoid, .tanh, .hardSigmoid(alpha: 0.25, beta: 0.5),
    .hardSwish, .swish(alpha: 1), .swish(alpha: 1.7), .mish, .gelu(approximate: false),
    .gelu(approximate: true), .softplus, .softsign, .exponential, .absolute, .negative, .erf, .sign,
    .floor, .ceiling,
  ]

  private static var activations: [ArrayCase] {
    var cases: [ArrayCase] = []
    for function in functions {
      cases.append(ArrayCase("\(function)", .activation(function), [2, 3, 5, 7]))
    }
    let positive: [Activation] = [.logarithm, .squareRoot, .reciprocal]
    for function in positive {
      cases.append(
        ArrayCase("\(function)", .activation(function), [2, 3, 5, 7], isPositive: true))
    }
    let shapes: [Shape] = [[6], [3, 5], [2, 3, 4], [2, 1, 3, 2, 2]]
    for shape in shapes {
      cases.append(ArrayCase("sigmoid of \(shape)", .activation(.sigmoid), shape))
    }
    return cases
  }

  /// Every way that extents can be repeated.
  private static let broadcasts: [(Shape, Shape)] = [
    ([2, 3, 4, 5], [2, 3, 4, 5]), ([2, 3, 4, 5], []), ([2, 3, 4, 5], [3, 1, 1]),
    ([2, 3, 4, 5], [1]), ([2, 3, 4, 5], [2, 3, 1, 1]), ([2, 3, 4, 5], [5]),
    ([2, 3, 4, 5], [4, 1]), ([2, 3, 4, 5], [1, 3, 1, 5]), ([4, 5], [2, 3, 4, 5]),
    ([3, 1, 5], [2, 1, 4, 1]), ([7], [7]), ([1], [2, 3]), ([2, 3, 1, 2, 2], [4, 1, 1]),
  ]

  private static var arithmetic: [ArrayCase] {
    var cases: [ArrayCase] = []
    for function in Arithmetic.allCases {
      for (a, b) in broadcasts {
        for isReversed in [false, true] {
          var item = ArrayCase(
            "\(function) of \(a) and \(b)\(isReversed ? ", reversed" : "")",
            .arithmetic(function), a, b, isPositive: function == .divide || function == .power)
          item.isReversed = isReversed
          cases.append(item)
        }
      }
    }
    return cases
  }

  private static var products: [ArrayCase] {
    let shapes: [(Shape, Shape)] = [
      ([4], [4]), ([4], [4, 3]), ([3, 4], [4]), ([3, 4], [4, 2]), ([2, 3, 4], [4, 5]),
      ([3, 4], [2, 4, 5]), ([2, 1, 3, 4], [3, 4, 2]), ([2, 3, 2, 4], [2, 3, 4, 3]),
      ([5], [2, 3, 5, 2]), ([2, 3, 2, 5], [5]), ([1, 1], [1, 1]), ([2, 1, 2, 3, 4], [3, 1, 4, 2]),
      ([2, 300, 2], [2, 1]),
    ]
    return shapes.map { ArrayCase("product of \($0) and \($1)", .matrixProduct, $0, $1) }
  }

  private static var reductions: [ArrayCase] {
    let sets: [[Int]] = [[1], [2, 3], [0], [0, 2], [3], [0, 3], [1, 2], [0, 1, 2, 3], []]
    var cases: [ArrayCase] = []
    for kind in Reduction.Kind.allCases {
      let isPositive = kind == .logSum || kind == .product
      func add(_ name: String, _ axes: [Int], _ keeps: Bool, _ shape: Shape) {
        let reduction = Reduction(kind, axes: axes, keepsAxes: keeps)
        cases.append(
          ArrayCase("\(kind) \(name)", .reduction(reduction), shape, isPositive: isPositive))
      }
      // The product of all isn't a number that differences tell much about.
      for axes in sets where kind != .product || axes.count < 4 {
        add("over \(axes), kept", axes, true, [2, 3, 4, 3])
        add("over \(axes)", axes, false, [2, 3, 4, 3])
      }
      add("of an array", [0], false, [9])
      add("beside axes of one", [1, 3], true, [2, 3, 1, 2, 1])
    }
    return cases
  }

  private static var reshapes: [ArrayCase] {
    let targets: [[TargetExtent]] = [
      [.input(axis: 0), .rest], [.rest], [.fixed(4), .fixed(5), .rest],
      [.input(axis: 1), .input(axis: 0), .rest], [.fixed(2), .input(axis: 3), .fixed(12)],
      [.fixed(1), .rest, .fixed(1)], [.input(axis: 3), .rest],
    ]
    return targets.map { ArrayCase("reshape to \($0)", .reshape($0), [2, 3, 4, 5]) }
  }

  private static var transposes: [ArrayCase] {
    let permutations: [[Int]] = [
      [0], [1, 0], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [0, 1, 2, 3],
      [0, 2, 3, 1], [0, 3, 1, 2], [3, 1, 2, 0], [2, 3, 0, 1], [0, 1, 3, 2], [0, 1, 4, 2, 5, 3],
    ]
    return permutations.map { permutation in
      let extents: [Int] = [3, 4, 2, 5, 2, 3]
      return ArrayCase(
        "transpose by \(permutation)", .transpose(permutation: permutation),
        Shape(Array(extents.prefix(permutation.count))))
    }
  }

  private static var slices: [ArrayCase] {
    let slicings: [Slicing] = [
      Slicing(axis: 0, start: 1, end: 2), Slicing(axis: 1, start: 1, end: nil),
      Slicing(axis: 2, start: -3, end: -1), Slicing(axis: 3, start: 0, end: nil, step: 2),
      Slicing(axis: 3, start: -1, end: nil, step: -1), Slicing(axis: 2, start: 4, end: 0, step: -2),
      Slicing(axis: 3, start: 100, end: -100, step: -3), Slicing(axis: 1, start: -100, end: 100),
      Slicing(axis: 2, start: 1, end: 3, step: 1 << 31), Slicing(axis: 0, start: .min, end: .max),
      Slicing(axis: 0, start: .max, end: .min, step: -1),
    ]
    return slicings.map { ArrayCase("\($0)", .slice($0), [2, 3, 5, 6]) }
  }

  private static var gathers: [ArrayCase] {
    let indices: [(Int, [Int])] = [
      (0, [1, 0, 1]), (1, [2, -1, 0]), (2, [-4]), (3, [4, 4, 0, -2, 1, 3]),
    ]
    return indices.map {
      ArrayCase("gather \($1) of \($0)", .gather(axis: $0, indices: $1), [2, 3, 4, 5])
    }
  }

  private static var expansions: [ArrayCase] {
    let targets: [(Shape, [TargetExtent])] = [
      ([3, 1], [.fixed(2), .fixed(3), .fixed(4)]), ([1], [.fixed(5)]), ([2, 3], [.fixed(1)]),
      ([2, 1, 4], [.input(axis: 0), .fixed(3), .fixed(1)]), ([], [.fixed(2), .fixed(2)]),
    ]
    return targets.map { ArrayCase("expand \($0) to \($1)", .expand(extents: $1), $0) }
  }

  private static var paddings: [ArrayCase] {
    let modes: [Padding.Mode] = [
      .constant(0), .constant(1.5), .constant(-.infinity), .edge, .reflect, .wrap,
    ]
    let amounts: [([Int], [Int])] = [
      ([0, 0, 1, 2], [0, 0, 2, 1]), ([1, 0, 0, 3], [0, 2, 0, 0]), ([0, 0, -1, 2], [0, -1, 1, -2]),
      ([0, -1, -1, 0], [0, -1, -2, -3]),
    ]
    var cases: [ArrayCase] = []
    for mode in modes {
      for (before, after) in amounts {
        cases.append(
          ArrayCase(
            "pad \(before), \(after) by \(mode)",
            .pad(Padding(before: before, after: after, mode: mode)), [2, 3, 4, 5]))
      }
    }
    return cases
  }

  private static var joins: [ArrayCase] {
    (0..<4).map { axis in
      func wide(_ extent: Int) -> Shape {
        var extents = [2, 3, 2, 4]
        extents[axis] = extent
        return Shape(extents)
      }
      return ArrayCase("join on axis \(axis)", .join(axis: axis), wide(3), wide(1), wide(2))
    } + [ArrayCase("join arrays", .join(axis: 0), [3], [2])]
  }

  private static var softmaxes: [ArrayCase] {
    let places: [(Int, Shape)] = [
      (0, [2, 3, 5, 4]), (1, [2, 3, 5, 4]), (2, [2, 3, 5, 4]), (3, [2, 3, 5, 4]), (0, [7]),
      (1, [3, 5]),
    ]
    var cases: [ArrayCase] = []
    for (axis, shape) in places {
      for logarithm in [false, true] {
        cases.append(
          ArrayCase(
            "\(logarithm ? "log softmax" : "softmax") of \(shape) on axis \(axis)",
            .axisSoftmax(axis: axis, logarithm: logarithm), shape))
      }
    }
    return cases
  }
}
