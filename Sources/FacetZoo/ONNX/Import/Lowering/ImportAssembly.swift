import FacetGraph
import FacetTensor

/// Makes a model of what a reading gave: without what no output needs, with a card and notes.
struct ImportAssembly {
  let reading: ImportReading
  let path: String
  let opset: Int
  let fixed: Set<Int>
  let options: ONNXImportOptions
  let card: ONNXCardFile?

  func result() throws(ZooError) -> ONNXImported {
    guard reading.problems.isEmpty, let output = reading.output else {
      throw .unsupportedNodes(path: path, problems: reading.problems)
    }
    let (nodes, places) = pruned([output.node] + reading.otherOutputs.map(\.value.node))
    let graph: Graph
    do {
      graph = try Graph(
        nodes: nodes, output: places[output.node] ?? output.node, modules: modules(nodes, places))
    } catch { throw .graph(path: path, error) }
    var hints = [[Int]](repeating: [], count: nodes.count)
    for (old, new) in places {
      hints[new.index] = reading.lowering.extents[old.index].map(reading.lowering.symbols.hint)
    }
    try check(graph, hints)
    let model: Model
    let embedded = reading.model.embeddedCard(for: graph)
    let imported = ImportedCard(
      graph: graph, extents: hints, options: options, file: card, embedded: embedded, path: path,
      size: reading.plan?.size ?? (1, 1), opset: opset, producer: reading.model.producerName)
    let modelCard = try imported.card()
    do {
      model = try Model(graph: graph, parameters: reading.parameters.tensors, card: modelCard)
    } catch { throw .graph(path: path, error) }
    return ONNXImported(
      model: model, notes: notes(model, hints), opset: opset,
      input: reading.plan?.name ?? "",
      declaredExtents: reading.plan?.declared ?? [],
      output: reading.frame.output, otherOutputs: reading.otherOutputs.map(\.name),
      droppedOutputs: reading.droppedOutputs,
      saysItsInput: embedded != nil || card?.scale != nil || card?.mean != nil
        || card?.standardDeviation != nil,
      normalisesItsInput: normalisesItsInput(graph))
  }

  /// The nodes that the wanted ones depend on, numbered anew, and where each went.
  private func pruned(_ wanted: [NodeID]) -> (nodes: [Node], places: [NodeID: NodeID]) {
    let all = reading.lowering.nodes
    var isNeeded = [Bool](repeating: false, count: all.count)
    isNeeded[0] = true
    for id in wanted { isNeeded[id.index] = true }
    for node in all.reversed() where isNeeded[node.id.index] {
      for input in node.inputs { isNeeded[input.index] = true }
    }
    var places: [NodeID: NodeID] = [:]
    var nodes: [Node] = []
    for node in all where isNeeded[node.id.index] {
      let id = NodeID(nodes.count)
      places[node.id] = id
      nodes.append(
        Node(
          id: id, path: node.path, op: node.op, inputs: node.inputs.map { places[$0] ?? $0 },
          parameters: node.parameters))
    }
    return (nodes, places)
  }

  /// Names of values and of nodes that became no layer of their own, where no layer has that name.
  private func modules(_ nodes: [Node], _ places: [NodeID: NodeID]) -> [LayerPath: NodeID] {
    let paths = Set(nodes.map(\.path))
    var modules: [LayerPath: NodeID] = [:]
    for (name, node) in reading.lowering.aliases {
      let path = LayerPath(name)
      guard let place = places[node], !paths.contains(path), modules[path] == nil else { continue }
      modules[path] = place
    }
    let embedded = reading.model.embeddedModules
    guard !embedded.isEmpty else { return modules }
    let layers = Dictionary(nodes.map { ($0.path.name, $0.id) }) { first, _ in first }
    for (name, layer) in embedded {
      let path = LayerPath(name)
      guard let place = layers[layer], !paths.contains(path) else { continue }
      modules[path] = place
    }
    return modules
  }

  /// The graph's own shapes must be those that the reading worked out.
  private func check(_ graph: Graph, _ hints: [[Int]]) throws(ZooError) {
    let symbols = reading.lowering.symbols
    // Sizes that the file leaves open are guesses; a run will tell.
    guard symbols.freeAxes.values.allSatisfy(\.isDeclared) else { return }
    let shapes: [Shape]
    do { shapes = try graph.shapes(input: Shape(hints[0])) } catch {
      throw .graph(path: path, error)
    }
    for (node, shape) in zip(graph.nodes, shapes) where shape.extents != hints[node.id.index] {
      throw .unsupported(
        path: path,
        reason: "layer '\(node.path)' would be \(shape), where the file's nodes give "
          + "\(hints[node.id.index])")
    }
  }

