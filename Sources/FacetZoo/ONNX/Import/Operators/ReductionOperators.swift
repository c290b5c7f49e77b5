import FacetGraph

extension Lowering {
  static let reductions: [String: Reduction.Kind] = [
    "ReduceSum": .sum, "ReduceMean": .mean, "ReduceMax": .maximum, "ReduceMin": .minimum,
    "ReduceProd": .product, "ReduceL1": .l1, "ReduceL2": .l2, "ReduceSumSquare": .sumOfSquares,
    "ReduceLogSum": .logSum, "ReduceLogSumExp": .logSumExp,
  ]

  /// What a call reduces; `nil` when it is no reduction. No axes: the value stays as it is.
  func reduction(of call: OperatorCall, rank: Int) throws(LoweringFailure) -> Reduction? {
    guard let kind = Self.reductions[call.opType] else { return nil }
    // Axes became an input with opset 13 for sums, with opset 18 for the others.
    var axes = try integers(call.optional(1), "the axes") ?? []
    if let attribute = try call.integers("axes") { axes = attribute }
    if axes.isEmpty, try !call.flag("noop_with_empty_axes", false) { axes = Array(0..<rank) }
    return Reduction(
      kind, axes: try call.axes(axes, rank: rank).sorted(),
      keepsAxes: try call.flag("keepdims", true))
  }

  mutating func reduce(_ call: OperatorCall, _ kind: Reduction.Kind) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    guard let reduction = try reduction(of: call, rank: x.rank) else { return x }
    if reduction.axes.isEmpty { return x }
    return try reduce(
      x, kind, axes: reduction.axes, keepsAxes: reduction.keepsAxes, call, nil)
  }

  mutating func reduce(
    _ x: ComputedValue, _ kind: Reduction.Kind, axes: [Int], keepsAxes: Bool, _ call: OperatorCall,
    _ suffix: String?
  ) throws(LoweringFailure) -> ComputedValue {
    try requireUnmixed(x.extents, axes: axes)
    let extents =
      keepsAxes
      ? x.extents.indices.map { axes.contains($0) ? .one : x.extents[$0] }
      : x.extents.indices.filter { !axes.contains($0) }.map { x.extents[$0] }
    return try emit(
      call, suffix, .reduction(Reduction(kind, axes: axes, keepsAxes: keepsAxes)), [x],
      extents: extents)
  }
}
