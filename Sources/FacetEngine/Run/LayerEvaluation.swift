import CFacetKernels
import FacetGraph
import FacetTensor
import FacetThreads

/// The steps with weights.
extension ForwardRun {
  func convolution(_ layer: Step.ConvolutionStep, _ step: Step, into y: Value) {
    let node = step.nodes[0]
    var x = value(step.inputs[0])
    let planar =
      x.layout == .planar && x.channels < ConvolutionKernels.planarChannels
      && layer.convolution.groups == 1 && layer.before == nil
    if !planar { x = x.blocked(machine) }
    let kernels = ConvolutionKernels(
      layer.convolution.resolved(height: x.height, width: x.width), images: x.images,
      input: Extent(x.height, x.width), output: Extent(y.height, y.width), planar: planar, machine)
    let packed = preparations.packed(kernels, node, model)
    var epilogue = Epilogue()
    let bias = layer.convolution.bias ? filled(node, 1) : nil
    epilogue.bias = bias.map { UnsafePointer($0.base) }
    let norm = layer.norm.map { affine(of: $0) }
    let filling = y.blocks * 16
    epilogue.affine = norm.map { (UnsafePointer($0.base), UnsafePointer($0.base + filling)) }
    epilogue.residual = layer.tail.residual.map { blocked($0) }
    epilogue.activation = layer.tail.activation.epilogue
    let slopes = slopes(layer.tail.activation, channels: y.channels)
    epilogue.slopes = slopes.map { UnsafePointer($0.base) }
    let before = layer.before.map { affine(of: $0.norm) }
    let prologue = before.map { before in
      DirectConvolution.Prologue(
        scale: UnsafePointer(before.base), shift: UnsafePointer(before.base + x.blocks * 16),
        activation: layer.before?.activation.epilogue ?? facet_epilogue())
    }
    kernels.run(x, packed: packed, into: y, epilogue: epilogue, prologue: prologue)
    _ = (bias, norm, slopes, before)
  }

  func linear(_ step: Step, _ tail: Step.Tail, into y: Value) {
    let parameters = model.parameters(of: step.nodes[0])
    let x = planar(step.inputs[0])
    Tensor.withSources(parameters) { sources in
      LinearKernels(machine: machine).forward(
        x.source, weight: sources[0], bias: sources.count > 1 ? sources[1] : nil,
        epilogue: tail.activation.epilogue, into: y.destination)
    }
  }

  /// Batch norm with running statistics, or none, and what follows.
  func affine(_ norm: Node?, _ tail: Step.Tail, _ step: Step, into y: Value) {
    let x = blocked(step.inputs[0])
    let buffer = norm.map { affine(of: $0) }
    normalise(x, buffer, tail, into: y)
  }

  func normalise(_ x: Value, _ affine: Buffer?, _ tail: Step.Tail, into y: Value) {
    let slopes = slopes(tail.activation, channels: y.channels)
    BlockedNormalisation(machine: machine).affine(
      x, affine, residual: tail.residual.map { blocked($0) },
      activation: tail.activation.epilogue, slopes: slopes, into: y)
  }

  /// Batch norm with the batch's own statistics.
  mutating func batchNorm(_ node: Node, _ tail: Step.Tail, _ step: Step, into y: Value) {
    guard case .batchNorm(_, let epsilon, _) = node.op else { return }
    let x = blocked(step.inputs[0])
    let measured = BlockedNormalisation(machine: machine).statistics(x)
    statistics[node.id] = measured
    let parameters = model.parameters(of: node)
    let buffer = Buffer(
      norm: measured, epsilon: epsilon, weight: parameters[0], bias: parameters[1])
    normalise(x, buffer, tail, into: y)
  }

  /// Copies the inputs that aren't in their places yet.
  func join(_ step: Step, into y: Value) {
    var offset = 0
    for input in step.inputs {
      let x = blocked(input)
      let place = y.base + offset / 16 * y.blockStride
      if offset % 16 == 0 {
        for image in 0..<x.images where x.image(image) != place + image * y.imageStride {
          (place + image * y.imageStride).update(
            from: x.image(image), count: x.blocks * x.blockStride)
        }
      } else {
        BlockedJoin.shift(x, by: offset, into: y)
      }
      offset += x.channels
    }
    BlockedJoin.clearFilling(y)
  }

  func elementwise(_ activation: Activation, _ x: Value, into y: Value) {
    let count = x.blocks * x.blockStride
    for image in 0..<x.images {
      ActivationKernels(parallel: machine.parallel).forward(
        activation, Source([count], x.image(image)),
        into: Destination(shape: [count], base: y.image(image)))
    }
    // Not every activation keeps the zeros of channels that aren't there.
    BlockedJoin.clearFilling(y)
  }

  /// Everything that works on row-major arrays.
  mutating func array(_ step: Step, into y: Value) {
    let node = step.nodes[0]
    if case .dropout(let probability) = node.op {
      dropoutFactors[node.id] = mode.dropoutFactors(node, probability, y.shape)
    }
    if case .transposedConvolution(let c) = node.op {
      return RuleContext.backward(
        c.mirror, blocked(step.inputs[0]), into: y, bias: c.bias ? filled(node, 1) : nil, node,
        model, machine)
    }
    let inputs = step.inputs.map { planar($0) }
    // Blocked maps that have no kernel of their own go through planes.
    let target = y.layout == .blocked ? Value(y.shape, .planar) : y
    let parameters = model.parameters(of: node)
    let factors = dropoutFactors[node.id]
    let found = Tensor.withSources(parameters) { sources in
      evaluateArray(node, inputs.map(\.source), sources, factors, into: target.destination)
    }
    if let found { statistics[node.id] = found }
    if y.layout == .blocked {
      let copy = target.blocked(machine)
      for image in 0..<y.images {
        y.image(image).update(from: copy.image(image), count: y.blocks * y.blockStride)
      }
    }
  }
}

/// Joining where an input's channels don't begin on a block.
enum BlockedJoin {
  /// Zeros for the channels that fill up the last block.
  static func clearFilling(_ y: Value) {
    let used = y.channels % 16
    guard used > 0 else { return }
    for image in 0..<y.images {
      let block = y.image(image) + (y.blocks - 1) * y.blockStride
      for pixel in 0..<y.height * y.width {
        (block + pixel * 16 + used).update(repeating: 0, count: 16 - used)
      }
    }
  }

  static func shift(_ x: Value, by offset: Int, into y: Value) {
    for image in 0..<x.images {
      for channel in 0..<x.channels {
        let (from, to) = (channel, channel + offset)
        let source = x.image(image) + from / 16 * x.blockStride + from % 16
        let target = y.image(image) + to / 16 * y.blockStride + to % 16
        for pixel in 0..<x.height * x.width { target[pixel * 16] = source[pixel * 16] }
      }
    }
  }
}

extension Preparations {
  /// A convolution's weights as its kernels want them.
  func packed(_ kernels: ConvolutionKernels, _ node: Node, _ model: Model) -> Buffer {
    let key = Key.packed(
      node.id, kernels.algorithm, kernel: kernels.window.kernel,
      firstTap: kernels.turned?.firstTap, tapStep: kernels.turned?.tapStep,
      kernels.machine.instructionSet)
    return buffer(key) {
      Tensor.withSources([model.parameters(of: node)[0]]) { kernels.pack($0[0]) }
    }
  }
}
