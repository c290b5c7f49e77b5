import FacetGraph
import FacetTensor

extension GraphExport {
  /// Adds what an operator on arrays is in ONNX.
  mutating func emitArray(_ node: Node) throws(ZooError) {
    let name = node.path.name
    let inputs = inputs(of: node)
    switch node.op {
    case .constant:
      // Its users name the initializer; only an output needs a node.
      let value = parameters(of: node)
      if node.id == model.graph.output { add("Identity", name, value) }
    case .transposedConvolution(let c): emit(c, node)
    case .activation(let activation): emit(activation, name, inputs)
    case .arithmetic(let function): add(function.onnx, name, inputs)
    case .matrixProduct: add("MatMul", name, inputs)
    case .reduction(let reduction): emit(reduction, name, inputs)
    case .reshape(let targets):
      add(
        "Reshape", name, inputs + [extents(targets, of: inputs[0], name)],
        targets.contains(.fixed(0)) ? ["allowzero": .int(1)] : [:])
    case .transpose(let permutation):
      add("Transpose", name, inputs, ["perm": .ints(permutation)])
    case .slice(let slicing): emit(slicing, name, inputs)
    case .pad(let padding): try emit(padding, node)
    case .resize(let resizing): try emit(resizing, node)
    case .gather(let axis, let indices):
      add(
        "Gather", name, inputs + [constant(name + "/indices", int64s: indices)],
        ["axis": .int(axis)])
    case .expand(let targets):
      add("Expand", name, inputs + [extents(targets, of: inputs[0], name, keepsZeros: true)])
    case .join(let axis): add("Concat", name, inputs, ["axis": .int(axis)])
    case .axisSoftmax(let axis, let logarithm):
      add(logarithm ? "LogSoftmax" : "Softmax", name, inputs, ["axis": .int(axis)])
    default: throw refusal(node, "it has no counterpart")
    }
  }

  private mutating func emit(_ c: TransposedConvolution, _ node: Node) {
    var attributes: [String: ONNXAttribute] = [
      "kernel_shape": .ints(c.kernel.axes), "strides": .ints(c.stride.axes),
      "dilations": .ints(c.dilation.axes), "group": .int(c.groups),
    ]
    switch c.same {
    case .upper: attributes["auto_pad"] = .string("SAME_UPPER")
    case .lower: attributes["auto_pad"] = .string("SAME_LOWER")
    case nil:
      attributes["pads"] = .ints(c.padding.axes + c.trailing.axes)
      attributes["output_padding"] = .ints(c.outputPadding.axes)
    }
    add("ConvTranspose", node.path.name, inputs(of: node) + parameters(of: node), attributes)
  }

  private mutating func emit(_ reduction: Reduction, _ name: String, _ inputs: [String]) {
    let keeps = ONNXAttribute.int(reduction.keepsAxes ? 1 : 0)
    // The sum alone takes its axes as an input in this opset.
    if reduction.kind == .sum {
      add(
        "ReduceSum", name, inputs + [constant(name + "/axes", int64s: reduction.axes)],
        ["keepdims": keeps])
    } else {
      add(
        reduction.kind.onnx, name, inputs, ["axes": .ints(reduction.axes), "keepdims": keeps])
    }
  }

  private mutating func emit(_ slicing: Slicing, _ name: String, _ inputs: [String]) {
    let end = slicing.end ?? (slicing.step > 0 ? Int.max : -Int.max)
    add(
      "Slice", name,
      inputs + [
        constant(name + "/starts", int64s: [slicing.start]),
        constant(name + "/ends", int64s: [end]),
        constant(name + "/axes", int64s: [slicing.axis]),
        constant(name + "/steps", int64s: [slicing.step]),
      ])
  }

  private mutating func emit(_ padding: Padding, _ node: Node) throws(ZooError) {
    let name = node.path.name
    let pads = constant(name + "/pads", int64s: padding.before + padding.after)
    switch padding.mode {
    case .constant(let value):
      let filling = constant(name + "/value", [], floats: [value])
      add("Pad", name, inputs(of: node) + [pads, filling])
    case .edge: add("Pad", name, inputs(of: node) + [pads], ["mode": .string("edge")])
    case .reflect: add("Pad", name, inputs(of: node) + [pads], ["mode": .string("reflect")])
    case .wrap: throw refusal(node, "wrapping comes with opset 19")
    }
  }

