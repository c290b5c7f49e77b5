import FacetGraph
import FacetTensor

extension GraphExport {
  /// Adds what a layer of Facet's own architectures is in ONNX.
  mutating func emit(_ node: Node) throws(ZooError) {
    let name = node.path.name
    let inputs = inputs(of: node)
    switch node.op {
    case .convolution(let c):
      add(
        "Conv", name, inputs + parameters(of: node),
        window(c).merging(["group": .int(c.groups)]) { $1 })
    case .linear: add("Gemm", name, inputs + parameters(of: node), ["transB": .int(1)])
    case .batchNorm(_, let epsilon, let momentum):
      add(
        "BatchNormalization", name, inputs + parameters(of: node),
        // ONNX's momentum is the share of the old statistics.
        ["epsilon": .float(epsilon), "momentum": .float(1 - momentum)])
    case .relu: add("Relu", name, inputs)
    case .prelu(let channels):
      let slopes = model.parameters(of: node)[0]
      // Slopes are broadcast from the right.
      let axes = max(shapes[node.inputs[0].index].rank - 2, 0)
      add(
        "PRelu", name,
        inputs + [
          constant(
            node.parameters[0], [channels] + Array(repeating: 1, count: axes),
            floats: slopes.scalars)
        ])
    case .maxPool(let pool): add("MaxPool", name, inputs, try attributes(pool, node))
    case .averagePool(let pool, let countsPadding):
      guard pool.dilation == Extent(1) else {
        throw refusal(node, "average pools have no dilation before opset 19")
      }
      var attributes = try attributes(pool, node)
      attributes["dilations"] = nil
      attributes["count_include_pad"] = .int(countsPadding ? 1 : 0)
      add("AveragePool", name, inputs, attributes)
    case .adaptiveAveragePool(let height, let width):
      try adaptivePool(node, Extent(height, width))
    case .localResponseNorm(let size, let alpha, let beta, let k):
      guard size % 2 == 1 else {
        throw refusal(node, "ONNX centres a window of \(size) channels otherwise")
      }
      add(
        "LRN", name, inputs,
        ["size": .int(size), "alpha": .float(alpha), "beta": .float(beta), "bias": .float(k)])
    case .add: add(inputs.count == 2 ? "Add" : "Sum", name, inputs)
    case .concat: add("Concat", name, inputs, ["axis": .int(1)])
    case .flatten: add("Flatten", name, inputs, ["axis": .int(1)])
    case .dropout(let probability):
      add("Dropout", name, inputs + [constant(name + "/ratio", [], floats: [probability])])
    case .softmax: add("Softmax", name, inputs, ["axis": .int(1)])
    case .l2Normalize(let epsilon):
      let axes = Array(1..<shapes[node.inputs[0].index].rank)
      add("ReduceL2", name + "/norm", inputs, ["axes": .ints(axes), "keepdims": .int(1)])
      let limit = constant(name + "/epsilon", [], floats: [epsilon])
      add("Max", name + "/length", [name + "/norm", limit])
      add("Div", name, inputs + [name + "/length"])
    default: try emitArray(node)
    }
  }

  /// The geometry that convolutions and pools share.
  private func window(_ window: some SlidingWindow) -> [String: ONNXAttribute] {
    var attributes: [String: ONNXAttribute] = [
      "kernel_shape": .ints(window.kernel.axes), "strides": .ints(window.stride.axes),
      "dilations": .ints(window.dilation.axes),
    ]
    switch window.same {
    case .upper: attributes["auto_pad"] = .string("SAME_UPPER")
    case .lower: attributes["auto_pad"] = .string("SAME_LOWER")
    case nil: attributes["pads"] = .ints(window.padding.axes + window.trailingPadding.axes)
    }
    return attributes
  }

  private func attributes(_ pool: Pooling, _ node: Node) throws(ZooError)
    -> [String: ONNXAttribute]
  {
    window(pool).merging(["ceil_mode": .int(pool.ceilMode ? 1 : 0)]) { $1 }
  }

  /// One cell is the global mean. A larger grid is the identity, or a product with the two matrices of
  /// the windows' means.
  private mutating func adaptivePool(_ node: Node, _ out: Extent) throws(ZooError) {
    let name = node.path.name
    let inputs = inputs(of: node)
    if out == Extent(1) { return add("GlobalAveragePool", name, inputs) }
    let shape = shapes[node.inputs[0].index]
    guard let height = shape.extents[2], let width = shape.extents[3] else {
      throw refusal(node, "the size of its input isn't known")
    }
    if out == Extent(height, width) { return add("Identity", name, inputs) }
    let rows = constant(
      name + "/rows", [out.height, height], floats: Self.means(of: height, in: out.height))
    let columns = Tensor([out.width, width], Self.means(of: width, in: out.width))
    let turned = constant(
      name + "/columns", [width, out.width],
      floats: (0..<width).flatMap { x in (0..<out.width).map { columns[$0, x] } })
    add("MatMul", name + "/down", [rows] + inputs)
    add("MatMul", name, [name + "/down", turned])
  }

  /// The matrix `[cells, extent]` of an adaptive pool along one direction.
  private static func means(of extent: Int, in cells: Int) -> [Float] {
    (0..<cells).flatMap { cell in
      let range = cell * extent / cells..<((cell + 1) * extent + cells - 1) / cells
      return (0..<extent).map { range.contains($0) ? 1 / Float(range.count) : 0 }
    }
  }
}

extension Extent {
  /// Height and width in ONNX's order.
  var axes: [Int] { [height, width] }
}
