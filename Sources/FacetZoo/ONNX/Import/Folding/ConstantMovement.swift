import FacetGraph

/// Operators that move elements, on arrays that are known when a graph is read.
extension Lowering {
  /// `nil` for an operator that isn't one of them.
  mutating func foldMovement(
    _ call: OperatorCall, _ x: ImportedConstant, _ constants: [ImportedConstant?]
  ) throws(LoweringFailure) -> [ImportedConstant]? {
    switch call.opType {
    case "Identity": return [x]
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
      let sizes = x.extents.map { SymbolicInteger($0) }
      return [x.reshaped(try fixedShape(try newShape(call, sizes), count: x.count))]
    case "Transpose":
      let permutation = try permutation(of: call, rank: x.rank)
      if permutation == Array(permutation.indices) { return [x] }
      try budget.take(x.extents)
      return [
        try x.picking(
          Places.transposed(x.extents, permutation), extents: permutation.map { x.extents[$0] })
      ]
    case "Slice":
      var result = x
      for slicing in try slicings(call, x.extents.map { SymbolicInteger($0) }) {
        let (first, count) = slicing.range(in: result.extents[slicing.axis])
        result = try chosen(
          result, axis: slicing.axis, (0..<count).map { first + $0 * slicing.step })
      }
      return [result]
    case "Split":
      let axis = try call.axis(try call.integer("axis", 0), rank: x.rank)
      var parts: [ImportedConstant] = []
      var start = 0
      for size in try splitSizes(call, SymbolicInteger(x.extents[axis])) {
        guard let size = size.number else { return nil }
        parts.append(try chosen(x, axis: axis, Array(start..<start + size)))
        start += size
      }
      return parts
    case "Gather": return [try foldGather(call, x, constants)]
    case "Concat": return [try foldConcat(call, constants)]
    case "Expand", "Tile":
      let extents: [Int]
      if call.opType == "Expand" {
        let sizes = try constant(try call.input(1), "the shape").sizes()
        extents = try broadcast(x.extents.map { SymbolicInteger($0) }, sizes).compactMap(\.number)
        guard extents.count == max(x.rank, sizes.count) else {
          throw .needsFixedAxes(symbols.roots(sizes))
        }
        try budget.take(extents)
        return [try x.repeated(to: extents)]
      }
      var result = x
      for (axis, times) in try tileRepeats(call, rank: x.rank).enumerated() where times != 1 {
        let (indices, overflow) = result.extents[axis].multipliedReportingOverflow(by: times)
        guard !overflow else { throw .invalid("\(times) repetitions") }
        var wanted = result.extents
        wanted[axis] = indices
        var probe = budget
        try probe.take(wanted)
        let extent = result.extents[axis]
        result = try chosen(result, axis: axis, (0..<indices).map { $0 % extent })
      }
      return [result]
    default: return nil
    }
  }

  private mutating func chosen(_ x: ImportedConstant, axis: Int, _ indices: [Int])
    throws(LoweringFailure) -> ImportedConstant
  {
    var extents = x.extents
    extents[axis] = indices.count
    try budget.take(extents)
    return try x.picking(Places.chosen(x.extents, axis: axis, indices), extents: extents)
  }

  private mutating func foldGather(
    _ call: OperatorCall, _ x: ImportedConstant, _ constants: [ImportedConstant?]
  ) throws(LoweringFailure) -> ImportedConstant {
    guard constants.count == 2, let wanted = constants[1] else {
      throw .invalid("input 1 is missing")
    }
    let axis = try call.axis(try call.integer("axis", 0), rank: x.rank)
    let extent = x.extents[axis]
    var indices: [Int] = []
    for index in try integers(wanted) {
      guard -extent..<extent ~= index else {
        throw .invalid("it takes element \(index) of \(extent)")
      }
      indices.append(index < 0 ? index + extent : index)
    }
    return try chosen(x, axis: axis, indices)
      .reshaped(Array(x.extents[..<axis]) + wanted.extents + x.extents[(axis + 1)...])
  }

  private mutating func foldConcat(_ call: OperatorCall, _ constants: [ImportedConstant?])
    throws(LoweringFailure) -> ImportedConstant
  {
    let parts = constants.compactMap { $0 }
    guard let first = parts.first, parts.count == constants.count else {
      throw .invalid("an input is missing")
    }
    let axis = try call.axis(try call.integer("axis", 1), rank: first.rank)
    var extents = first.extents
    extents[axis] = 0
    for part in parts {
      guard part.rank == first.rank,
        part.extents.indices.allSatisfy({ $0 == axis || part.extents[$0] == first.extents[$0] })
      else { throw .invalid("it joins \(part.extents) to \(first.extents)") }
      extents[axis] += part.extents[axis]
    }
    try budget.take(extents)
    let joined = ImportedConstant(
      first.type, [extents.reduce(1, *)], try ImportedConstant.appending(parts))
    // The parts lie one after the other; rows of all of them are taken in turn.
    let inner = extents[(axis + 1)...].reduce(1, *)
    let outer = extents[..<axis].reduce(1, *)
    var places: [Int] = []
    for block in 0..<outer {
      var start = 0
      for part in parts {
        let row = part.extents[axis] * inner
        places += start + block * row..<start + (block + 1) * row
        start += part.count
      }
    }
    return try joined.picking(places, extents: extents)
  }

  /// The new shape of a known array.
  private func fixedShape(_ shape: [SymbolicInteger?], count: Int) throws(LoweringFailure) -> [Int]
  {
    var extents: [Int] = []
    var open: Int?
    for (axis, size) in shape.enumerated() {
      guard let size else {
        open = axis
        extents.append(1)
        continue
      }
      guard let number = size.number else { throw .needsFixedAxes(symbols.roots(size)) }
      extents.append(number)
    }
    guard extents.count <= FoldingBudget.largestRank, let fixed = FoldingBudget.count(extents)
    else {
      throw .invalid("a shape of \(extents)")
    }
    if let open {
      guard fixed > 0, count % fixed == 0 else {
        throw .invalid("\(count) elements don't go into rows of \(fixed)")
      }
      extents[open] = count / fixed
    } else if fixed != count {
      throw .invalid("\(count) elements can't be reshaped to \(fixed)")
    }
    return extents
  }
}
