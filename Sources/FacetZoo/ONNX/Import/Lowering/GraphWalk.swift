import FacetGraph

/// A reading of an ONNX model: goes through its nodes and those of the functions and branches they
/// call, and puts each into the graph or computes it at once.
struct GraphWalk {
  var lowering: Lowering
  private let functions: [FunctionKey: ONNXFunction]
  /// Values by name, of the graph and of the inner graphs that are being read, innermost last.
  private var scopes: [[String: ImportedValue]] = [[:]]
  /// Where names are looked up: a function sees nothing of its caller.
  private var floor = 0
  private var depth = 0
  private var walked = 0
  private var prefixes: Set<String> = []
  /// Optional outputs that aren't computed, and what they are.
  private(set) var uncomputed: [String: String] = [:]

  private struct FunctionKey: Hashable {
    let domain: String
    let name: String
    let overload: String
  }

  /// Functions and branches may call others so deep.
  private static let depthLimit = 24
  private static let nodeLimit = 200_000

  init(_ model: ONNXModel, lowering: Lowering) {
    self.lowering = lowering
    functions = Dictionary(
      model.functions.map {
        (FunctionKey(domain: $0.domain, name: $0.name, overload: $0.overload), $0)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Gives a name of the outermost graph a value.
  mutating func define(_ name: String, _ value: ImportedValue) { scopes[0][name] = value }

  /// Notes that a constant of the outermost graph can't be read; what takes it says so.
  mutating func defineUnreadable(_ name: String, _ failure: LoweringFailure) {
    scopes[0][name] = .missing
    switch failure {
    case .unsupported(let reason), .invalid(let reason): uncomputed[name] = reason
    case .needsFixedAxes, .file: uncomputed[name] = "a constant that can't be read"
    }
  }

  func value(_ name: String) -> ImportedValue? {
    for scope in scopes[floor...].reversed() {
      if let value = scope[name] { return value }
    }
    return nil
  }
}

/// What holds for the nodes of one graph or function.
struct WalkContext {
  /// What is put before names; with a slash at its end.
  var prefix = ""
  var opsets: [String: Int]
  /// Inside a function: what the call and the function's defaults say of attributes.
  var attributes: [String: ONNXAttribute]?
}

extension GraphWalk {
  /// Goes through the nodes that the wanted values depend on.
  mutating func walk(_ nodes: [ONNXNode], for wanted: [String], _ context: WalkContext)
    throws(LoweringFailure)
  {
    let order: [Int]
    do { order = try NodeOrder.needed(nodes, for: wanted) } catch {
      let node = nodes[error.node]
      let path = context.prefix + Self.path(node, error.node)
      report(node, path, context.opsets[node.domain] ?? 0, error.reason)
      return
    }
    for index in order {
      // A reading for a further output finds most of its nodes done.
      let names = nodes[index].outputs.filter { !$0.isEmpty }
      if !names.isEmpty, names.allSatisfy({ scopes[scopes.count - 1][$0] != nil }) { continue }
      walked += 1
      guard walked <= Self.nodeLimit else {
        throw .unsupported("functions and branches hold more than \(Self.nodeLimit) nodes")
      }
      try visit(nodes[index], context.prefix + Self.path(nodes[index], index), context)
    }
  }

  private static func path(_ node: ONNXNode, _ index: Int) -> String {
    if !node.name.isEmpty { return node.name }
    return node.outputs.first { !$0.isEmpty } ?? "\(node.opType)_\(index)"
  }

  private mutating func report(_ node: ONNXNode, _ path: String, _ opset: Int, _ reason: String) {
    lowering.problems.append(
      ONNXProblem(
        node: path,
        operatorName: node.domain.isEmpty ? node.opType : node.domain + "." + node.opType,
        opset: opset, reason: reason))
  }

  /// One node: a problem is noted, and what depends on its value is passed over.
  private mutating func visit(_ node: ONNXNode, _ path: String, _ context: WalkContext)
    throws(LoweringFailure)
  {
    let opset = context.opsets[node.domain] ?? 0
    do throws(LoweringFailure) {
      let node = try Self.resolved(node, context)
      guard let inputs = try inputs(of: node) else {
        for name in node.outputs where !name.isEmpty { scopes[scopes.count - 1][name] = .missing }
        return
      }
      let call = OperatorCall(node: node, path: path, opset: opset, inputs: inputs)
      let values = try evaluate(call, context)
      bind(call, values, context)
    } catch {
      switch error {
      case .unsupported(let reason), .invalid(let reason): report(node, path, opset, reason)
      case .needsFixedAxes, .file: throw error
      }
      for name in node.outputs where !name.isEmpty { scopes[scopes.count - 1][name] = .missing }
    }
  }

  /// The node's inputs; `nil` when a problem stands before one of them.
  private func inputs(of node: ONNXNode) throws(LoweringFailure) -> [ImportedValue?]? {
    var inputs: [ImportedValue?] = []
    for name in node.inputs {
      if name.isEmpty {
        inputs.append(nil)
        continue
      }
      guard let value = value(name) else {
        throw .invalid("it takes the value '\(name)', which no node gives")
      }
      if case .missing = value {
        if let what = uncomputed[name] { throw .unsupported("it takes \(what)") }
        return nil
      }
      inputs.append(value)
    }
    return inputs
  }

  private mutating func evaluate(_ call: OperatorCall, _ context: WalkContext)
    throws(LoweringFailure) -> [ImportedValue]
  {
    let node = call.node
    let key = FunctionKey(domain: node.domain, name: node.opType, overload: node.overload)
    if let function = functions[key] { return try inline(function, call) }
    guard node.domain.isEmpty else {
      throw .unsupported("operators of the domain '\(node.domain)' aren't computed")
    }
    guard call.opset > 0 else {
      throw .invalid("the file doesn't say which version of the operators it uses")
    }
    if call.opType == "If" { return try branch(call, context) }
    if let folded = try lowering.fold(call) { return folded }
    return try lowering.lower(call)
  }

  private mutating func bind(
    _ call: OperatorCall, _ values: [ImportedValue], _ context: WalkContext
  ) {
    for (index, name) in call.node.outputs.enumerated().dropFirst(values.count)
    where !name.isEmpty {
      // Optional outputs that aren't computed hurt only where something takes them.
      scopes[scopes.count - 1][name] = .missing
      uncomputed[name] =
        "output \(index) of '\(call.path)' (\(call.opType)), which isn't computed"
    }
    for (name, value) in zip(call.node.outputs, values) where !name.isEmpty {
      var value = value
      if case .constant(var constant) = value, constant.name == nil {
        constant.name = context.prefix + name
        value = .constant(constant)
      }
      scopes[scopes.count - 1][name] = value
      if case .computed(let computed) = value {
        lowering.aliases.append((context.prefix + name, computed.node))
        if name == call.node.outputs.first {
          lowering.aliases.append((call.path, computed.node))
        }
      }
    }
  }

  /// The node with references to a function's attributes replaced by what the call gives.
  private static func resolved(_ node: ONNXNode, _ context: WalkContext) throws(LoweringFailure)
    -> ONNXNode
  {
    let refers = node.attributes.values.contains {
      if case .reference = $0 { true } else { false }
    }
    guard refers else { return node }
    guard let given = context.attributes else {
      throw .invalid("it refers to a function's attribute, outside of a function")
    }
    var node = node
    for (name, attribute) in node.attributes {
      if case .reference(let source, _) = attribute { node.attributes[name] = given[source] }
    }
    return node
  }
}

extension GraphWalk {
  private mutating func enter(_ call: OperatorCall) throws(LoweringFailure) -> String {
    guard depth < Self.depthLimit else {
      throw .unsupported("functions and branches are more than \(Self.depthLimit) deep")
    }
    depth += 1
    var prefix = call.path + "/"
    var number = 1
    while !prefixes.insert(prefix).inserted {
      prefix = "\(call.path)_\(number)/"
      number += 1
    }
    return prefix
  }

  /// A call of a function of the model's own: its nodes take the place of the call.
  private mutating func inline(_ function: ONNXFunction, _ call: OperatorCall)
    throws(LoweringFailure) -> [ImportedValue]
  {
    let prefix = try enter(call)
    var attributes = function.defaultAttributes
    for (name, value) in call.node.attributes { attributes[name] = value }
    if let missing = function.requiredAttributes.first(where: { attributes[$0] == nil }) {
      throw .invalid("the function needs the attribute '\(missing)'")
    }
    var scope: [String: ImportedValue] = [:]
    for (index, name) in function.inputs.enumerated() {
      scope[name] = call.optional(index)
    }
    let outer = (scopes, floor)
    (scopes, floor) = ([scope], 0)
    defer {
      (scopes, floor) = outer
      depth -= 1
    }
    let nodes = function.nodes.map { node in
      var node = node
      // An input the call leaves out is left out by the nodes that take it.
      node.inputs = node.inputs.map {
        function.inputs.contains($0) && scope[$0] == nil ? "" : $0
      }
      return node
    }
    try walk(
      nodes, for: function.outputs,
      WalkContext(
        prefix: prefix, opsets: function.opsetImports, attributes: attributes))
    return try results(function.outputs)
  }

  private func results(_ names: [String]) throws(LoweringFailure) -> [ImportedValue] {
    var values: [ImportedValue] = []
    for name in names {
      guard let value = value(name) else {
        throw .invalid("its inner graph doesn't give the value '\(name)'")
      }
      values.append(value)
    }
    return values
  }

  /// `If`, where the condition is known.
  private mutating func branch(_ call: OperatorCall, _ context: WalkContext)
    throws(LoweringFailure) -> [ImportedValue]
  {
    let condition = try lowering.constant(try call.input(0), "the condition of If")
    guard condition.count == 1, let truth = try lowering.integers(condition).first else {
      throw .invalid("the condition has \(condition.count) elements, not one")
    }
    let graph = try call.graph(truth != 0 ? "then_branch" : "else_branch")
    let prefix = try enter(call)
    scopes.append([:])
    defer {
      scopes.removeLast()
      depth -= 1
    }
    for tensor in graph.initializers {
      var constant = try ImportedConstant(tensor)
      constant.name = prefix + tensor.name
      scopes[scopes.count - 1][tensor.name] = .constant(constant)
    }
    var inner = context
    inner.prefix = prefix
    let names = graph.outputs.map(\.name)
    try walk(graph.nodes, for: names, inner)
    return try results(names)
  }
}
