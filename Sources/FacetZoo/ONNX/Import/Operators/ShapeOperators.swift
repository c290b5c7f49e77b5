import FacetGraph

extension Lowering {
  /// The axes that Reshape, Flatten, Squeeze or Unsqueeze give a value; `nil` for what is left.
  mutating func newShape(_ call: OperatorCall, _ extents: [SymbolicInteger])
    throws(LoweringFailure) -> [SymbolicInteger?]
  {
    switch call.opType {
    case "Reshape": return try reshapeTarget(call, extents)
    case "Flatten":
      let axis = try call.axis(try call.integer("axis", 1), rank: extents.count, past: true)
      return [try product(extents[..<axis]), try product(extents[axis...])]
    case "Squeeze":
      let given = try axes(call)
      let axes: [Int]
      if let given, !given.isEmpty {
        axes = try call.axes(given, rank: extents.count)
      } else {
        // A size that is 1 only in the file would be squeezed there.
        try requireUnmixed(extents, axes: extents.indices)
        axes = extents.indices.filter { extents[$0] == .one }
      }
      for axis in axes where extents[axis] != .one {
        guard extents[axis].number == nil, symbols.hint(extents[axis]) == 1 else {
          throw .invalid("axis \(axis) has \(symbols.hint(extents[axis])) elements, not 1")
        }
        throw .needsFixedAxes(symbols.roots(extents[axis]))
      }
      return extents.indices.filter { !axes.contains($0) }.map { extents[$0] }
    default:
      let rank = extents.count + (try axes(call)?.count ?? 0)
      guard rank <= FoldingBudget.largestRank else { throw .unsupported("a value of \(rank) axes") }
      let axes = Set(try call.axes(try axes(call) ?? [], rank: rank))
      var rest = extents.makeIterator()
      return (0..<rank).map { axes.contains($0) ? .one : rest.next() ?? .one }
    }
  }

  /// Axes as an input (from opset 13 on) or an attribute.
  private func axes(_ call: OperatorCall) throws(LoweringFailure) -> [Int]? {
    if let given = try integers(call.optional(1), "the axes") { return given }
    return try call.integers("axes")
  }

  private func reshapeTarget(_ call: OperatorCall, _ extents: [SymbolicInteger])
    throws(LoweringFailure) -> [SymbolicInteger?]
  {
    var wanted: [SymbolicInteger]
    if let shape = call.optional(1) {
      wanted = try constant(shape, "the new shape").sizes()
    } else {
      wanted = (try call.integers("shape") ?? []).map { SymbolicInteger($0) }
    }
    let keepsZero = try call.flag("allowzero", false)
    var target: [SymbolicInteger?] = []
    for (place, size) in wanted.enumerated() {
      switch size.number {
      case -1: target.append(nil)
      case 0 where !keepsZero:
        guard extents.indices.contains(place) else {
          throw .invalid("axis \(place) of a value of \(extents.count) axes is to be kept")
        }
        target.append(extents[place])
      case let number? where number < 0: throw .invalid("a size of \(number)")
      default: target.append(size)
      }
    }
    return target
  }

  mutating func reshape(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try computed(try call.input(0), call)
    let target = try newShape(call, x.extents)
    if call.opType == "Flatten", x.rank > 2, target.first == x.extents.first,
      try call.integer("axis", 1) == 1
    {
      return try emit(call, nil, .flatten, [x], extents: target.compactMap { $0 })
    }
    return try reshape(x, to: target, call)
  }

  func permutation(of call: OperatorCall, rank: Int) throws(LoweringFailure) -> [Int] {
    let given = try call.integers("perm") ?? []
    if given.isEmpty { return Array((0..<rank).reversed()) }
    guard given.count == rank, given.sorted() == Array(0..<rank) else {
      throw .invalid("\(given) is no order of \(rank) axes")
    }
    return given
  }

  mutating func transpose(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try computed(try call.input(0), call)
    return try transpose(x, try permutation(of: call, rank: x.rank), call, nil)
  }

  /// A transpose of a transpose becomes one, or none where they undo each other.
  mutating func transpose(
    _ x: ComputedValue, _ permutation: [Int], _ call: OperatorCall, _ suffix: String?
  ) throws(LoweringFailure) -> ComputedValue {
    var (source, order) = (x, permutation)
    if let earlier = transposes[x.node.index] {
      source = earlier.source
      source.type = x.type
      order = permutation.map { earlier.permutation[$0] }
    }
    if order == Array(order.indices) { return source }
    let value = try emit(
      call, suffix, .transpose(permutation: order), [source],
      extents: order.map { source.extents[$0] })
    transposes[value.node.index] = (source, order)
    return value
  }

  mutating func expand(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try computed(try call.input(0), call)
    let wanted = try constant(try call.input(1), "the shape").sizes()
    return try expand(x, to: wanted, call, nil)
  }

