/// Arithmetic on sizes; what can't be expressed asks for fixed sizes.
extension Lowering {
  private func checked(_ result: SymbolicInteger?, _ operands: SymbolicInteger...)
    throws(LoweringFailure) -> SymbolicInteger
  {
    if let result { return result }
    let roots = symbols.roots(operands)
    if roots.isEmpty { throw .invalid("a size is beyond all reason") }
    throw .needsFixedAxes(roots)
  }

  func sum(_ a: SymbolicInteger, _ b: SymbolicInteger) throws(LoweringFailure) -> SymbolicInteger {
    try checked(a.adding(b), a, b)
  }

  func sum(_ a: SymbolicInteger, _ b: Int) throws(LoweringFailure) -> SymbolicInteger {
    try sum(a, SymbolicInteger(b))
  }

  func difference(_ a: SymbolicInteger, _ b: SymbolicInteger) throws(LoweringFailure)
    -> SymbolicInteger
  {
    try checked(a.subtracting(b), a, b)
  }

  func product(_ a: SymbolicInteger, _ b: SymbolicInteger) throws(LoweringFailure)
    -> SymbolicInteger
  {
    try checked(a.multiplied(by: b), a, b)
  }

  func product(_ sizes: some Sequence<SymbolicInteger>) throws(LoweringFailure) -> SymbolicInteger {
    var result = SymbolicInteger.one
    for size in sizes { result = try product(result, size) }
    return result
  }

  /// `floor(a / divisor)`, the divisor positive.
  mutating func quotient(_ a: SymbolicInteger, _ divisor: Int) throws(LoweringFailure)
    -> SymbolicInteger
  {
    guard 1...1 << 40 ~= divisor else { throw .invalid("a size divided by \(divisor)") }
    return try checked(symbols.quotient(a, divisor), a)
  }

  /// How many windows fit along an axis.
  mutating func windows(
    _ input: SymbolicInteger, span: Int, step: Int, before: Int, after: Int, overhang: Bool
  ) throws(LoweringFailure) -> SymbolicInteger {
    let room = try sum(sum(input, before), after - span)
    let count = try sum(quotient(room, step), 1)
    guard overhang, step > 1 else { return count }
    func last(_ input: Int) -> Int {
      let room = input + before + after - span
      let size = (room + step - 1) / step + 1
      return (size - 1) * step >= input + before ? size - 1 : size
    }
    if let input = input.number { return SymbolicInteger(last(input)) }
    return symbols.computed(
      "overhanging windows", [input], [span, step, before, after],
      hint: last(symbols.hint(input)))
  }

  /// Whether two sizes are, or at the sizes of the file may be, the same.
  func agree(_ a: SymbolicInteger, _ b: SymbolicInteger) -> Bool {
    a == b || (a.number == nil || b.number == nil) && symbols.hint(a) == symbols.hint(b)
      || isOpen(a) || isOpen(b)
  }

  /// Whether a size depends on an axis that the file leaves open, so that its hint means nothing.
  private func isOpen(_ a: SymbolicInteger) -> Bool {
    let roots = symbols.roots(a)
    return !roots.isEmpty && symbols.declared(roots) != roots
  }

  /// Sizes of values that are put side by side, element by element (NumPy's broadcasting).
  func broadcast(_ a: [SymbolicInteger], _ b: [SymbolicInteger]) throws(LoweringFailure)
    -> [SymbolicInteger]
  {
    let rank = max(a.count, b.count)
    var result: [SymbolicInteger] = []
    for axis in 0..<rank {
      let left = axis < rank - a.count ? .one : a[axis - (rank - a.count)]
      let right = axis < rank - b.count ? .one : b[axis - (rank - b.count)]
      result.append(try broadcast(left, right))
    }
    return result
  }

  private func broadcast(_ a: SymbolicInteger, _ b: SymbolicInteger) throws(LoweringFailure)
    -> SymbolicInteger
  {
    if a == b || b == .one { return a }
    if a == .one { return b }
    let (left, right) = (symbols.hint(a), symbols.hint(b))
    if a.number != nil, b.number != nil {
      throw .invalid("axes of \(left) and \(right) don't go together")
    }
    if left == right { return a.number == nil ? b : a }
    // One that is 1 at the file's size only is repeated in the file, but wouldn't be at other sizes.
    for (size, hint) in [(a, left), (b, right)] where hint == 1 && size.number == nil {
      throw .needsFixedAxes(symbols.roots(size))
    }
    if isOpen(a) || isOpen(b) {
      if a.number != nil { return a }
      if b.number != nil { return b }
      throw .needsFixedAxes(symbols.roots([a, b]))
    }
    throw .invalid("axes of \(left) and \(right) don't go together")
  }

  /// Refuses to leave the batch open where an operator mixes its images: a batch of one, which the
  /// file declares, is then kept.
  func requireUnmixed(_ sizes: [SymbolicInteger], axes: some Sequence<Int>)
    throws(LoweringFailure)
  {
    for axis in axes where sizes.indices.contains(axis) {
      let mixed = symbols.declared(symbols.roots(sizes[axis])).intersection([Self.batchAxis])
      if !mixed.isEmpty { throw .needsFixedAxes(mixed) }
    }
  }

  /// Refuses to leave a declared size open where a number of the file may have been computed from it.
  func requireOpen(_ size: SymbolicInteger) throws(LoweringFailure) {
    let declared = symbols.declared(symbols.roots(size))
    if !declared.isEmpty { throw .needsFixedAxes(declared) }
  }

  /// The input's axis that counts images.
  static let batchAxis = 0
}
