import FacetGraph
import FacetTensor

/// Groups nodes into steps: batch norms fold into the convolution before them, additions and
/// activations into the layer that computes their last input.
///
/// A value that is kept ends its step, so observed layers are exact and cost only themselves.
struct Fusion {
  private let graph: Graph
  private let shapes: [Shape]
  private let kept: Set<NodeID>
  private let mode: RunMode
  /// For each node that runs, the running nodes that read it, once for each use.
  private var readers: [NodeID: [NodeID]] = [:]
  private var absorbed: Set<NodeID> = []
  /// Values that exist before the step in hand.
  private var ready: Set<NodeID>
  /// Batch norms (and activations) that the convolution reading them computes on the way in.
  private var prologues: [NodeID: (norm: Node, activation: Step.Activated, source: NodeID)] = [:]
  private(set) var steps: [Step] = []
  private var layouts: [NodeID: Layout] = [:]

  init(
    graph: Graph, shapes: [Shape], given: [NodeID: Layout], kept: Set<NodeID>, running: [NodeID],
    mode: RunMode
  ) {
    self.graph = graph
    self.shapes = shapes
    self.kept = kept
    self.mode = mode
    ready = Set(given.keys)
    layouts = given
    for id in running {
      for input in graph[id].inputs { readers[input, default: []].append(id) }
    }
    for id in running where !absorbed.contains(id) {
      guard let step = step(from: graph[id]) else { continue }
      steps.append(step)
      ready.insert(step.output)
      layouts[step.output] = step.layout
    }
  }

  /// The one node that reads a value nobody else sees.
  private func soleReader(of id: NodeID) -> Node? {
    guard !kept.contains(id), let reading = readers[id], reading.count == 1 else { return nil }
    return graph[reading[0]]
  }

  private func rank(_ id: NodeID) -> Int { shapes[id.index].rank }

  /// The step that a node starts; `nil` when a later one computes it on the way.
  private mutating func step(from node: Node) -> Step? {
    let blocked = rank(node.id) == 4 && node.op.worksOnBlocks
    var step = Step(
      nodes: [node], kernel: .array, inputs: node.inputs, layout: blocked ? .blocked : .planar)
    switch node.op {
    case .convolution(let convolution):
      var layer = Step.ConvolutionStep(convolution: convolution)
      if let before = prologues[node.inputs[0]] {
        layer.before = (before.norm, before.activation)
        step.inputs = [before.source]
      }
      if !mode.usesBatchStatistics, let next = soleReader(of: node.id),
        case .batchNorm = next.op
      {
        layer.norm = next
        absorb(next, into: &step)
      }
      layer.tail = tail(&step)
      step.kernel = .convolution(layer)
    case .linear:
      step.kernel = .linear(Step.Tail(activation: activation(&step)))
    case .batchNorm where blocked && mode.usesBatchStatistics:
      step.kernel = .batchNorm(node, tail(&step))
    case .batchNorm where blocked:
      if leavesToReader(node) { return nil }
      step.kernel = .affine(norm: node, tail(&step))
    case .add where blocked:
      step.kernel = .sum(activation(&step, allowing: [.none]))
    case .relu where blocked, .prelu where blocked:
      let kind = node.op.activated ?? .none
      step.kernel = .affine(
        norm: nil, Step.Tail(activation: Step.Activated(kind: kind, node: node)))
    case .activation(let activation) where blocked:
      if let kind = node.op.activated {
        step.kernel = .affine(
          norm: nil, Step.Tail(activation: Step.Activated(kind: kind, node: node)))
      } else {
        step.kernel = .elementwise(activation)
      }
    case .maxPool(let pool): step.kernel = .maxPool(pool)
    case .averagePool(let pool, let countsPadding):
      step.kernel = .averagePool(pool, countsPadding: countsPadding)
    case .adaptiveAveragePool: step.kernel = .adaptiveAveragePool
    case .localResponseNorm: step.kernel = .localResponseNorm
    case .concat where blocked: step.kernel = .join
    case .dropout(let probability):
      step.layout = layouts[node.inputs[0]] ?? .planar
      let drops = mode.drops && probability > 0
      step.kernel = drops ? .array : .view
      if drops { step.layout = .planar }
    case .flatten, .reshape:
      let input = node.inputs[0]
      let shape = shapes[input.index]
      let isFlat =
        layouts[input] != .blocked
        || (shape[2] == 1 && shape[3] == 1 && shape[1] % 16 == 0 && rank(node.id) == 2)
      step.kernel = isFlat ? .view : .array
    default: break
    }
    return step
  }

  private mutating func absorb(_ node: Node, into step: inout Step) {
    absorbed.insert(node.id)
    step.nodes.append(node)
  }

  /// What follows a step's last node and can be computed as it stores.
  private mutating func tail(_ step: inout Step) -> Step.Tail {
    var tail = Step.Tail()
    if let next = soleReader(of: step.output), next.op == .add, next.inputs.count == 2,
      let other = next.inputs.first(where: { $0 != step.output }), ready.contains(other),
      layouts[other] == .blocked
    {
      tail.residual = other
      step.inputs.append(other)
      absorb(next, into: &step)
    }
    tail.activation = activation(&step)
    return tail
  }

  private mutating func activation(
    _ step: inout Step, allowing: Set<Step.Activated.Kind> = []
  ) -> Step.Activated {
    guard let next = soleReader(of: step.output), let kind = next.op.activated,
      next.inputs.count == 1
    else { return Step.Activated() }
    if case .clamp = kind {
    } else if rank(next.id) != 4 || !allowing.isEmpty {
      return Step.Activated()
    }
    absorb(next, into: &step)
    return Step.Activated(kind: kind, node: next)
  }

  /// Whether a batch norm is left to the pointwise convolution that alone reads it, perhaps through a
  /// ReLU.
  private mutating func leavesToReader(_ norm: Node) -> Bool {
    var last = norm
    var activation = Step.Activated()
    if let next = soleReader(of: norm.id), case .clamp? = next.op.activated {
      activation = Step.Activated(kind: next.op.activated ?? .none, node: next)
      last = next
    }
    guard let reader = soleReader(of: last.id), case .convolution(let c) = reader.op,
      c.kernel == Extent(1), c.stride == Extent(1), c.padding == Extent(0),
      c.trailingPadding == Extent(0), c.same == nil, c.groups == 1,
      layouts[norm.inputs[0]] == .blocked
    else { return false }
    prologues[last.id] = (norm, activation, norm.inputs[0])
    absorbed.insert(norm.id)
    absorbed.insert(last.id)
    return true
  }
}