  /// Whether arithmetic by constants, or a batch norm, comes first.
  private func normalisesItsInput(_ graph: Graph) -> Bool {
    let consumers = graph.consumers
    var id = graph.input
    while true {
      guard consumers[id.index].count == 1, let next = consumers[id.index].first else {
        return false
      }
      switch graph[next].op {
      case .arithmetic, .batchNorm: return true
      case .transpose, .reshape, .dropout, .gather, .slice, .pad: id = next
      default: return false
      }
    }
  }
}

extension ImportAssembly {
  private func notes(_ model: Model, _ hints: [[Int]]) -> [ONNXImported.Note] {
    var notes: [ONNXImported.Note] = []
    if opset < 6, opset > 0 {
      notes.append(
        .init(
          .warning, "operator set \(opset) is from before ONNX 1.0's; sets from 6 on are tested"))
    }
    if let plan = reading.plan { notes += inputNotes(plan, model.graph) }
    if normalisesItsInput(model.graph) {
      notes.append(
        .init(
          .information,
          "the graph begins with arithmetic by constants: it seems to normalise its input itself"))
    }
    if let card {
      notes.append(.init(.information, "the card was read from \(card.path)"))
    }
    if !reading.otherOutputs.isEmpty {
      let names = reading.otherOutputs.map { "'\($0.name)'" }.joined(separator: ", ")
      notes.append(
        .init(
          .information,
          "the output is '\(reading.frame.output)'; other outputs are layers: \(names)"))
    }
    for (name, reason) in reading.droppedOutputs.sorted(by: { $0.key < $1.key }) {
      notes.append(.init(.information, "the output '\(name)' is left out: \(reason)"))
    }
    notes += parameterNotes(model)
    notes += outputNotes(hints[model.graph.output.index])
    return notes
  }

  private func inputNotes(_ plan: InputPlan, _ graph: Graph) -> [ONNXImported.Note] {
    var notes: [ONNXImported.Note] = []
    if plan.layout == .channelsLast {
      notes.append(
        .init(
          .information,
          "the file takes images as [N, H, W, C]; the graph takes them as [N, C, H, W]"))
    }
    if !plan.type.isFloat {
      notes.append(
        .init(
          .information,
          "the file takes images of type \(plan.type.name); the graph takes them as floats"))
    } else if plan.type != .float {
      notes.append(
        .init(.warning, "the file computes with \(plan.type.name), Facet with 32-bit floats"))
    }
    for axis in fixed.sorted() where axis < plan.assumed.count {
      let size = plan.assumed[axis]
      let isGuess = plan.declared[axis] == nil
      notes.append(
        .init(
          isGuess ? .warning : .information,
          "\(plan.axisName(axis)) is fixed at \(size): the graph computes with it"
            + (isGuess ? ", and the file leaves it open (set height and width to choose)" : "")))
    }
    return notes
  }

  /// Without branches, so that it takes no longer than reading the elements.
  private static func hasNonFinite(_ tensor: Tensor) -> Bool {
    tensor.withUnsafeBufferPointer { values in
      let exponent: UInt32 = 0x7F80_0000
      var count = 0
      for value in values { count &+= value.bitPattern & exponent == exponent ? 1 : 0 }
      return count > 0
    }
  }

  private func parameterNotes(_ model: Model) -> [ONNXImported.Note] {
    let bad = model.graph.parameterShapes.map(\.name).filter { name in
      model.parameters[name].map(Self.hasNonFinite) ?? false
    }
    if bad.isEmpty { return [] }
    let names = bad.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return [
      .init(
        .warning,
        "\(bad.count) parameters hold NaN or infinite elements (\(names)"
          + (bad.count > 3 ? ", ..." : "") + "); what the network computes is not to be trusted")
    ]
  }

  /// Whether the file declares another output than the one that is computed.
  private func outputNotes(_ computed: [Int]) -> [ONNXImported.Note] {
    guard
      let info = reading.model.graph.outputs.first(where: { $0.name == reading.frame.output }),
      let dims = info.dims
    else { return [] }
    let symbols = reading.lowering.symbols
    let isExact = symbols.freeAxes.values.allSatisfy(\.isDeclared)
    let agrees =
      dims.count == computed.count
      && zip(dims, computed).allSatisfy { dim, size in
        if case .known(let known) = dim, known > 0, isExact { known == size } else { true }
      }
    if agrees { return [] }
    let declared = dims.map { if case .known(let size) = $0 { "\(size)" } else { "?" } }
    return [
      .init(
        .warning,
        "the file says that its output is [\(declared.joined(separator: ", "))]; the graph gives "
          + "\(computed)")
    ]
  }
}
