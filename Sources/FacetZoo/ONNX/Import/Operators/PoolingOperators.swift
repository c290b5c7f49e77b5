import FacetGraph

extension Lowering {
  private mutating func pool(
    _ call: OperatorCall, _ op: (Pooling) -> Op
  ) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    guard x.rank >= 3 else { throw .invalid("a value of \(x.rank) axes has no windows") }
    var windows = try WindowSettings(call, spatial: x.rank - 2, kernel: nil)
    try requireUnmixed(x.extents, axes: 2..<x.rank)
    var map = try asMap(x, call)
    map = try cutting(map, &windows, call)
    let ceil = try call.flag("ceil_mode", false)
    let size = try slide(map, windows, overhang: ceil)
    let pooling = Pooling(
      kernel: windows.kernel, stride: windows.stride, padding: windows.before,
      trailing: windows.after == windows.before ? nil : windows.after, same: windows.same,
      dilation: windows.dilation, ceilMode: ceil)
    let room = windows.reach
    guard windows.before.height < room.height, windows.before.width < room.width,
      windows.after.height < room.height, windows.after.width < room.width
    else { throw .unsupported("a pool whose padding is as large as its window") }
    let y = try emit(
      call, windows.isRow ? "pool" : nil, op(pooling), [map],
      extents: [map.extents[0], map.extents[1], size.height, size.width])
    return windows.isRow ? try asRow(y, call) : y
  }

  mutating func maxPool(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    try pool(call) { .maxPool($0) }
  }

  mutating func averagePool(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let counts = try call.flag("count_include_pad", false)
    return try pool(call) { .averagePool($0, countsPadding: counts) }
  }

  /// The mean over the axes behind the channels; of maps, the operator of Facet's own networks.
  mutating func globalPool(_ call: OperatorCall, _ kind: Reduction.Kind) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    guard x.rank >= 3 else { throw .invalid("a value of \(x.rank) axes has nothing to pool") }
    if kind == .mean, x.rank == 4 {
      try requireUnmixed(x.extents, axes: 2..<4)
      return try emit(
        call, nil, .adaptiveAveragePool(height: 1, width: 1), [x],
        extents: [x.extents[0], x.extents[1], .one, .one])
    }
    return try reduce(x, kind, axes: Array(2..<x.rank), keepsAxes: true, call, nil)
  }

  mutating func globalLpPool(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let power = try call.integer("p", 2)
    guard power == 1 || power == 2 else {
      throw .unsupported("a norm with p = \(power) isn't computed, only 1 and 2")
    }
    return try globalPool(call, power == 1 ? .l1 : .l2)
  }

  /// The root of the sum of powers: powers, their mean, times the window's size, the root.
  mutating func lpPool(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let power = try call.integer("p", 2)
    let x = try real(try call.input(0), call)
    guard power == 2 else {
      throw .unsupported("a norm with p = \(power) isn't computed, only 2")
    }
    guard x.rank == 4, try !call.flag("ceil_mode", false) else {
      throw .unsupported("an LpPool of maps without ceil_mode only is computed")
    }
    let windows = try WindowSettings(call, spatial: 2, kernel: nil)
    guard !windows.hasNegativePadding else { throw .unsupported("a negative padding") }
    let squares = try emit(call, "squares", .arithmetic(.multiply), [x, x], extents: x.extents)
    let size = try slide(squares, windows)
    let pooling = Pooling(
      kernel: windows.kernel, stride: windows.stride, padding: windows.before,
      trailing: windows.after, same: windows.same, dilation: windows.dilation)
    let mean = try emit(
      call, "mean", .averagePool(pooling, countsPadding: true), [squares],
      extents: [x.extents[0], x.extents[1], size.height, size.width])
    let sum = try combine(
      call, "sum", .multiply, mean,
      try scalar(Float(windows.kernel.height * windows.kernel.width), call, "area"))
    return try emit(call, nil, .activation(.squareRoot), [sum], extents: sum.extents)
  }
}
