import FacetGraph

/// Computes at once what is known when a graph is read: sizes, and constants from constants.
extension Lowering {
  /// The call's values, or `nil` when it must become layers.
  mutating func fold(_ call: OperatorCall) throws(LoweringFailure) -> [ImportedValue]? {
    switch call.opType {
    case "Shape": return [.constant(try foldShape(call))]
    case "Size":
      let count = try product(try extents(of: try call.input(0)))
      return [.constant(ImportedConstant(.int64, [], sizes: [count]))]
    case "Constant": return [.constant(try constantNode(call))]
    case "ConstantOfShape": return [.constant(try constantOfShape(call))]
    default: break
    }
    var constants: [ImportedConstant?] = []
    for input in call.inputs {
      guard let input else {
        constants.append(nil)
        continue
      }
      guard case .constant(let constant) = input else { return nil }
      constants.append(constant)
    }
    guard let first = constants.first, let first else { return nil }
    if let moved = try foldMovement(call, first, constants) {
      return moved.map { .constant($0) }
    }
    return try foldNumbers(call, first, constants).map { [.constant($0)] }
  }

  private mutating func foldNumbers(
    _ call: OperatorCall, _ first: ImportedConstant, _ constants: [ImportedConstant?]
  ) throws(LoweringFailure) -> ImportedConstant? {
    switch call.opType {
    case "Cast":
      return try cast(first, to: ONNXDataType(code: try call.integer("to", 1)))
    case "CastLike":
      guard constants.count == 2, let like = constants[1] else {
        throw .invalid("input 1 is missing")
      }
      return try cast(first, to: like.type)
    case "Range": return try foldRange(constants)
    case "Where": return try foldWhere(constants)
    case "Min", "Max", "Sum", "Mean":
      var result = first
      for other in constants.dropFirst() {
        guard let other else { throw .invalid("an input is missing") }
        let name = call.opType == "Min" || call.opType == "Max" ? call.opType : "Add"
        guard let next = try foldBinary(name, result, other) else { return nil }
        result = next
      }
      guard call.opType == "Mean", constants.count > 1 else { return result }
      let count = ImportedConstant(.float, [], .floats([Float(constants.count)]))
      return try foldBinary("Div", result, count)
    case "MatMul":
      guard constants.count == 2, let second = constants[1] else { return nil }
      return try foldMatrixProduct(first, second)
    default: break
    }
    if constants.count == 2, let second = constants[1], call.opset >= 7 || !first.type.isFloat {
      return try foldBinary(call.opType, first, second)
    }
    if let reduction = try reduction(of: call, rank: first.rank) {
      return reduction.axes.isEmpty ? first : try foldReduction(reduction, first)
    }
    return constants.count == 1 ? try foldUnary(call.opType, first) : nil
  }

  private func foldShape(_ call: OperatorCall) throws(LoweringFailure) -> ImportedConstant {
    let extents = try extents(of: try call.input(0))
    func place(_ index: Int) -> Int {
      let counted = index < 0 && index >= -extents.count ? index + extents.count : index
      return min(max(counted, 0), extents.count)
    }
    let start = place(try call.integer("start", 0))
    let end = place(try call.integer("end", extents.count))
    let part = Array(extents[start..<max(start, end)])
    return ImportedConstant(.int64, [part.count], sizes: part)
  }

  private func constantNode(_ call: OperatorCall) throws(LoweringFailure) -> ImportedConstant {
    if let tensor = try call.tensor("value") {
      var constant = try ImportedConstant(tensor)
      constant.name = nil
      return constant
    }
    if let value = try call.integer("value_int") {
      return ImportedConstant(.int64, [], .integers([value]))
    }
    if let values = try call.integers("value_ints") { return ImportedConstant(integers: values) }
    if let values = try call.floats("value_floats") {
      return ImportedConstant(.float, [values.count], .floats(values))
    }
    if call.node.attributes["value_float"] != nil {
      return ImportedConstant(.float, [], .floats([try call.float("value_float", 0)]))
    }
    let names = call.node.attributes.keys.sorted().joined(separator: ", ")
    throw .unsupported("a constant given by \(names.isEmpty ? "nothing" : names)")
  }