  private mutating func expand(
    _ x: ComputedValue, to wanted: [SymbolicInteger], _ call: OperatorCall, _ suffix: String?
  ) throws(LoweringFailure) -> ComputedValue {
    let extents = try broadcast(x.extents, wanted)
    if extents == x.extents { return x }
    guard extents.count <= FoldingBudget.largestRank else {
      throw .unsupported("a value of \(extents.count) axes")
    }
    var targets: [TargetExtent] = []
    for (axis, size) in extents.enumerated() {
      let own = axis - (extents.count - x.rank)
      if own >= 0, x.extents[own] == size {
        targets.append(.fixed(1))
      } else if let number = size.number {
        targets.append(.fixed(number))
      } else if let source = x.extents.firstIndex(of: size) {
        targets.append(.input(axis: source))
      } else {
        throw .needsFixedAxes(symbols.roots(size))
      }
    }
    return try emit(call, suffix, .expand(extents: targets), [x], extents: extents)
  }

  /// How often each axis is repeated.
  func tileRepeats(_ call: OperatorCall, rank: Int) throws(LoweringFailure) -> [Int] {
    let repeats = try integers(try constant(try call.input(1), "the repetitions"))
    guard call.opset >= 6 else { throw .unsupported("the Tile of opsets below 6") }
    guard repeats.count == rank, repeats.allSatisfy({ 0...1 << 24 ~= $0 }) else {
      throw .invalid("repetitions \(repeats) of \(rank) axes")
    }
    return repeats
  }

  /// An axis repeated: an axis of one is put before it, expanded, and joined with it.
  mutating func tile(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    var x = try computed(try call.input(0), call)
    let repeats = try tileRepeats(call, rank: x.rank)
    for (axis, times) in repeats.enumerated() where times != 1 {
      try requireUnmixed(x.extents, axes: [axis])
      var wide = x.extents
      wide.insert(.one, at: axis)
      let opened = try reshape(x, to: wide, call, "axis\(axis)")
      wide[axis] = SymbolicInteger(times)
      let repeated = try expand(opened, to: wide, call, "repeat\(axis)")
      var joined = x.extents
      joined[axis] = try product(x.extents[axis], SymbolicInteger(times))
      let isLast = repeats[(axis + 1)...].allSatisfy { $0 == 1 }
      x = try reshape(repeated, to: joined, call, isLast ? nil : "tile\(axis)")
    }
    return x
  }

  mutating func depthToSpace(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let (x, block) = try blocks(call)
    guard let channels = x.extents[1].number, channels % (block * block) == 0 else {
      throw .invalid("\(symbols.hint(x.extents[1])) channels don't make blocks of \(block)")
    }
    let (b, part) = (SymbolicInteger(block), SymbolicInteger(channels / (block * block)))
    let (n, h, w) = (x.extents[0], x.extents[2], x.extents[3])
    let isColumnFirst = try call.string("mode", "DCR") == "CRD"
    let opened = try reshape(
      x, to: isColumnFirst ? [n, part, b, b, h, w] : [n, b, b, part, h, w], call, "blocks")
    let turned = try transpose(
      opened, isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2], call, "turned")
    return try reshape(turned, to: [n, part, try product(h, b), try product(w, b)], call)
  }

  mutating func spaceToDepth(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let (x, block) = try blocks(call)
    let (n, b) = (x.extents[0], SymbolicInteger(block))
    var sizes: [SymbolicInteger] = []
    for axis in [2, 3] {
      if let number = x.extents[axis].number, number % block != 0 {
        throw .invalid("\(number) pixels don't split into blocks of \(block)")
      }
      sizes.append(try quotient(x.extents[axis], block))
      // Sizes that aren't a multiple aren't reshaped; an unknown one is taken to be one.
      if try product(sizes[axis - 2], b) != x.extents[axis] {
        throw .needsFixedAxes(symbols.roots(x.extents[axis]))
      }
    }
    let opened = try reshape(
      x, to: [n, x.extents[1], sizes[0], b, sizes[1], b], call, "blocks")
    let turned = try transpose(opened, [0, 3, 5, 1, 2, 4], call, "turned")
    return try reshape(
      turned, to: [n, try product([x.extents[1], b, b]), sizes[0], sizes[1]], call)
  }

  private mutating func blocks(_ call: OperatorCall) throws(LoweringFailure) -> (
    ComputedValue, Int
  ) {
    let x = try computed(try call.input(0), call)
    guard x.rank == 4 else { throw .invalid("a value of \(x.rank) axes is no map") }
    guard let block = try call.integer("blocksize"), 1...4096 ~= block else {
      throw .invalid("'blocksize' must be 1 to 4096")
    }
    return (x, block)
  }
}