  /// The extents of a reshape as one input: constants where they are, else read from the value's shape
  /// when the graph runs.
  private mutating func extents(
    _ targets: [TargetExtent], of value: String, _ name: String, keepsZeros: Bool = false
  ) -> String {
    let plain = targets.enumerated().compactMap { place, target -> Int? in
      switch target {
      case .fixed(let extent): extent
      case .rest: -1
      // 0 means the input's extent at the same place, in a reshape without extents of 0.
      case .input(let axis):
        axis == place && !keepsZeros && !targets.contains(.fixed(0)) ? 0 : nil
      }
    }
    if plain.count == targets.count { return constant(name + "/shape", int64s: plain) }
    let parts = targets.enumerated().map { place, target -> String in
      switch target {
      case .fixed(let extent): return constant("\(name)/extent\(place)", int64s: [extent])
      case .rest: return constant("\(name)/extent\(place)", int64s: [-1])
      case .input(let axis):
        add(
          "Shape", "\(name)/extent\(place)", [value],
          ["start": .int(axis), "end": .int(axis + 1)])
        return "\(name)/extent\(place)"
      }
    }
    add("Concat", name + "/shape", parts, ["axis": .int(0)])
    return name + "/shape"
  }
}

extension GraphExport {
  private mutating func emit(_ resizing: Resizing, _ node: Node) throws(ZooError) {
    let name = node.path.name
    let x = inputs(of: node)
    guard !resizing.antialias, resizing.aspect == .stretch else {
      throw refusal(node, "antialiasing and kept proportions come with opset 18")
    }
    guard let mode = resizing.coordinates.onnx else {
      throw refusal(node, "its coordinates come with opset 19")
    }
    let rank = shapes[node.inputs[0].index].rank
    var attributes: [String: ONNXAttribute] = [
      "coordinate_transformation_mode": .string(mode),
      "exclude_outside": .int(resizing.excludesOutside ? 1 : 0),
      "extrapolation_value": .float(resizing.outside),
    ]
    switch resizing.interpolation {
    case .nearest(let rounding):
      attributes["mode"] = .string("nearest")
      attributes["nearest_mode"] = .string(rounding.onnx)
    case .linear: attributes["mode"] = .string("linear")
    case .cubic(let coefficient):
      attributes["mode"] = .string("cubic")
      attributes["cubic_coeff_a"] = .float(coefficient)
    }
    var region = ""
    if resizing.coordinates == .cropAndResize {
      var box = [Float](repeating: 0, count: rank) + [Float](repeating: 1, count: rank)
      for (axis, part) in Swift.zip(resizing.axes, resizing.regions) {
        box[axis] = part.start
        box[rank + axis] = part.end
      }
      region = constant(name + "/roi", [2 * rank], floats: box)
    }
    var scales = [Float](repeating: 1, count: rank)
    var sizes: [TargetExtent] = (0..<rank).map { .input(axis: $0) }
    var isSized = false
    for (axis, target) in Swift.zip(resizing.axes, resizing.targets) {
      switch target {
      case .scale(let factor): scales[axis] = factor
      case .size(let size):
        sizes[axis] = .fixed(size)
        isSized = true
      }
    }
    if isSized {
      guard scales.allSatisfy({ $0 == 1 }) else {
        throw refusal(node, "some axes have a size and others a scale")
      }
      add(
        "Resize", name, x + [region, "", extents(sizes, of: x[0], name, keepsZeros: true)],
        attributes)
    } else {
      add(
        "Resize", name, x + [region, constant(name + "/scales", [rank], floats: scales)],
        attributes)
    }
  }
}

extension Arithmetic {
  fileprivate var onnx: String {
    switch self {
    case .add: "Add"
    case .subtract: "Sub"
    case .multiply: "Mul"
    case .divide: "Div"
    case .power: "Pow"
    case .minimum: "Min"
    case .maximum: "Max"
    }
  }
}

extension Reduction.Kind {
  fileprivate var onnx: String {
    switch self {
    case .sum: "ReduceSum"
    case .mean: "ReduceMean"
    case .maximum: "ReduceMax"
    case .minimum: "ReduceMin"
    case .product: "ReduceProd"
    case .l1: "ReduceL1"
    case .l2: "ReduceL2"
    case .sumOfSquares: "ReduceSumSquare"
    case .logSum: "ReduceLogSum"
    case .logSumExp: "ReduceLogSumExp"
    }
  }
}

extension Resizing.Coordinates {
  /// The name in opset 17; `nil` for what came later.
  fileprivate var onnx: String? {
    switch self {
    case .halfPixel: "half_pixel"
    case .halfPixelSymmetric: nil
    case .pytorchHalfPixel: "pytorch_half_pixel"
    case .alignCorners: "align_corners"
    case .asymmetric: "asymmetric"
    case .cropAndResize: "tf_crop_and_resize"
    }
  }
}

extension Resizing.Rounding {
  fileprivate var onnx: String {
    switch self {
    case .preferFloor: "round_prefer_floor"
    case .preferCeiling: "round_prefer_ceil"
    case .floor: "floor"
    case .ceiling: "ceil"
    }
  }
}
