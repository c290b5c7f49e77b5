import CFacetKernels
import FacetGraph
import FacetTensor

/// One forward run: the values there are so far.
struct ForwardRun {
  let model: Model
  let mode: RunMode
  let plan: ExecutionPlan
  let preparations: Preparations
  let machine: Machine
  private let arena: Buffer
  /// Memory of roots that are kept.
  private var memories: [NodeID: Buffer] = [:]
  var values: [NodeID: Value] = [:]
  var statistics: [NodeID: ChannelStatistics] = [:]
  var dropoutFactors: [NodeID: Tensor] = [:]

  init(
    model: Model, mode: RunMode, plan: ExecutionPlan, preparations: Preparations, machine: Machine
  ) {
    self.model = model
    self.mode = mode
    self.plan = plan
    self.preparations = preparations
    self.machine = machine
    arena = Buffer(plan.arenaCount)
  }

  mutating func evaluate(_ step: Step, births: [NodeID]) {
    for root in births { memories[root] = Buffer(plan.placement.count(root)) }
    let y = destination(of: step)
    values[step.output] = y
    switch step.kernel {
    case .convolution(let layer): convolution(layer, step, into: y)
    case .linear(let tail): linear(step, tail, into: y)
    case .affine(let norm, let tail): affine(norm, tail, step, into: y)
    case .batchNorm(let node, let tail): batchNorm(node, tail, step, into: y)
    case .sum(let activated):
      BlockedSums(machine: machine)
        .sum(step.inputs.map { blocked($0) }, activated.epilogue, into: y)
    case .maxPool(let pool):
      BlockedPooling(machine: machine).maxForward(pool, blocked(step.inputs[0]), into: y)
    case .averagePool(let pool, let countsPadding):
      let x = blocked(step.inputs[0])
      let grid = PoolGrid(pool, countsPadding: countsPadding, input: x.shape, output: y.shape)
      BlockedPooling(machine: machine).averageForward(grid, x, into: y)
    case .adaptiveAveragePool:
      let x = blocked(step.inputs[0])
      let grid = PoolGrid(adaptive: x.shape, output: y.shape)
      BlockedPooling(machine: machine).averageForward(grid, x, into: y)
    case .localResponseNorm:
      guard case .localResponseNorm(let size, let alpha, let beta, let k) = step.nodes[0].op else {
        return
      }
      BlockedNormalisation(machine: machine).localResponse(
        blocked(step.inputs[0]), LRNSettings(size: size, alpha: alpha, beta: beta, k: k), into: y)
    case .view: break
    case .join: join(step, into: y)
    case .elementwise(let activation): elementwise(activation, blocked(step.inputs[0]), into: y)
    case .array: array(step, into: y)
    }
  }

  /// Where a step writes: its place in the arena, or in memory that will be kept.
  private func destination(of step: Step) -> Value {
    let id = step.output
    let shape = plan.shapes[id.index]
    let slice = plan.placement.slices[id] ?? Placement.Slice(root: id, offset: 0)
    // A view of what was given is in its memory.
    let given = values[slice.root].map { ($0.buffer, $0.offset) }
    let (buffer, start) =
      plan.arenaOffsets[slice.root].map { (arena, $0) }
      ?? memories[slice.root].map { ($0, 0) } ?? given ?? (arena, 0)
    return Value(
      shape, step.layout, in: buffer, offset: start + slice.offset,
      imageStride: step.layout == .blocked ? plan.placement.imageCount(slice.root) : nil)
  }

  // MARK: Inputs

  func value(_ id: NodeID) -> Value {
    guard let value = values[id] else {
      preconditionFailure("the plan reads '\(model.graph[id].path)' before it is computed")
    }
    return value
  }

  func blocked(_ id: NodeID) -> Value { value(id).blocked(machine) }

  func planar(_ id: NodeID) -> Value { value(id).planar(machine) }

  // MARK: Parameters

  /// A parameter filled up to whole blocks.
  func filled(_ node: Node, _ index: Int) -> Buffer {
    preparations.buffer(.filled(node.id, parameter: index)) {
      let tensor = model.parameters(of: node)[index]
      return Buffer(filling: tensor.count) { tensor.scalars[$0] }
    }
  }

  /// A batch norm with its running statistics.
  func affine(of node: Node) -> Buffer {
    preparations.buffer(.affine(node.id)) {
      let parameters = model.parameters(of: node)
      guard case .batchNorm(_, let epsilon, _) = node.op else { return Buffer(0) }
      return Buffer(
        norm: ChannelStatistics(mean: parameters[2].scalars, variance: parameters[3].scalars),
        epsilon: epsilon, weight: parameters[0], bias: parameters[1])
    }
  }

  /// The slopes of an activation that has some.
  func slopes(_ activated: Step.Activated, channels: Int) -> Buffer? {
    switch activated.kind {
    case .prelu: activated.node.map { filled($0, 0) }
    case .leaky(let slope):
      preparations.buffer(.leaky(slope: slope, channels: channels)) {
        Buffer(filling: channels) { _ in slope }
      }
    default: nil
    }
  }
}

extension Step.Activated {
  var epilogue: facet_epilogue {
    switch kind {
    case .none: facet_epilogue()
    case .clamp(let low, let high): .clamp(low, high)
    case .prelu, .leaky: .prelu
    }
  }
}
