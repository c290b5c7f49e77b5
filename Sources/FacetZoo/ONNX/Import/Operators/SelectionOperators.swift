import FacetGraph

extension Lowering {
  /// What Slice takes of which axis, bounds beyond an axis as they are.
  func slicings(_ call: OperatorCall, _ extents: [SymbolicInteger]) throws(LoweringFailure)
    -> [Slicing]
  {
    var (starts, ends): ([SymbolicInteger], [SymbolicInteger])
    var axes: [Int]?
    var steps: [Int]?
    if call.opset < 10 {
      starts = (try call.integers("starts") ?? []).map { SymbolicInteger($0) }
      ends = (try call.integers("ends") ?? []).map { SymbolicInteger($0) }
      axes = try call.integers("axes")
    } else {
      starts = try constant(try call.input(1), "the start").sizes()
      ends = try constant(try call.input(2), "the end").sizes()
      axes = try integers(call.optional(3), "the axes")
      steps = try integers(call.optional(4), "the step")
    }
    guard starts.count == ends.count, steps.map({ $0.count == starts.count }) ?? true,
      axes.map({ $0.count == starts.count }) ?? (starts.count <= extents.count)
    else { throw .invalid("\(starts.count) starts and \(ends.count) ends") }
    let places = try call.axes(axes ?? Array(starts.indices), rank: extents.count)
    var slicings: [Slicing] = []
    for (index, axis) in places.enumerated() {
      let step = steps?[index] ?? 1
      guard step != 0, -(1 << 31)...1 << 31 ~= step else { throw .invalid("a step of \(step)") }
      let start = try bound(starts[index], extents[axis])
      let end = try bound(ends[index], extents[axis])
      slicings.append(
        Slicing(
          axis: axis, start: start, end: ends[index] == extents[axis] && step > 0 ? nil : end,
          step: step))
    }
    return slicings
  }

  /// A bound that depends on the input's size, counted from the axis' end where that makes it a number.
  private func bound(_ bound: SymbolicInteger, _ extent: SymbolicInteger) throws(LoweringFailure)
    -> Int
  {
    // Beyond every axis is beyond it, however far.
    let far = 1 << 40
    if let number = bound.number { return min(max(number, -far), far) }
    if let gap = try difference(bound, extent).number, gap < 0 { return max(gap, -far) }
    if bound == extent { return far }
    throw .needsFixedAxes(symbols.roots([bound, extent]))
  }

  mutating func slice(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    var x = try computed(try call.input(0), call)
    let slicings = try slicings(call, x.extents).filter { !Self.isWhole($0, x.extents) }
    for slicing in slicings {
      let isLast = slicing.axis == slicings.last?.axis
      x = try slice(x, slicing, call, isLast ? nil : "axis\(slicing.axis)")
    }
    return x
  }

  private static func isWhole(_ slicing: Slicing, _ extents: [SymbolicInteger]) -> Bool {
    guard slicing.step == 1, slicing.start == 0 else { return false }
    guard let end = slicing.end else { return true }
    return end >= extents[slicing.axis].number ?? 1 << 31
  }

  private mutating func slice(
    _ x: ComputedValue, _ slicing: Slicing, _ call: OperatorCall, _ suffix: String?
  ) throws(LoweringFailure) -> ComputedValue {
    try requireUnmixed(x.extents, axes: [slicing.axis])
    let extent = x.extents[slicing.axis]
    var extents = x.extents
    if let number = extent.number {
      extents[slicing.axis] = SymbolicInteger(slicing.range(in: number).count)
    } else {
      extents[slicing.axis] = try openCount(slicing, extent)
    }
    return try emit(call, suffix, .slice(slicing), [x], extents: extents)
  }

  /// How many elements are taken of an axis whose size isn't known.
  private mutating func openCount(_ slicing: Slicing, _ extent: SymbolicInteger)
    throws(LoweringFailure) -> SymbolicInteger
  {
    let isToEnd = slicing.end == nil || (slicing.end ?? 0) >= 1 << 31
    // Numbers of pixels in a file of one size may have been computed from it.
    if slicing.start > 0 || !(isToEnd || (slicing.end ?? 0) < 0) { try requireOpen(extent) }
    let hint = slicing.range(in: symbols.hint(extent)).count
    if slicing.step > 0, slicing.start >= 0, isToEnd || (slicing.end ?? 0) < 0 {
      let span = try sum(extent, (isToEnd ? 0 : slicing.end ?? 0) - slicing.start)
      let count = try quotient(sum(span, slicing.step - 1), slicing.step)
      guard symbols.hint(count) > 0 else { throw .invalid("it takes nothing") }
      return count
    }
    return symbols.computed(
      "slice", [extent], [slicing.start, slicing.end ?? .max, slicing.step], hint: hint)
  }

