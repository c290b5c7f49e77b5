import FacetGraph

extension Lowering {
  mutating func arithmetic(_ call: OperatorCall, _ function: Arithmetic) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call, "left")
    var second = try call.input(1)
    if function == .power, case .constant(let exponent) = second, exponent.type.isInteger {
      // The exponent may be a whole number.
      second = .constant(
        ImportedConstant(
          .float, exponent.extents, .floats(try floats(exponent)), name: exponent.name))
    }
    var y = try real(second, call, "right")
    if call.opset < 7 {
      guard try call.flag("broadcast", false) else {
        guard y.rank == x.rank else {
          throw .invalid("values of \(x.rank) and \(y.rank) axes without broadcasting")
        }
        return try combine(call, nil, function, x, y)
      }
      y = try align(y, with: x, call)
    }
    return try combine(call, nil, function, x, y)
  }

  /// Two values of one shape are added as Facet's own networks do it; others are broadcast.
  mutating func combine(
    _ call: OperatorCall, _ suffix: String?, _ function: Arithmetic, _ x: ComputedValue,
    _ y: ComputedValue
  ) throws(LoweringFailure) -> ComputedValue {
    let extents = try broadcast(x.extents, y.extents)
    let isPlain = function == .add && x.extents == y.extents
    return try emit(call, suffix, isPlain ? .add : .arithmetic(function), [x, y], extents: extents)
  }

  /// Before opset 7 the second operand's axes stood at `axis` of the first.
  private mutating func align(
    _ y: ComputedValue, with x: ComputedValue, _ call: OperatorCall
  ) throws(LoweringFailure) -> ComputedValue {
    guard y.rank <= x.rank else { throw .invalid("the second operand has more axes") }
    guard let place = try call.integer("axis") else { return y }
    let axis = try call.axis(place, rank: x.rank, past: true)
    let behind = x.rank - axis - y.rank
    guard behind >= 0 else { throw .invalid("axis \(place) leaves no room for the second operand") }
    if behind == 0 { return y }
    return try reshape(
      y, to: y.extents + [SymbolicInteger](repeating: .one, count: behind), call, "aligned")
  }

  /// A row of channels, as `[C, 1, 1]`.
  mutating func alignToChannels(
    _ y: ComputedValue, _ x: ComputedValue, _ call: OperatorCall
  ) throws(LoweringFailure) -> ComputedValue {
    try reshape(
      y, to: y.extents + [SymbolicInteger](repeating: .one, count: x.rank - 2), call, "aligned")
  }

  /// Sum, Max or Min of any number of values.
  mutating func variadic(
    _ call: OperatorCall, _ function: Arithmetic, suffix: String? = nil
  ) throws(LoweringFailure) -> ComputedValue {
    var values: [ComputedValue] = []
    for (index, input) in try call.all().enumerated() {
      values.append(try real(input, call, "operand\(index)"))
    }
    guard var result = values.first else { throw .invalid("it has no inputs") }
    if values.count == 1 { return result }
    if function == .add, values.allSatisfy({ $0.extents == result.extents }) {
      return try emit(call, suffix, .add, values, extents: result.extents)
    }
    for (index, value) in values.enumerated().dropFirst() {
      let name = index == values.count - 1 ? suffix : "part\(index)"
      result = try combine(call, name, function, result, value)
    }
    return result
  }

  mutating func mean(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let sum = try variadic(call, .add, suffix: "sum")
    let share = try scalar(1 / Float(max(call.inputs.count, 1)), call, "share")
    return try combine(call, nil, .multiply, sum, share)
  }

  mutating func gemm(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    var a = try real(try call.input(0), call, "left")
    let (alpha, beta) = (try call.float("alpha", 1), try call.float("beta", 1))
    guard a.rank == 2 else { throw .invalid("the first input has \(a.rank) axes, not 2") }
    if try call.flag("transA", false) { a = try transpose(a, [1, 0], call, "transposed") }
    let transposesB = try call.flag("transB", false)
    let second = try call.input(1)
    guard case .constant(let weight) = second, weight.rank == 2 else {
      return try product(call, a, second, transposesB, alpha: alpha, beta: beta)
    }
    let outputs = weight.extents[transposesB ? 0 : 1]
    let bias = try biasRow(call, outputs: outputs, beta: beta)
    let isSplit = bias == nil && call.optional(2) != nil
    let value = try linear(
      call, isSplit ? "product" : nil, a, weight, isTransposed: transposesB, scale: alpha,
      bias: bias)
    guard isSplit, let c = call.optional(2) else { return value }
    return try addScaled(call, value, c, beta)
  }

  /// The third input of Gemm, where it is a number for each output.
  private func biasRow(_ call: OperatorCall, outputs: Int, beta: Float) throws(LoweringFailure)
    -> ImportedConstant?
  {
    guard case .constant(let c)? = call.optional(2), c.type.isFloat else { return nil }
    let isRow = c.extents == [outputs] || c.extents == [1, outputs]
    guard isRow || c.count == 1 && c.rank <= 2 else { return nil }
    if isRow, beta == 1 { return c }
    let values = try floats(c).map { $0 * beta }
    return ImportedConstant(
      c.type, [outputs],
      .floats(values.count == outputs ? values : [Float](repeating: values[0], count: outputs)),
      name: c.name)
  }

  private mutating func product(
    _ call: OperatorCall, _ a: ComputedValue, _ second: ImportedValue, _ transposesB: Bool,
    alpha: Float, beta: Float
  ) throws(LoweringFailure) -> ComputedValue {
    var b = try real(second, call, "right")
    guard b.rank == 2 else { throw .invalid("the second input has \(b.rank) axes, not 2") }
    if transposesB { b = try transpose(b, [1, 0], call, "right transposed") }
    let c = call.optional(2)
    let isLast = c == nil && alpha == 1
    var value = try emit(
      call, isLast ? nil : "product", .matrixProduct, [a, b],
      extents: try productExtents(a.extents, b.extents))
    if alpha != 1 {
      value = try combine(
        call, c == nil ? nil : "scaled", .multiply, value, try scalar(alpha, call, "alpha"))
    }
    guard let c else { return value }
    return try addScaled(call, value, c, beta)
  }

  private mutating func addScaled(
    _ call: OperatorCall, _ value: ComputedValue, _ c: ImportedValue, _ beta: Float
  ) throws(LoweringFailure) -> ComputedValue {
    var c = try real(c, call, "bias")
    if beta != 1 { c = try combine(call, "beta", .multiply, c, try scalar(beta, call, "factor")) }
    return try combine(call, nil, .add, value, c)
  }

  mutating func matrixProduct(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let a = try real(try call.input(0), call, "left")
    let second = try call.input(1)
    if case .constant(let weight) = second, weight.rank == 2, a.rank == 2 {
      return try linear(call, nil, a, weight, isTransposed: false, scale: 1, bias: nil)
    }
    let b = try real(second, call, "right")
    return try emit(
      call, nil, .matrixProduct, [a, b], extents: try productExtents(a.extents, b.extents))
  }

  /// `x W^T + b` with constant weights, as Facet's own networks have it.
  private mutating func linear(
    _ call: OperatorCall, _ suffix: String?, _ x: ComputedValue, _ weight: ImportedConstant,
    isTransposed: Bool, scale: Float, bias: ImportedConstant?
  ) throws(LoweringFailure) -> ComputedValue {
    guard weight.type.isFloat else {
      throw .unsupported("\(call.opType) of \(weight.type.name) isn't computed, only of floats")
    }
    let (rows, columns) = (weight.extents[0], weight.extents[1])
    let (outputs, inputs) = isTransposed ? (rows, columns) : (columns, rows)
    guard agree(x.extents[1], SymbolicInteger(inputs)) else {
      throw .invalid(
        "the weights take \(inputs) features; the value has \(symbols.hint(x.extents[1]))")
    }
    try requireUnmixed(x.extents, axes: [1])
    var matrix = weight
    if !isTransposed {
      try budget.take(weight.extents)
      matrix = try weight.picking(
        Places.transposed(weight.extents, [1, 0]), extents: [outputs, inputs])
    }
    if scale != 1 {
      matrix = ImportedConstant(
        weight.type, [outputs, inputs], .floats(try floats(matrix).map { $0 * scale }))
    }
    var names = [
      try parameter(
        weight.name ?? call.path + "/weight", matrix, extents: [outputs, inputs])
    ]
    if let bias {
      names.append(try parameter(bias.name ?? call.path + "/bias", bias, extents: [outputs]))
    }
    return try emit(
      call, suffix, .linear(inFeatures: inputs, outFeatures: outputs, bias: bias != nil), [x],
      parameters: names, extents: [x.extents[0], SymbolicInteger(outputs)])
  }

  private func productExtents(_ a: [SymbolicInteger], _ b: [SymbolicInteger])
    throws(LoweringFailure) -> [SymbolicInteger]
  {
    guard !a.isEmpty, !b.isEmpty else { throw .invalid("a product with a single number") }
    let left = a.count == 1 ? [.one] + a : a
    let right = b.count == 1 ? b + [.one] : b
    let (inner, other) = (left[left.count - 1], right[right.count - 2])
    guard agree(inner, other) else {
      throw .invalid("rows of \(symbols.hint(inner)) times columns of \(symbols.hint(other))")
    }
    try requireUnmixed([inner, other], axes: [0, 1])
    var extents = try broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
    if a.count > 1 { extents.append(left[left.count - 2]) }
    if b.count > 1 { extents.append(right[right.count - 1]) }
    return extents
  }
}