  private mutating func constantOfShape(_ call: OperatorCall) throws(LoweringFailure)
    -> ImportedConstant
  {
    let shape = try integers(try constant(try call.input(0), "the shape"))
    // An array that is all one number takes no room until its elements are asked for.
    guard shape.count <= FoldingBudget.largestRank, let count = FoldingBudget.count(shape) else {
      throw .invalid("a shape of \(shape)")
    }
    guard count <= budget.limit else {
      throw .unsupported(
        "a constant of \(count) elements; all together may have \(budget.limit) (the option "
          + "foldingLimit)")
    }
    guard let tensor = try call.tensor("value") else {
      return ImportedConstant(.float, shape, .repeated(0))
    }
    let value = try ImportedConstant(tensor)
    guard value.count == 1 else {
      throw .invalid("its value has \(value.count) elements, not one")
    }
    if value.type.isFloat {
      return ImportedConstant(value.type, shape, .repeated(try value.floats()[0]))
    }
    try budget.take(shape)
    return ImportedConstant(
      value.type, shape, .integers([Int](repeating: try value.integers()[0], count: count)))
  }

  private func cast(_ x: ImportedConstant, to type: ONNXDataType) throws(LoweringFailure)
    -> ImportedConstant
  {
    guard type.elementType != nil else {
      throw .unsupported("a cast to \(type.name) isn't computed")
    }
    if case .sizes(let sizes) = x.elements {
      guard type != .bool else { throw .needsFixedAxes(symbols.roots(sizes)) }
      return ImportedConstant(type, x.extents, .sizes(sizes))
    }
    if type.isFloat {
      if x.type.isFloat { return ImportedConstant(type, x.extents, x.elements, name: x.name) }
      return ImportedConstant(type, x.extents, .floats(try x.floats()))
    }
    if x.type.isInteger, type != .bool {
      return ImportedConstant(type, x.extents, .integers(try x.integers()))
    }
    var integers: [Int] = []
    for value in try x.floats() {
      if type == .bool {
        integers.append(value != 0 ? 1 : 0)
      } else if let integer = Int(exactly: value.rounded(.towardZero)) {
        integers.append(integer)
      } else {
        throw .invalid("\(value) can't be cast to \(type.name)")
      }
    }
    return ImportedConstant(type, x.extents, .integers(integers))
  }

  private mutating func foldRange(_ constants: [ImportedConstant?]) throws(LoweringFailure)
    -> ImportedConstant
  {
    var bounds: [ImportedConstant] = []
    for constant in constants.prefix(3) {
      guard let constant, constant.count == 1 else { throw .invalid("a bound isn't one number") }
      bounds.append(constant)
    }
    guard bounds.count == 3 else { throw .invalid("it has \(bounds.count) inputs, not 3") }
    let numbers = (try floats(bounds[0])[0], try floats(bounds[1])[0], try floats(bounds[2])[0])
    let steps = ((Double(numbers.1) - Double(numbers.0)) / Double(numbers.2)).rounded(.up)
    guard numbers.2 != 0, let count = Int(exactly: max(steps, 0)) else {
      throw .invalid("a range from \(numbers.0) to \(numbers.1) by \(numbers.2)")
    }
    try budget.take([count])
    if bounds[0].type.isInteger {
      let (start, step) = (try integers(bounds[0])[0], try integers(bounds[2])[0])
      return ImportedConstant(
        bounds[0].type, [count], .integers((0..<count).map { start &+ $0 &* step }))
    }
    return ImportedConstant(
      bounds[0].type, [count], .floats((0..<count).map { numbers.0 + Float($0) * numbers.2 }))
  }

  private mutating func foldWhere(_ constants: [ImportedConstant?]) throws(LoweringFailure)
    -> ImportedConstant
  {
    guard constants.count == 3, let condition = constants[0], let yes = constants[1],
      let no = constants[2]
    else { throw .invalid("it has \(constants.count) inputs, not 3") }
    var sizes = condition.extents.map { SymbolicInteger($0) }
    for other in [yes, no] {
      sizes = try broadcast(sizes, other.extents.map { SymbolicInteger($0) })
    }
    let extents = sizes.compactMap(\.number)
    try budget.take(extents)
    let truths = try integers(try condition.repeated(to: extents))
    let both = try ImportedConstant.appending([
      try yes.repeated(to: extents), try no.repeated(to: extents),
    ])
    let count = truths.count
    let joined = ImportedConstant(yes.type, [2 * count], both)
    return try joined.picking(
      truths.indices.map { truths[$0] != 0 ? $0 : $0 + count }, extents: extents)
  }
}