  func splitSizes(_ call: OperatorCall, _ extent: SymbolicInteger) throws(LoweringFailure)
    -> [SymbolicInteger]
  {
    let count = call.node.outputs.count
    let given: [SymbolicInteger]?
    if let sizes = call.optional(1) {
      given = try constant(sizes, "the sizes").sizes()
    } else {
      given = try call.integers("split")?.map { SymbolicInteger($0) }
    }
    if let given, !given.isEmpty {
      let total = given.reduce(SymbolicInteger.zero) { ($0.adding($1)) ?? .zero }
      guard given.count == count, given.allSatisfy({ ($0.number ?? 0) >= 0 }),
        agree(total, extent)
      else { throw .invalid("it splits \(symbols.hint(extent)) into \(given.map(symbols.hint))") }
      return given
    }
    let parts = try call.integer("num_outputs", count)
    guard parts == count, count > 0, let number = extent.number else {
      if extent.number == nil { throw .needsFixedAxes(symbols.roots(extent)) }
      throw .invalid("\(count) outputs for \(parts) parts")
    }
    let size = (number + parts - 1) / parts
    // Before opset 18 all parts were of one size; since then the last may be smaller.
    guard number % parts == 0 || (call.opset >= 18 && size * (parts - 1) < number) else {
      throw .invalid("it splits \(number) into \(parts) parts")
    }
    return (0..<parts).map { SymbolicInteger($0 < parts - 1 ? size : number - size * (parts - 1)) }
  }

  mutating func split(_ call: OperatorCall) throws(LoweringFailure) -> [ComputedValue] {
    let x = try computed(try call.input(0), call)
    let axis = try call.axis(try call.integer("axis", 0), rank: x.rank)
    try requireUnmixed(x.extents, axes: [axis])
    var parts: [ComputedValue] = []
    var start = 0
    for (index, size) in try splitSizes(call, x.extents[axis]).enumerated() {
      guard let size = size.number else {
        throw .needsFixedAxes(symbols.roots(x.extents[axis]))
      }
      try requireOpen(x.extents[axis])
      var extents = x.extents
      extents[axis] = SymbolicInteger(size)
      let slicing = Slicing(axis: axis, start: start, end: start + size)
      parts.append(try emit(call, "\(index)", .slice(slicing), [x], extents: extents))
      start += size
    }
    return parts
  }

  /// Elements at known places; several axes of places are taken as one and opened afterwards.
  mutating func gather(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try computed(try call.input(0), call)
    let axis = try call.axis(try call.integer("axis", 0), rank: x.rank)
    let wanted = try constant(try call.input(1), "the places of the elements")
    let places = try integers(wanted)
    try requireUnmixed(x.extents, axes: [axis])
    let extent = x.extents[axis]
    if let number = extent.number,
      let stray = places.first(where: { !(-number..<number ~= $0) })
    {
      throw .invalid("it takes element \(stray) of \(number)")
    }
    if places.contains(where: { $0 != 0 && $0 != -1 }) { try requireOpen(extent) }
    var extents = x.extents
    extents[axis] = SymbolicInteger(places.count)
    let taken = try emit(
      call, wanted.rank == 1 ? nil : "taken", .gather(axis: axis, indices: places), [x],
      extents: extents)
    if wanted.rank == 1 { return taken }
    let opened =
      x.extents[..<axis] + wanted.extents.map { SymbolicInteger($0) } + x.extents[(axis + 1)...]
    return try reshape(taken, to: opened.map { $0 }, call)
  }

  mutating func concatenation(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    var parts: [ComputedValue] = []
    for (index, input) in try call.all().enumerated() {
      parts.append(try computed(input, call, "part\(index)"))
    }
    guard var result = parts.first else { throw .invalid("it joins nothing") }
    if parts.count == 1 { return result }
    let axis = try call.axis(try call.integer("axis", 1), rank: result.rank)
    for part in parts.dropFirst() {
      guard part.rank == result.rank,
        part.type == result.type || result.type.isFloat && part.type.isFloat
      else { throw .invalid("it joins values of \(result.rank) and \(part.rank) axes") }
      for place in 0..<part.rank where place != axis {
        guard agree(part.extents[place], result.extents[place]) else {
          throw .invalid(
            "it joins \(part.extents.map(symbols.hint)) to \(result.extents.map(symbols.hint))")
        }
        if part.extents[place].number != nil { result.extents[place] = part.extents[place] }
      }
      try requireUnmixed(part.extents, axes: [axis])
      result.extents[axis] = try sum(result.extents[axis], part.extents[axis])
    }
    return try emit(
      call, nil, axis == 1 && result.rank == 4 ? .concat : .join(axis: axis), parts,
      extents: result.extents)
  }
}
