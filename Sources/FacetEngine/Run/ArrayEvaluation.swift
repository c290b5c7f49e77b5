import FacetGraph
import FacetTensor
import FacetThreads

extension ForwardRun {
  /// Computes a node on row-major arrays. Returns the statistics that a batch norm of rows took.
  func evaluateArray(
    _ node: Node, _ inputs: [Source], _ parameters: [Source], _ factors: Tensor?,
    into y: Destination
  ) -> ChannelStatistics? {
    let parallel = machine.parallel
    let elements = ElementKernels(parallel: parallel)
    guard let x = inputs.first else {
      guard case .constant = node.op else {
        preconditionFailure("the input \(node.path) is given, not computed")
      }
      y.base.update(from: parameters[0].base, count: y.shape.count)
      return nil
    }
    switch node.op {
    case .batchNorm(let channels, let epsilon, _):
      let normalisation = NormalisationKernels(parallel: parallel)
      let statistics =
        mode.usesBatchStatistics
        ? normalisation.statistics(x)
        : ChannelStatistics(running: parameters, channels: channels)
      normalisation.batchNorm(
        x, statistics, epsilon: epsilon, weight: parameters[0], bias: parameters[1], into: y)
      return mode.usesBatchStatistics ? statistics : nil
    case .relu: elements.relu(x, into: y)
    case .prelu: elements.prelu(x, slopes: parameters[0], into: y)
    case .add: elements.add(inputs, into: y)
    case .concat: elements.join(inputs, axis: 1, into: y)
    case .flatten, .reshape: elements.copy(x, into: y)
    case .dropout:
      if let factors {
        Tensor.withSources([factors]) { elements.multiply(x, $0[0], into: y) }
      } else {
        elements.copy(x, into: y)
      }
    case .softmax: elements.softmax(x, into: y)
    case .l2Normalize(let epsilon): elements.l2Normalize(x, epsilon: epsilon, into: y)
    case .activation(let activation):
      ActivationKernels(parallel: parallel).forward(activation, x, into: y)
    case .arithmetic(let function):
      BroadcastKernels(parallel: parallel).forward(function, x, inputs[1], into: y)
    case .matrixProduct:
      MatrixProductKernels(x.shape, inputs[1].shape, machine).forward(x, inputs[1], into: y)
    case .reduction(let reduction):
      ReductionKernels(parallel: parallel).forward(reduction, x, into: y)
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
    return nil
  }
}

extension ChannelStatistics {
  /// The running statistics among a batch norm's parameters.
  init(running parameters: [Source], channels: Int) {
    mean = Array(UnsafeBufferPointer(start: parameters[2].base, count: channels))
    variance = Array(UnsafeBufferPointer(start: parameters[3].base, count: channels))
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
