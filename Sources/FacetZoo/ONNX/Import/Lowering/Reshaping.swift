import FacetGraph

/// Reshapes with sizes nobody knows yet.
///
/// One reshape can leave one size open. Where more are unknown, the axes are cut into groups that hold
/// equally many elements before and after, and one group is reshaped after the other.
extension Lowering {
  /// The value with other axes.
  ///
  /// - Parameter target: sizes; `nil` for one that is whatever is left.
  mutating func reshape(
    _ x: ComputedValue, to target: [SymbolicInteger?], _ call: OperatorCall,
    _ suffix: String? = nil
  ) throws(LoweringFailure) -> ComputedValue {
    guard target.count(where: { $0 == nil }) <= 1 else {
      throw .invalid("more than one size of the new shape is to be what is left")
    }
    guard x.extents.count <= FoldingBudget.largestRank,
      target.count <= FoldingBudget.largestRank
    else { throw .unsupported("a shape of \(target.count) axes") }
    var target = target
    keepBatch(x, &target)
    var sizes: [SymbolicInteger] = []
    let rest = try self.rest(x, target)
    for size in target { sizes.append(size ?? rest) }
    if sizes == x.extents { return x }
    guard var source = reshapes[x.node.index] else {
      return try reshape(x, sizes, call, suffix)
    }
    source.type = x.type
    if source.extents == sizes { return source }
    do {
      return try reshape(x, sizes, call, suffix)
    } catch {
      // What was joined can't be cut again where sizes aren't known; but it may never be joined.
      guard case .needsFixedAxes = error else { throw error }
      return try reshape(source, sizes, call, suffix)
    }
  }

  private mutating func reshape(
    _ x: ComputedValue, _ sizes: [SymbolicInteger], _ call: OperatorCall, _ suffix: String?
  ) throws(LoweringFailure) -> ComputedValue {
    let groups = try groups(x.extents, sizes)
    try check(groups, x.extents, sizes)
    let value = try emitReshape(x, to: sizes, groups, call, suffix)
    reshapes[value.node.index] = x
    return value
  }

  /// A leading number that is the file's batch of one stands for the batch.
  private func keepBatch(_ x: ComputedValue, _ target: inout [SymbolicInteger?]) {
    guard let first = x.extents.first, first.number == nil,
      symbols.declared(symbols.roots(first)) == [Self.batchAxis],
      let wanted = target.first, wanted?.number == symbols.hint(first)
    else { return }
    target[0] = first
  }

  /// What is left for the open size.
  private mutating func rest(_ x: ComputedValue, _ target: [SymbolicInteger?])
    throws(LoweringFailure) -> SymbolicInteger
  {
    guard target.contains(nil) else { return .one }
    var have = x.extents
    var want = target.compactMap { $0 }
    for size in want where have.contains(size) {
      if let place = have.firstIndex(of: size), let other = want.firstIndex(of: size) {
        have.remove(at: place)
        want.remove(at: other)
      }
    }
    let (total, part) = (try product(have), try product(want))
    if part == .zero { throw .invalid("a size of 0 beside one that is to be what is left") }
    if let exact = total.dividedExactly(by: part) { return exact }
    if let total = total.number, let part = part.number {
      throw .invalid("\(total) elements don't go into rows of \(part)")
    }
    let (elements, row) = (symbols.hint(total), symbols.hint(part))
    let hint = row > 0 && elements % row == 0 ? elements / row : 1
    // `[-1, features]` of maps: the rows are the images, and the map has the one size that fits.
    if target.count == 2, target[0] == nil, let batch = x.extents.first, batch.number == nil {
      return batch
    }
    return symbols.computed("what is left", [total, part], hint: hint)
  }

  /// Axes before and after that hold the same elements.
  private struct Group {
    var before: Range<Int>
    var after: Range<Int>
  }

