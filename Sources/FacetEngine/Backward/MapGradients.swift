import FacetGraph
import FacetTensor

/// The gradients of operators with weights, and of max pooling, for blocked maps.
extension RuleContext {
  private var preparations: Preparations { Preparations.of(model) }

  /// The gradient of a convolution's input: a convolution of the output's gradient with the kernel
  /// turned around, one for each phase of the stride.
  func convolutionGradient(_ c: Convolution, _ gy: Value, into gx: Value) {
    backward(c.resolved(height: gx.height, width: gx.width), gy, into: gx)
  }

  fileprivate func backward(_ c: Convolution, _ gy: Value, into gx: Value) {
    Self.backward(c, gy, into: gx, node, model, machine)
  }

  static func backward(
    _ c: Convolution, _ gy: Value, into gx: Value, bias: Buffer? = nil, _ node: Node,
    _ model: Model, _ machine: Machine
  ) {
    let forward = Window(
      c, input: Extent(gx.height, gx.width), output: Extent(gy.height, gy.width))
    let preparations = Preparations.of(model)
    for phase in InputPhase.phases(of: forward) {
      let kernels = ConvolutionKernels(c, images: gy.images, phase: phase, machine)
      let packed = preparations.packed(kernels, node, model)
      var epilogue = Epilogue()
      epilogue.bias = bias.map { UnsafePointer($0.base) }
      kernels.run(
        gy, packed: packed, into: gx,
        view: c.stride == Extent(1)
          ? nil : OutputView(gx, origin: phase.origin, stride: c.stride), epilogue: epilogue)
    }
    _ = bias
  }

  /// Turned around, the layer's gradient is the mirrored convolution.
  func transposedGradient(_ c: TransposedConvolution, _ gy: Value, into gx: Value) {
    let kernels = ConvolutionKernels(
      c.mirror, images: gy.images, input: Extent(gy.height, gy.width),
      output: Extent(gx.height, gx.width), machine)
    kernels.run(gy, packed: preparations.packed(kernels, node, model), into: gx)
  }

  func maxPoolGradient(_ pool: Pooling, _ gy: Value, lastWins: Bool) throws(EngineError) -> Value {
    let gx = Value(inputShape(0), .blocked)
    BlockedPooling(machine: machine).maxBackward(
      pool, try inputValue(0).blocked(machine), output: try outputValue().blocked(machine),
      gy.blocked(machine), into: gx, lastWins: lastWins)
    return gx
  }

  /// A batch norm's scales with its running statistics.
  func fixedAffine(_ epsilon: Float) -> Buffer {
    preparations.buffer(.affine(node.id)) {
      let parameters = parameters
      return Buffer(
        norm: ChannelStatistics(mean: parameters[2].scalars, variance: parameters[3].scalars),
        epsilon: epsilon, weight: parameters[0], bias: parameters[1])
    }
  }
}

extension Value {
  /// The same value in another's layout.
  func like(_ other: Value, _ machine: Machine) -> Value {
    other.layout == .blocked ? blocked(machine) : planar(machine)
  }
}
