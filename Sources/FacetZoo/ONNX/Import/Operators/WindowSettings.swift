import FacetGraph

/// What convolutions and pools say of their windows, for one or two spatial axes. One axis is computed
/// as a map of one row.
struct WindowSettings {
  var kernel: Extent
  var stride: Extent
  var dilation: Extent
  var before: Extent
  var after: Extent
  var same: SamePadding?
  /// Whether the value has one spatial axis.
  var isRow: Bool

  init(_ call: OperatorCall, spatial: Int, kernel given: [Int]?) throws(LoweringFailure) {
    guard spatial == 1 || spatial == 2 else {
      throw .unsupported(
        spatial == 3
          ? "three-dimensional \(call.opType) isn't computed"
          : "\(call.opType) over \(spatial) axes isn't computed")
    }
    isRow = spatial == 1
    func list(_ name: String, _ fallback: Int, count: Int, from least: Int)
      throws(LoweringFailure) -> [Int]
    {
      let values = try call.integers(name) ?? []
      if values.isEmpty { return [Int](repeating: fallback, count: count) }
      guard values.count == count else {
        throw .invalid("'\(name)' has \(values.count) numbers, not \(count)")
      }
      guard values.allSatisfy({ least...Self.limit ~= $0 }) else {
        throw .invalid("'\(name)' is \(values); \(least) to \(Self.limit) were expected")
      }
      return values
    }
    let shape = try call.integers("kernel_shape")
    guard let kernel = given ?? shape, kernel.count == spatial else {
      throw .invalid("'kernel_shape' must have \(spatial) numbers")
    }
    if let given, let shape, !shape.isEmpty, shape != given {
      throw .invalid("'kernel_shape' is \(shape), but the weights' kernel is \(given)")
    }
    guard kernel.allSatisfy({ 1...Self.limit ~= $0 }) else {
      throw .invalid("a kernel of \(kernel); 1 to \(Self.limit) were expected")
    }
    self.kernel = Self.extent(kernel, row: 1)
    stride = Self.extent(try list("strides", 1, count: spatial, from: 1), row: 1)
    dilation = Self.extent(try list("dilations", 1, count: spatial, from: 1), row: 1)
    let pads = try list("pads", 0, count: 2 * spatial, from: -Self.limit)
    before = Self.extent(Array(pads[..<spatial]), row: 0)
    after = Self.extent(Array(pads[spatial...]), row: 0)
    switch try call.string("auto_pad", "NOTSET") {
    case "NOTSET", "": same = nil
    case "VALID":
      same = nil
      (before, after) = (Extent(0), Extent(0))
    case "SAME_UPPER": same = .upper
    case "SAME_LOWER": same = .lower
    case let other: throw .invalid("'auto_pad' is '\(other)'")
    }
    if same != nil { (before, after) = (Extent(0), Extent(0)) }
  }

  /// The largest window, stride and padding that Facet computes.
  private static let limit = (1 << 12) - 1

  static func extent(_ values: [Int], row: Int) -> Extent {
    values.count == 2 ? Extent(values[0], values[1]) : Extent(row, values[0])
  }

  var reach: Extent {
    Extent(dilation.height * (kernel.height - 1) + 1, dilation.width * (kernel.width - 1) + 1)
  }

  var hasNegativePadding: Bool {
    [before, after].contains { $0.height < 0 || $0.width < 0 }
  }
}

extension Lowering {
  /// A value with one spatial axis as a map of one row; others as they are.
  mutating func asMap(_ x: ComputedValue, _ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue
  {
    guard x.rank == 3 else { return x }
    return try reshape(x, to: [x.extents[0], x.extents[1], .one, x.extents[2]], call, "row")
  }

  /// The map of one row as the value it stands for.
  mutating func asRow(_ y: ComputedValue, _ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue
  {
    try reshape(y, to: [y.extents[0], y.extents[1], y.extents[3]], call)
  }

  /// The map's size behind windows that slide over it.
  mutating func slide(
    _ x: ComputedValue, _ windows: WindowSettings, overhang: Bool = false
  ) throws(LoweringFailure) -> (height: SymbolicInteger, width: SymbolicInteger) {
    func along(_ axis: Int, _ part: KeyPath<Extent, Int>, _ lowering: inout Lowering)
      throws(LoweringFailure) -> SymbolicInteger
    {
      let step = windows.stride[keyPath: part]
      if windows.same != nil {
        return try lowering.quotient(lowering.sum(x.extents[axis], step - 1), step)
      }
      return try lowering.windows(
        x.extents[axis], span: windows.reach[keyPath: part], step: step,
        before: windows.before[keyPath: part], after: windows.after[keyPath: part],
        overhang: overhang)
    }
    return (try along(2, \.height, &self), try along(3, \.width, &self))
  }

  /// Cuts off what a negative padding takes away, and leaves windows without it.
  mutating func cutting(
    _ x: ComputedValue, _ windows: inout WindowSettings, _ call: OperatorCall
  ) throws(LoweringFailure) -> ComputedValue {
    guard windows.hasNegativePadding else { return x }
    let padding = Padding(
      before: [0, 0, windows.before.height, windows.before.width],
      after: [0, 0, windows.after.height, windows.after.width], mode: .constant(0))
    let extents = try padded(x.extents, padding)
    (windows.before, windows.after) = (Extent(0), Extent(0))
    return try emit(call, "pad", .pad(padding), [x], extents: extents)
  }
}
