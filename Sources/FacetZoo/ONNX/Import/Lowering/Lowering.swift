import FacetGraph
import FacetTensor

/// A graph that is being built from an ONNX graph, node by node.
struct Lowering {
  var symbols = SymbolTable()
  var budget: FoldingBudget
  var parameters: ParameterStore
  var nodes: [Node] = []
  /// The sizes of every node's value.
  var extents: [[SymbolicInteger]] = []
  var problems: [ONNXProblem] = []
  /// Names that aren't layers' own but stand for one, in the order they were met.
  var aliases: [(name: String, node: NodeID)] = []
  private var paths: Set<String> = []
  /// The transposes among the nodes that undo or repeat another.
  var transposes: [Int: (source: ComputedValue, permutation: [Int])] = [:]
  /// What reshapes among the nodes were made of.
  var reshapes: [Int: ComputedValue] = [:]
  /// Constants that are nodes already, by the parameter's name.
  private var constants: [String: ComputedValue] = [:]

  init(budget: FoldingBudget, parameters: ParameterStore) {
    self.budget = budget
    self.parameters = parameters
  }
}

extension Lowering {
  /// Adds a node, named as the call or below it.
  ///
  /// - Parameter suffix: what the node does for the call; `nil` for the one that gives its value.
  mutating func emit(
    _ call: OperatorCall, _ suffix: String? = nil, _ op: Op, _ inputs: [ComputedValue],
    parameters: [String] = [], extents: [SymbolicInteger]
  ) throws(LoweringFailure) -> ComputedValue {
    let path = suffix.map { call.path + "/" + $0 } ?? call.path
    return try emit(
      path: path, op, inputs, parameters: parameters, extents: extents,
      type: inputs.first?.type ?? .float)
  }

  mutating func emit(
    path: String, _ op: Op, _ inputs: [ComputedValue], parameters: [String] = [],
    extents: [SymbolicInteger], type: ONNXDataType = .float
  ) throws(LoweringFailure) -> ComputedValue {
    guard nodes.count < Self.nodeLimit else {
      throw .unsupported("the graph would have more than \(Self.nodeLimit) layers")
    }
    if let stray = extents.compactMap(\.number).first(where: { !(1...1 << 32 ~= $0) }) {
      throw .unsupported(
        stray == 0 ? "its value would have no elements" : "an axis of its value has size \(stray)")
    }
    guard extents.count <= FoldingBudget.largestRank else {
      throw .unsupported("a value of \(extents.count) axes; at most \(FoldingBudget.largestRank)")
    }
    let id = NodeID(nodes.count)
    nodes.append(
      Node(
        id: id, path: LayerPath(unique(path)), op: op, inputs: inputs.map(\.node),
        parameters: parameters))
    self.extents.append(extents)
    return ComputedValue(node: id, extents: extents, type: type)
  }

  private static let nodeLimit = 200_000

  /// The path itself, or with a number behind it where it is taken.
  private mutating func unique(_ path: String) -> String {
    if paths.insert(path).inserted { return path }
    var number = 1
    while !paths.insert("\(path)_\(number)").inserted { number += 1 }
    return "\(path)_\(number)"
  }

}

extension Lowering {
  /// The value as a node's: what is constant becomes a node that holds it.
  mutating func computed(_ value: ImportedValue, _ call: OperatorCall, _ role: String = "constant")
    throws(LoweringFailure) -> ComputedValue
  {
    switch value {
    case .computed(let computed): return computed
    case .constant(let constant): return try node(of: constant, call, role)
    case .missing: throw .invalid("a value it takes is missing")
    }
  }

  /// The value as a node's, refused where it doesn't hold floating-point numbers.
  mutating func real(_ value: ImportedValue, _ call: OperatorCall, _ role: String = "constant")
    throws(LoweringFailure) -> ComputedValue
  {
    switch value {
    case .computed(let value) where !value.type.isFloat:
      throw .unsupported("\(call.opType) of \(value.type.name) isn't computed, only of floats")
    case .constant(let value) where !value.type.isFloat:
      throw .unsupported("\(call.opType) of \(value.type.name) isn't computed, only of floats")
    default: return try computed(value, call, role)
    }
  }

  private mutating func node(of constant: ImportedConstant, _ call: OperatorCall, _ role: String)
    throws(LoweringFailure) -> ComputedValue
  {
    let name = try parameter(
      constant.name ?? call.path + "/" + role, constant, extents: constant.extents)
    if let known = constants[name] { return known }
    let value = try emit(
      path: name, .constant(extents: constant.extents), [], parameters: [name],
      extents: constant.extents.map { SymbolicInteger($0) }, type: constant.type)
    constants[name] = value
    return value
  }

  /// A node of one number that the call needs.
  mutating func scalar(_ value: Float, _ call: OperatorCall, _ role: String)
    throws(LoweringFailure) -> ComputedValue
  {
    try computed(
      .constant(ImportedConstant(.float, [], .floats([value]), name: call.path + "/" + role)),
      call)
  }

  /// Keeps a constant's elements as a parameter and gives its name.
  mutating func parameter(_ name: String, _ constant: ImportedConstant, extents: [Int])
    throws(LoweringFailure) -> String
  {
    guard constant.count > 0 else {
      throw .unsupported("the constant '\(name)' has no elements")
    }
    if case .sizes(let sizes) = constant.elements {
      throw .needsFixedAxes(symbols.roots(sizes))
    }
    if case .repeated = constant.elements { try budget.take(extents) }
    return try parameters.add(name, constant, shape: Shape(extents))
  }

  /// The elements of an input that must be known now.
  func constant(_ value: ImportedValue, _ what: String) throws(LoweringFailure) -> ImportedConstant
  {
    switch value {
    case .constant(let constant): return constant
    case .computed: throw .unsupported("\(what) depends on the image; only constants are computed")
    case .missing: throw .invalid("a value it takes is missing")
    }
  }

  func floats(_ constant: ImportedConstant) throws(LoweringFailure) -> [Float] {
    if case .sizes(let sizes) = constant.elements {
      throw .needsFixedAxes(symbols.roots(sizes))
    }
    return try constant.floats()
  }

  func integers(_ constant: ImportedConstant) throws(LoweringFailure) -> [Int] {
    if case .sizes(let sizes) = constant.elements {
      throw .needsFixedAxes(symbols.roots(sizes))
    }
    return try constant.integers()
  }

  /// The whole numbers of an input that may be left out.
  func integers(_ value: ImportedValue?, _ what: String) throws(LoweringFailure) -> [Int]? {
    guard let value else { return nil }
    return try integers(try constant(value, what))
  }

  /// The one number of an input.
  func number(_ value: ImportedValue, _ what: String) throws(LoweringFailure) -> Float {
    let constant = try constant(value, what)
    guard constant.count == 1, let first = try floats(constant).first else {
      throw .invalid("\(what) has \(constant.count) elements, not one")
    }
    return first
  }

  /// The sizes of an input's axes.
  func extents(of value: ImportedValue) throws(LoweringFailure) -> [SymbolicInteger] {
    switch value {
    case .constant(let constant): return constant.extents.map { SymbolicInteger($0) }
    case .computed(let computed): return computed.extents
    case .missing: throw .invalid("a value it takes is missing")
    }
  }
}
