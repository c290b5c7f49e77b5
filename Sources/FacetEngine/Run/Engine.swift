import FacetGraph
import FacetTensor

/// Runs models. An engine holds no model and no state but its number of threads, so one engine can
/// serve many tasks at once.
public struct Engine: Sendable {
  let parallel: Parallel

  /// - Parameter threads: how many cores to use; by default the environment's `FACET_THREADS`, else
  ///   all. Results do not depend on it.
  public init(threads: Int? = nil) {
    parallel = Parallel(threads: max(1, threads ?? Parallel.defaultThreads))
  }

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
    return try run(model, given: [model.graph.input: x], shapes, keeping, mode)
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
    return try run(model, given: [id: value], shapes.map { $0 ?? [] }, keeping, mode)
  }

  private func run(
    _ model: Model, given: [NodeID: Tensor], _ shapes: [Shape], _ keeping: Keep, _ mode: RunMode
  ) throws(EngineError) -> Trace {
    var kept = try EngineError.wrapping { () throws(GraphError) in
      try keeping.nodes(in: model.graph, mode: mode)
    }
    if let start = given.keys.first, start != model.graph.input {
      // What comes before a resumed layer has no value and is not asked for; constants have theirs.
      kept.formIntersection(
        model.graph.descendants(of: start).union(model.graph.constants))
    }
    let plan = try ExecutionPlan(
      graph: model.graph, shapes: shapes, given: Set(given.keys), kept: kept)
    var trace = Trace(
      graph: model.graph, mode: mode, shapes: shapes, values: given, arenaCount: plan.arenaCount)
    let arena = Scratch(plan.arenaCount)
    for step in plan.steps {
      let node = step.node
      let parameters = model.parameters(of: node)
      if case .dropout(let probability) = node.op {
        trace.dropoutFactors[node.id] = mode.dropoutFactors(node, probability, step.shape)
      }
      // Tensors among the inputs are held until the kernel is done; the others are in the arena.
      let held = node.inputs.compactMap { trace.values[$0] }
      let base = arena.base
      func kernel(_ destination: Destination, _ trace: inout Trace) {
        let statistics = Tensor.withSources(held + parameters) { sources in
          var tensors = sources.prefix(held.count).makeIterator()
          let inputs = node.inputs.map { id in
            if case .arena(let offset) = plan.places[id] ?? .tensor {
              return Source(shapes[id.index], base + offset)
            }
            return tensors.next() ?? destination.source
          }
          return evaluate(
            node, inputs, Array(sources.suffix(parameters.count)), trace, into: destination)
        }
        if let statistics { trace.statistics[node.id] = statistics }
      }
      switch step.place {
      case .arena(let offset):
        kernel(Destination(shape: step.shape, base: base + offset), &trace)
      case .tensor:
        let value = Tensor(step.shape, writing: { kernel($0, &trace) })
        trace.values[node.id] = value
      }
    }
    return trace
  }
}
