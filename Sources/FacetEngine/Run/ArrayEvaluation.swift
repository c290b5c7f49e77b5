import FacetGraph
import FacetTensor

extension Engine {
  /// Computes a node that takes no values.
  func evaluateSource(_ node: Node, _ parameters: [Source], into y: Destination) {
    guard case .constant = node.op else {
      preconditionFailure("the input \(node.path) is given, not computed")
    }
    y.base.update(from: parameters[0].base, count: y.shape.count)
  }

  /// Computes one of the operators that come with graphs from elsewhere.
  func evaluateArray(
    _ node: Node, _ inputs: [Source], _ parameters: [Source], into y: Destination
  ) {
    let x = inputs[0]
    let elements = ElementKernels(parallel: parallel)
    switch node.op {
    case .transposedConvolution(let c):
      ConvolutionKernels(convolution: c.mirror, parallel: parallel)
        .backwardData(x, weight: parameters[0], into: y)
      if c.bias { ElementKernels.addChannels(parameters[1], to: y) }
    case .activation(let activation):
      ActivationKernels(parallel: parallel).forward(activation, x, into: y)
    case .arithmetic(let function):
      BroadcastKernels(parallel: parallel).forward(function, x, inputs[1], into: y)
    case .matrixProduct:
      MatrixProductKernels(x.shape, inputs[1].shape, parallel: parallel)
        .forward(x, inputs[1], into: y)
    case .reduction(let reduction):
      ReductionKernels(parallel: parallel).forward(reduction, x, into: y)
    case .reshape: elements.copy(x, into: y)
    case .join(let axis): elements.join(inputs, axis: axis, into: y)
    case .axisSoftmax(let axis, let logarithm):
      elements.softmax(x, axis: axis, logarithm: logarithm, into: y)
    default:
      if let view = node.op.view(of: x.shape, as: y.shape) {
        view.gather(x, into: y, parallel)
      } else if let taps = node.op.axisTaps(of: x.shape) {
        AxisTaps.apply(taps, x, into: y, parallel)
      } else {
        preconditionFailure("\(node.path) has no kernel")
      }
    }
  }
}

extension Op {
  /// The view of its input that the operator's value is; `nil` when it is none.
  func view(of input: Shape, as output: Shape) -> StridedView? {
    switch self {
    case .transpose(let permutation): .transposed(input, permutation)
    case .slice(let slicing): .sliced(input, slicing)
    case .expand: .broadcast(input, to: output)
    default: nil
    }
  }

  /// The maps along single axes that the operator is made of; `nil` when it isn't.
  func axisTaps(of input: Shape) -> [AxisTaps]? {
    switch self {
    case .pad(let padding): AxisTaps.pad(input, padding)
    case .resize(let resizing): AxisTaps.resize(input, resizing)
    case .gather(let axis, let indices):
      [AxisTaps.gather(input, axis: axis, indices: indices)]
    default: nil
    }
  }
}

extension AxisTaps {
  /// One map after the other.
  static func apply(_ maps: [AxisTaps], _ x: Source, into y: Destination, _ parallel: Parallel) {
    guard let first = maps.first else {
      y.base.update(from: x.base, count: x.shape.count)
      return
    }
    guard maps.count > 1 else { return first.apply(x, into: y, parallel) }
    let between = Tensor(
      first.outputShape(x.shape), writing: { first.apply(x, into: $0, parallel) })
    Tensor.withSources([between]) { apply(Array(maps.dropFirst()), $0[0], into: y, parallel) }
  }

  /// The gradient of the input, back through the maps.
  static func applyTransposed(
    _ maps: [AxisTaps], _ gy: Tensor, input: Shape, _ parallel: Parallel
  ) -> Tensor {
    guard let first = maps.first else { return gy }
    let between = applyTransposed(
      Array(maps.dropFirst()), gy, input: first.outputShape(input), parallel)
    return Tensor.withSources([between]) { sources in
      Tensor(input, accumulating: { first.applyTransposed(sources[0], onto: $0, parallel) })
    }
  }
}
