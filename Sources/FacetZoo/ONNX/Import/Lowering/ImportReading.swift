import FacetGraph
import FacetTensor

/// One reading of a file with some axes of its input fixed.
struct ImportReading {
  let model: ONNXModel
  let frame: ImportFrame
  let plan: InputPlan?
  private var walk: GraphWalk
  /// The node that gives the wanted output; none until the reading is done, or when a problem stands
  /// before it.
  private(set) var output: ComputedValue?
  private(set) var otherOutputs: [(name: String, value: ComputedValue)] = []
  private(set) var droppedOutputs: [String: String] = [:]
  /// What stands before the wanted output.
  private(set) var problems: [ONNXProblem] = []
  private let planFailure: LoweringFailure?
  private let options: ONNXImportOptions

  var lowering: Lowering { walk.lowering }
  var parameters: ParameterStore { walk.lowering.parameters }

  init(
    model: ONNXModel, frame: ImportFrame, options: ONNXImportOptions, lowering: Lowering
  ) {
    self.model = model
    self.frame = frame
    self.options = options
    walk = GraphWalk(model, lowering: lowering)
    var failure: LoweringFailure?
    var plan: InputPlan?
    if let input = frame.input {
      do { plan = try InputPlan(input, model.graph, options: options) } catch { failure = error }
    }
    self.plan = plan
    planFailure = failure
  }

  /// Reads the graph: first what the wanted output depends on, then what the others do.
  mutating func run(fixed: Set<Int>) throws(LoweringFailure) {
    if let planFailure { throw planFailure }
    if let plan {
      let input = try plan.emit(into: &walk.lowering, fixed: fixed)
      walk.define(plan.name, .computed(input))
      walk.lowering.aliases.append((plan.name, NodeID(0)))
    } else {
      // A graph of Facet's has an input, also where nothing depends on it.
      _ = try walk.lowering.emit(path: "input", .arrayInput(extents: [nil]), [], extents: [.one])
    }
    for tensor in model.graph.initializers {
      do throws(LoweringFailure) {
        walk.define(tensor.name, .constant(try ImportedConstant(tensor)))
      } catch {
        // A constant that can't be read hurts only where it is taken.
        walk.defineUnreadable(tensor.name, error)
      }
    }
    for info in model.graph.inputs {
      guard let value = options.bindings[info.name] else { continue }
      walk.define(info.name, .constant(try Self.bound(value, info)))
    }
    let context = WalkContext(opsets: model.opsetImports)
    try walk.walk(model.graph.nodes, for: [frame.output], context)
    problems = walk.lowering.problems
    if !problems.isEmpty { return }
    output = try layer(frame.output)
    guard output != nil else {
      throw .unsupported(
        "its output '\(frame.output)' is "
          + (walk.uncomputed[frame.output] ?? "a value that isn't computed"))
    }
    for name in frame.others {
      let before = walk.lowering.problems.count
      do throws(LoweringFailure) {
        try walk.walk(model.graph.nodes, for: [name], context)
        if let value = try layer(name) {
          otherOutputs.append((name, value))
        } else {
          droppedOutputs[name] =
            walk.lowering.problems.dropFirst(before).first?.description ?? walk.uncomputed[name]
            ?? "it depends on what isn't computed"
        }
      } catch {
        switch error {
        case .needsFixedAxes: droppedOutputs[name] = "it needs an input of a fixed size"
        case .unsupported(let reason), .invalid(let reason): droppedOutputs[name] = reason
        case .file: throw error
        }
      }
    }
  }

  /// The node of an output; what is constant becomes one.
  private mutating func layer(_ name: String) throws(LoweringFailure) -> ComputedValue? {
    let call = OperatorCall(
      node: ONNXNode("Output", inputs: [name], outputs: [name]), path: name, opset: 1, inputs: [])
    guard let value = walk.value(name) else {
      throw .invalid("no node gives its output '\(name)'")
    }
    switch value {
    case .missing: return nil
    case .computed(let computed): return computed
    case .constant(var constant):
      constant.name = nil
      return try walk.lowering.computed(.constant(constant), call, "value")
    }
  }

  /// The value that the options give an input.
  private static func bound(_ value: Tensor, _ info: ONNXValueInfo) throws(LoweringFailure)
    -> ImportedConstant
  {
    let type = info.elementType ?? .float
    guard type.elementType != nil else {
      throw .unsupported("the input '\(info.name)' holds elements of type \(type.name)")
    }
    let extents = value.shape.extents
    if type.isFloat {
      return ImportedConstant(type, extents, .floats(value.scalars), name: info.name)
    }
    let floats = ImportedConstant(.float, extents, .floats(value.scalars))
    return ImportedConstant(type, extents, .integers(try floats.integers()), name: info.name)
  }
}
