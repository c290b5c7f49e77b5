import FacetGraph
import FacetTensor

/// The derivative: the rule of every operator for which no other was chosen.
struct GradientRule: ValueRule {
  func pullback(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> [Value?] {
    let machine = context.machine
    switch context.node.op {
    case .add: return context.wants.map { $0 ? upstream : nil }
    case .concat where upstream.layout == .blocked: return split(upstream, context)
    case .concat, .join, .arithmetic, .matrixProduct:
      return try several(upstream.tensor(machine), context).map { tensor in
        tensor.map { Value($0, $0.shape.rank == 4 ? .blocked : .planar, machine) }
      }
    default:
      guard context.wants[0] else { return [nil] }
      return [try single(upstream, context)]
    }
  }

  /// The slices of a joined signal: nothing is copied where channels fall on blocks.
  private func split(_ upstream: Value, _ context: RuleContext) -> [Value?] {
    var offset = 0
    return context.wants.indices.map { index in
      let shape = context.inputShape(index)
      defer { offset += shape[1] }
      guard context.wants[index] else { return nil }
      if offset % 16 == 0, shape[1] % 16 == 0 {
        return Value(
          shape, .blocked, in: upstream.buffer,
          offset: upstream.offset + offset / 16 * upstream.blockStride,
          imageStride: upstream.imageStride)
      }
      let part = Value(shape, .blocked)
      BlockedJoin.take(upstream, from: offset, into: part)
      return part
    }
  }

  /// The gradient of an operator with one input.
  private func single(_ upstream: Value, _ context: RuleContext) throws(EngineError) -> Value {
    let machine = context.machine
    let shape = context.inputShape(0)
    if shape.rank == 4, context.node.op.worksOnBlocks {
      return try map(upstream.blocked(machine), shape, context)
    }
    if case .linear = context.node.op {
      let gx = Value(shape, .planar)
      Tensor.withSources([context.parameters[0]]) {
        LinearKernels(machine: machine)
          .backwardData(upstream.source, weight: $0[0], into: gx.destination)
      }
      return gx
    }
    let tensor = try rows(upstream.tensor(machine), context)
    return Value(tensor, shape.rank == 4 ? .blocked : .planar, machine)
  }

  /// The gradient of an operator that works on blocked maps.
  private func map(_ upstream: Value, _ shape: Shape, _ context: RuleContext)
    throws(EngineError) -> Value
  {
    let machine = context.machine
    let gx = Value(shape, .blocked)
    let pooling = BlockedPooling(machine: machine)
    let normalisation = BlockedNormalisation(machine: machine)
    switch context.node.op {
    case .convolution(let c): context.convolutionGradient(c, upstream, into: gx)
    case .transposedConvolution(let c): context.transposedGradient(c, upstream, into: gx)
    case .batchNorm:
      return try NormGradients(context, upstream, parameters: false).signal ?? gx
    case .relu:
      BlockedSums(machine: machine).gate(
        .gradient, output: try context.outputValue().blocked(machine), upstream, into: gx)
    case .prelu:
      let slopes = context.parameters[0]
      normalisation.preluBackward(
        try context.inputValue(0).blocked(machine),
        slopes: Buffer(filling: slopes.count) { slopes.scalars[$0] }, upstream, into: gx)
    case .maxPool(let pool): return try context.maxPoolGradient(pool, upstream, lastWins: false)
    case .averagePool(let pool, let countsPadding):
      let grid = PoolGrid(
        pool, countsPadding: countsPadding, input: shape, output: upstream.shape)
      pooling.averageBackward(grid, upstream, into: gx)
    case .adaptiveAveragePool:
      pooling.averageBackward(
        PoolGrid(adaptive: shape, output: upstream.shape), upstream, into: gx)
    case .localResponseNorm(let size, let alpha, let beta, let k):
      normalisation.localResponseBackward(
        try context.inputValue(0).blocked(machine), upstream,
        LRNSettings(size: size, alpha: alpha, beta: beta, k: k), into: gx)
    default:
      // Dropout and activations, element by element.
      return Value(try rows(upstream.tensor(machine), context), .blocked, machine)
    }
    return gx
  }

  func make(
    _ shape: Shape, _ tensors: [Tensor], _ body: ([Source], Destination) -> Void
  ) -> Tensor {
    Tensor.withSources(tensors) { sources in Tensor(shape, writing: { body(sources, $0) }) }
  }
}

extension BlockedJoin {
  /// The channels of `x` from `offset` on that `y` has room for.
  static func take(_ x: Value, from offset: Int, into y: Value) {
    for image in 0..<y.images {
      let filling = y.image(image) + (y.blocks - 1) * y.blockStride
      filling.update(repeating: 0, count: y.blockStride)
      for channel in 0..<y.channels {
        let from = channel + offset
        let source = x.image(image) + from / 16 * x.blockStride + from % 16
        let target = y.image(image) + channel / 16 * y.blockStride + channel % 16
        for pixel in 0..<y.height * y.width { target[pixel * 16] = source[pixel * 16] }
      }
    }
  }
}
