import FacetGraph
import FacetTensor

extension OperatorCase {
  /// Windows with unequal and automatic padding, and transposed convolutions.
  static let padded: [OperatorCase] = convolutions + pools + transposed

  private static let sames: [SamePadding] = [.upper, .lower]

  private static var convolutions: [OperatorCase] {
    func item(_ name: String, _ convolution: Convolution, _ input: Shape) -> OperatorCase {
      OperatorCase(name: "convolution \(name)", op: .convolution(convolution), input: input)
    }
    var cases = [
      item(
        "padded unequally",
        Convolution(2, 3, kernel: Extent(3), padding: Extent(0, 2), trailing: Extent(1, 0)),
        [2, 2, 5, 6]),
      item(
        "padded at the end, stride 2, groups",
        Convolution(
          4, 6, kernel: Extent(3, 2), stride: Extent(2), padding: Extent(0),
          trailing: Extent(1, 3), groups: 2, bias: false), [1, 4, 6, 7]),
      item(
        "1x1, padded at the end",
        Convolution(2, 3, kernel: Extent(1), padding: Extent(0), trailing: Extent(1)),
        [1, 2, 3, 4]),
    ]
    let windows: [(Int, Int, Int)] = [
      (3, 1, 1), (4, 1, 1), (3, 2, 1), (2, 3, 1), (2, 2, 2), (5, 2, 1), (1, 2, 1), (4, 1, 3),
    ]
    for same in sames {
      for (kernel, stride, dilation) in windows {
        cases.append(
          item(
            "\(kernel), stride \(stride), dilation \(dilation), same \(same)",
            Convolution(
              2, 3, kernel: Extent(kernel), stride: Extent(stride), same: same,
              dilation: Extent(dilation)), [2, 2, 7, 6]))
      }
    }
    return cases
  }

  private static var pools: [OperatorCase] {
    var items =
      cases(
        "padded unequally",
        Pooling(
          kernel: Extent(3), stride: Extent(2), padding: Extent(0, 1), trailing: Extent(2, 0)))
      + cases(
        "padded unequally, ceil",
        Pooling(
          kernel: Extent(3, 2), stride: Extent(2), padding: Extent(1, 0), trailing: Extent(0, 1),
          ceilMode: true))
      + cases(
        "dilated",
        Pooling(
          kernel: Extent(2, 3), stride: Extent(1, 2), padding: Extent(2, 3), dilation: Extent(4, 2))
      )
      // Windows whose places are all in the padding, on both sides of what is there.
      + cases(
        "of padding alone",
        Pooling(kernel: Extent(2), stride: Extent(1), padding: Extent(7), dilation: Extent(8)))
    let windows: [(Int, Int, Int)] = [(3, 2, 1), (2, 1, 1), (2, 3, 1), (3, 1, 2), (4, 3, 2)]
    for same in sames {
      for (kernel, stride, dilation) in windows {
        items += cases(
          "\(kernel), stride \(stride), dilation \(dilation), same \(same)",
          Pooling(
            kernel: Extent(kernel), stride: Extent(stride), same: same, dilation: Extent(dilation)))
      }
    }
    return items
  }

  private static func cases(_ name: String, _ pool: Pooling) -> [OperatorCase] {
    let ops: [(String, Op)] = [
      ("max", .maxPool(pool)), ("average", .averagePool(pool, countsPadding: false)),
      ("average with padding", .averagePool(pool, countsPadding: true)),
    ]
    return ops.map {
      OperatorCase(name: "\($0.0) pool \(name)", op: $0.1, input: [2, 2, 7, 6])
    }
  }

  private static var transposed: [OperatorCase] {
    var layers: [(String, TransposedConvolution)] = [
      ("plain", TransposedConvolution(2, 3, kernel: Extent(3))),
      ("1x1", TransposedConvolution(4, 2, kernel: Extent(1), bias: false)),
      ("stride 2", TransposedConvolution(2, 3, kernel: Extent(2), stride: Extent(2))),
      (
        "padded",
        TransposedConvolution(3, 2, kernel: Extent(4), stride: Extent(2), padding: Extent(1))
      ),
      (
        "unequal",
        TransposedConvolution(
          2, 3, kernel: Extent(3, 2), stride: Extent(1, 3), padding: Extent(1, 0),
          trailing: Extent(0, 1), bias: false)
      ),
      (
        "output padding",
        TransposedConvolution(
          2, 2, kernel: Extent(3), stride: Extent(2, 3), padding: Extent(1),
          outputPadding: Extent(1, 2))
      ),
      (
        "output padding of dilation",
        TransposedConvolution(
          2, 2, kernel: Extent(1), outputPadding: Extent(1), dilation: Extent(2))
      ),
      (
        "dilated, groups",
        TransposedConvolution(
          4, 6, kernel: Extent(3), stride: Extent(2), padding: Extent(2), dilation: Extent(2),
          groups: 2)
      ),
      ("depthwise", TransposedConvolution(3, 3, kernel: Extent(3), stride: Extent(2), groups: 3)),
      (
        "stride over the kernel",
        TransposedConvolution(2, 2, kernel: Extent(2), stride: Extent(4), padding: Extent(1))
      ),
    ]
    let windows: [(Int, Int, Int)] = [(3, 2, 0), (4, 2, 0), (2, 3, 0), (5, 1, 0), (3, 2, 1)]
    for same in sames {
      for (kernel, stride, output) in windows {
        layers.append(
          (
            "\(kernel), stride \(stride), same \(same), output padding \(output)",
            TransposedConvolution(
              2, 3, kernel: Extent(kernel), stride: Extent(stride), outputPadding: Extent(output),
              same: same)
          ))
      }
    }
    return layers.map { name, layer in
      OperatorCase(
        name: "transposed convolution \(name)", op: .transposedConvolution(layer),
        input: [2, layer.inChannels, 4, 3])
    }
  }
}