  private func groups(_ before: [SymbolicInteger], _ after: [SymbolicInteger])
    throws(LoweringFailure) -> [Group]
  {
    var groups: [Group] = []
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      let start = (i, j)
      var (a, b) = (SymbolicInteger.one, SymbolicInteger.one)
      if i < before.count {
        a = before[i]
        i += 1
      }
      if j < after.count {
        b = after[j]
        j += 1
      }
      while a != b, i < before.count || j < after.count {
        if j == after.count || (i < before.count && symbols.hint(a) <= symbols.hint(b)) {
          a = try product(a, before[i])
          i += 1
        } else {
          b = try product(b, after[j])
          j += 1
        }
      }
      groups.append(Group(before: start.0..<i, after: start.1..<j))
    }
    return groups
  }

  /// Whether the groups hold equally many elements, and keep images apart.
  private func check(
    _ groups: [Group], _ before: [SymbolicInteger], _ after: [SymbolicInteger]
  ) throws(LoweringFailure) {
    for group in groups {
      let old = Array(before[group.before])
      let new = Array(after[group.after])
      let batch = symbols.declared(symbols.roots(old)).intersection([Self.batchAxis])
      if !batch.isEmpty {
        let leads = { (sizes: [SymbolicInteger]) in
          sizes.first { $0 != .one }.map { self.symbols.roots($0).contains(Self.batchAxis) }
            ?? false
        }
        guard leads(old), leads(new) else { throw .needsFixedAxes(batch) }
      }
      let (a, b) = (try product(old), try product(new))
      if a == b { continue }
      let roots = symbols.roots([a, b])
      if roots.isEmpty {
        throw .invalid(
          "\(symbols.hint(a)) elements can't be reshaped to \(symbols.hint(b))")
      }
      let declared = symbols.declared(roots)
      if declared == roots, symbols.hint(a) != symbols.hint(b) {
        throw .invalid("\(symbols.hint(a)) elements can't be reshaped to \(symbols.hint(b))")
      }
      // A flattened map may keep the number of features the file was made for.
      if !declared.isEmpty, new.count > 1 || group.after.upperBound < after.count {
        throw .needsFixedAxes(declared)
      }
    }
  }

  private mutating func emitReshape(
    _ x: ComputedValue, to sizes: [SymbolicInteger], _ groups: [Group], _ call: OperatorCall,
    _ suffix: String?
  ) throws(LoweringFailure) -> ComputedValue {
    // For every group the targets of its axes: how many it leaves open decides the number of steps.
    var open: [Int] = []
    for (index, group) in groups.enumerated() {
      let count = group.after.count { axis in
        target(sizes[axis], x.extents, group) == nil
      }
      if count > 1 { throw .needsFixedAxes(symbols.roots(sizes[group.after])) }
      if count == 1 { open.append(index) }
    }
    let last = open.last ?? 0
    var value = x
    for step in open.isEmpty ? [last] : open {
      // Groups up to this one have their new axes after this step, those behind it their old ones;
      // those that leave nothing open change with the last step.
      let isLast = step == last
      var targets: [TargetExtent] = []
      var result: [SymbolicInteger] = []
      var place = 0
      for (index, group) in groups.enumerated() {
        let wasChanged = index < step && open.contains(index)
        let changes = index == step || (isLast && !wasChanged)
        if wasChanged || !changes {
          let axes = wasChanged ? group.after.count : group.before.count
          for axis in place..<place + axes {
            targets.append(.input(axis: axis))
            result.append(value.extents[axis])
          }
          place += axes
          continue
        }
        for axis in group.after {
          let offset = place - group.before.lowerBound
          let found = target(sizes[axis], x.extents, group)
          if case .input(let source) = found {
            targets.append(.input(axis: source + offset))
          } else {
            targets.append(found ?? .rest)
          }
          result.append(sizes[axis])
        }
        place += group.before.count
      }
      let name = isLast ? suffix : (suffix.map { $0 + "/" } ?? "") + "axes\(step)"
      value = try emit(call, name, .reshape(targets), [value], extents: result)
    }
    return value
  }

  /// Where a new size comes from; `nil` when it must be left open.
  private func target(_ size: SymbolicInteger, _ before: [SymbolicInteger], _ group: Group)
    -> TargetExtent?
  {
    if let number = size.number { return .fixed(number) }
    return group.before.first { before[$0] == size }.map { .input(axis: $0) }
  }
}
