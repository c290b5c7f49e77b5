/// A node with its inputs, as the functions that put operators into a graph see it.
struct OperatorCall: Sendable {
  let node: ONNXNode
  /// The path of the layer it becomes.
  let path: String
  /// The version of the node's operator set.
  let opset: Int
  /// `nil` for optional inputs that aren't given.
  let inputs: [ImportedValue?]

  var opType: String { node.opType }

  /// An input that may be left out.
  func optional(_ index: Int) -> ImportedValue? {
    inputs.indices.contains(index) ? inputs[index] : nil
  }

  /// An input that must be there.
  func input(_ index: Int) throws(LoweringFailure) -> ImportedValue {
    guard let value = optional(index) else { throw .invalid("input \(index) is missing") }
    return value
  }

  /// The inputs from one on, all of which must be there.
  func all(from first: Int = 0) throws(LoweringFailure) -> [ImportedValue] {
    var values: [ImportedValue] = []
    for index in first..<max(first, inputs.count) { values.append(try input(index)) }
    guard !values.isEmpty else { throw .invalid("it has no inputs") }
    return values
  }

  /// Whether something takes this output, or might.
  func wantsOutput(_ index: Int) -> Bool {
    node.outputs.indices.contains(index) && !node.outputs[index].isEmpty
  }

  func requireOpset(_ first: Int) throws(LoweringFailure) {
    guard opset >= first else {
      throw .invalid("\(opType) exists from opset \(first) on; the file says \(opset)")
    }
  }
}

extension OperatorCall {
  private func mismatch(_ name: String, _ attribute: ONNXAttribute, _ expected: String)
    -> LoweringFailure
  {
    .invalid("the attribute '\(name)' is \(attribute.kindName), not \(expected)")
  }

  func integer(_ name: String) throws(LoweringFailure) -> Int? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .int(let value) = attribute else { throw mismatch(name, attribute, "INT") }
    return value
  }

  func integer(_ name: String, _ fallback: Int) throws(LoweringFailure) -> Int {
    try integer(name) ?? fallback
  }

  func flag(_ name: String, _ fallback: Bool) throws(LoweringFailure) -> Bool {
    try integer(name).map { $0 != 0 } ?? fallback
  }

  func integers(_ name: String) throws(LoweringFailure) -> [Int]? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .ints(let values) = attribute else { throw mismatch(name, attribute, "INTS") }
    return values
  }

  func float(_ name: String, _ fallback: Float) throws(LoweringFailure) -> Float {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .float(let value) = attribute else { throw mismatch(name, attribute, "FLOAT") }
    return value
  }

  func floats(_ name: String) throws(LoweringFailure) -> [Float]? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .floats(let values) = attribute else { throw mismatch(name, attribute, "FLOATS") }
    return values
  }

  func string(_ name: String, _ fallback: String) throws(LoweringFailure) -> String {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .string(let value) = attribute else { throw mismatch(name, attribute, "STRING") }
    return value
  }

  func tensor(_ name: String) throws(LoweringFailure) -> ONNXTensor? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .tensor(let tensor) = attribute else { throw mismatch(name, attribute, "TENSOR") }
    return tensor
  }

  func graph(_ name: String) throws(LoweringFailure) -> ONNXGraph {
    guard let attribute = node.attributes[name] else {
      throw .invalid("the attribute '\(name)' is missing")
    }
    guard case .graph(let graph) = attribute else { throw mismatch(name, attribute, "GRAPH") }
    return graph
  }

  /// An axis that may be counted from the end, of a value of `rank` axes; `past` allows the place
  /// behind the last.
  func axis(_ axis: Int, rank: Int, past: Bool = false) throws(LoweringFailure) -> Int {
    let last = past ? rank : rank - 1
    guard -rank...max(last, -rank) ~= axis, rank > 0 || (past && axis == 0) else {
      throw .invalid("axis \(axis) of a value of \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Several axes, each named once.
  func axes(_ axes: [Int], rank: Int) throws(LoweringFailure) -> [Int] {
    var places: [Int] = []
    for axis in axes { places.append(try self.axis(axis, rank: rank)) }
    guard Set(places).count == places.count else { throw .invalid("axes \(axes) name one twice") }
    return places
  }
}
