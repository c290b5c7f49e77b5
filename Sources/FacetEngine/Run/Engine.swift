import FacetGraph
import FacetTensor
import FacetThreads

/// Runs models. An engine holds no model and no state but where and how it computes, so one engine
/// can serve many tasks at once. What runs of a model share, packed weights among it, is kept with the
/// model.
public struct Engine: Sendable {
  let machine: Machine

  /// - Parameters:
  ///   - threads: how many cores to use; by default the environment's `FACET_THREADS`, else all.
  ///     Results do not depend on it.
  ///   - precision: whether convolutions may be computed by Winograd's filtering.
  ///   - instructionSet: the kernels to use; by default the environment's `FACET_ISA`, else the best
  ///     the processor has, which replaces one that it hasn't.
  public init(
    threads: Int? = nil, precision: Precision = .fast, instructionSet: InstructionSet? = nil
  ) {
    let set = instructionSet.flatMap { $0.isSupported ? $0 : nil } ?? .current
    machine = Machine(
      parallel: Parallel(threads: max(1, threads ?? Parallel.defaultThreads)),
      kernels: set.table, instructionSet: set, precision: precision)
  }

  /// The threads that all engines share.
  package var parallel: Parallel { machine.parallel }

  public var threads: Int { machine.parallel.threads }
  public var precision: Precision { machine.precision }
  public var instructionSet: InstructionSet { machine.instructionSet }

  /// Runs the model on images `[N, C, H, W]`.
  ///
  /// - Parameters:
  ///   - keeping: which layers' values the trace holds; only what they need is run.
  public func forward(
    _ model: Model, _ x: Tensor, keeping: Keep = .output, mode: RunMode = .inference
  ) throws(EngineError) -> Trace {
    let shapes = try EngineError.wrapping { () throws(GraphError) in
      try model.graph.shapes(input: x.shape)
    }
    return try run(model, given: (model.graph.input, x), shapes, keeping, mode)
  }

  /// Runs only what comes after a layer, from a given value of it: for ablations, and for heads on
  /// cached features.
  ///
  /// - Parameters:
  ///   - path: the layer; the output must depend on nothing else.
  ///   - value: shaped as that layer's value, `[N, ...]`; images may be of any size that gives it.
  public func resume(
    _ model: Model, from path: LayerPath, value: Tensor, keeping: Keep = .output,
    mode: RunMode = .inference
  ) throws(EngineError) -> Trace {
    let (id, shapes) = try EngineError.wrapping { () throws(GraphError) in
      let id = try model.graph.node(at: path).id
      return (id, try model.graph.shapes(resumingFrom: id, value: value.shape))
    }
    guard model.graph.descendants(of: id).contains(model.graph.output) else {
      throw .notReached(path, from: model.graph[model.graph.output].path)
    }
    // A layer without a shape depends on more than the given value; the plan refuses to run it.
    return try run(model, given: (id, value), shapes.map { $0 ?? [] }, keeping, mode)
  }

  private func run(
    _ model: Model, given: (id: NodeID, value: Tensor), _ shapes: [Shape], _ keeping: Keep,
    _ mode: RunMode
  ) throws(EngineError) -> Trace {
    var kept = try EngineError.wrapping { () throws(GraphError) in
      try keeping.nodes(in: model.graph, mode: mode)
    }
    // A step of training goes on from wherever rounding took it; an explanation is looked at.
    let isLookedAt =
      if case .inference = mode {
        try EngineError.wrapping { () throws(GraphError) in
          try keeping.passesGates(of: model.graph, shapes)
        }
      } else { false }
    let machine = isLookedAt ? machine.beforeBackward : machine
    if given.id != model.graph.input {
      // What comes before a resumed layer has no value and is not asked for; constants have theirs.
      kept.formIntersection(
        model.graph.descendants(of: given.id).union(model.graph.constants))
    }
    let layout: Layout =
      given.value.shape.rank == 4 && given.id != model.graph.input ? .blocked : .planar
    let value = Value(given.value, layout, machine)
    var start = (id: given.id, value: value)
    if case .inference = mode, given.id == model.graph.input, kept.contains(given.id) == false,
      let split = BatchSplit(model.graph, shapes, kept: kept)
    {
      start = (split.cut, try front(model, value, split, shapes, machine))
    }
    var run = try run(model, from: start, shapes, kept, mode, machine)
    run.values[given.id] = value
    return Trace(
      graph: model.graph, mode: mode, shapes: shapes, machine: machine,
      values: run.values.filter { kept.contains($0.key) || $0.key == given.id },
      statistics: run.statistics, dropoutFactors: run.dropoutFactors,
      arenaCount: run.plan.arenaCount)
  }

  /// Runs all steps from one given value.
  private func run(
    _ model: Model, from start: (id: NodeID, value: Value), _ shapes: [Shape], _ kept: Set<NodeID>,
    _ mode: RunMode, _ machine: Machine
  ) throws(EngineError) -> ForwardRun {
    let preparations = Preparations.of(model)
    let plan = try preparations.plan(
      Preparations.PlanKey(
        given: [start.id: start.value.shape], kept: kept,
        usesBatchStatistics: mode.usesBatchStatistics, drops: mode.drops)
    ) { () throws(EngineError) in
      try ExecutionPlan(
        graph: model.graph, shapes: shapes, given: [start.id: start.value.layout], kept: kept,
        mode: mode)
    }
    var run = ForwardRun(
      model: model, mode: mode, plan: plan, preparations: preparations, machine: machine)
    run.values[start.id] = start.value
    for (index, step) in plan.steps.enumerated() {
      run.evaluate(step, births: plan.births[index])
    }
    return run
  }

  /// The value of the layer where a batch is split, computed a few images at a time.
  private func front(
    _ model: Model, _ x: Value, _ split: BatchSplit, _ shapes: [Shape], _ machine: Machine
  ) throws(EngineError) -> Value {
    let whole = Value(shapes[split.cut.index], .blocked)
    var first = 0
    while first < x.images {
      let count = min(split.images, x.images - first)
      let part = Value(
        x.shape.dropFirst().prepending(count), x.layout, in: x.buffer,
        offset: x.offset + first * x.imageStride)
      let partShapes = try EngineError.wrapping { () throws(GraphError) in
        try model.graph.shapes(input: part.shape)
      }
      let run = try run(
        model, from: (model.graph.input, part), partShapes, [split.cut], .inference,
        machine)
      let value = run.value(split.cut)
      for image in 0..<count {
        whole.image(first + image).update(
          from: value.image(image), count: whole.blocks * whole.blockStride)
      }
      first += count
    }
    return whole
  }
}
