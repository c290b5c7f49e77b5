import FacetGraph

extension Lowering {
  /// Sizes with a padding around them.
  func padded(_ extents: [SymbolicInteger], _ padding: Padding) throws(LoweringFailure)
    -> [SymbolicInteger]
  {
    var result: [SymbolicInteger] = []
    for (axis, extent) in extents.enumerated() {
      let grown = try sum(extent, padding.before[axis] + padding.after[axis])
      if padding.before[axis] != 0 || padding.after[axis] != 0 {
        try requireUnmixed(extents, axes: [axis])
      }
      result.append(grown)
    }
    return result
  }

  mutating func pad(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try computed(try call.input(0), call)
    var amounts: [Int]
    var value: Float = 0
    var axes = Array(0..<x.rank)
    if call.opset < 11 {
      amounts = try call.integers(call.opset < 2 ? "paddings" : "pads") ?? []
      value = try call.float("value", 0)
    } else {
      amounts = try integers(try constant(try call.input(1), "the padding"))
      if let given = call.optional(2) { value = try number(given, "the value") }
      if let given = try integers(call.optional(3), "the axes") {
        axes = try call.axes(given, rank: x.rank)
      }
    }
    guard amounts.count == 2 * axes.count, amounts.allSatisfy({ -(1 << 24)...1 << 24 ~= $0 }) else {
      throw .invalid("paddings \(amounts) of \(axes.count) axes")
    }
    if amounts.allSatisfy({ $0 == 0 }) { return x }
    var padding = Padding(
      before: [Int](repeating: 0, count: x.rank), after: [Int](repeating: 0, count: x.rank),
      mode: .constant(value))
    for (index, axis) in axes.enumerated() {
      padding.before[axis] = amounts[index]
      padding.after[axis] = amounts[index + axes.count]
    }
    switch try call.string("mode", "constant") {
    case "constant": break
    case "edge": padding.mode = .edge
    case "reflect": padding.mode = .reflect
    case "wrap": padding.mode = .wrap
    case let other: throw .invalid("'mode' is '\(other)'")
    }
    return try emit(
      call, nil, .pad(padding), [x], extents: try padded(x.extents, padding))
  }

  mutating func resize(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try computed(try call.input(0), call)
    var settings = try ResizeSettings(call)
    var axes = Array(0..<x.rank)
    if let given = try call.integers("axes") { axes = try call.axes(given, rank: x.rank) }
    let regions = try resizeRegions(call, axes, settings)
    var targets = try resizeTargets(call, x, axes)
    if settings.aspect == .stretch, settings.coordinates != .cropAndResize {
      // Axes that keep their size are left alone; most often the batch and the channels.
      let kept = axes.indices.filter { !isUnchanged(targets[$0], x.extents[axes[$0]]) }
      axes = kept.map { axes[$0] }
      targets = kept.map { targets[$0] }
    }
    if axes.isEmpty { return x }
    for (axis, target) in zip(axes, targets) {
      try requireUnmixed(x.extents, axes: [axis])
      if case .size = target { try requireOpen(x.extents[axis]) }
    }
    if settings.isOld, case .nearest = settings.interpolation,
      targets.contains(where: { Self.shrinks($0) })
    {
      // Before opset 11 places were rounded down where a map grew, up where it shrank.
      guard targets.allSatisfy({ Self.shrinks($0) }) else {
        throw .unsupported("an old Resize that shrinks one axis and enlarges another")
      }
      settings.interpolation = .nearest(.ceiling)
    }
    let resizing = Resizing(
      axes: axes, targets: targets, interpolation: settings.interpolation,
      coordinates: settings.coordinates, aspect: settings.aspect, antialias: settings.antialias,
      excludesOutside: settings.excludesOutside, regions: regions, outside: settings.outside)
    return try emit(
      call, nil, .resize(resizing), [x], extents: try resized(x.extents, resizing))
  }

  private static func shrinks(_ target: Resizing.Target) -> Bool {
    if case .scale(let factor) = target { factor < 1 } else { false }
  }

  private func isUnchanged(_ target: Resizing.Target, _ extent: SymbolicInteger) -> Bool {
    switch target {
    case .scale(let factor): factor == 1
    case .size(let size):
      // A batch of one that the file declares is the batch, whatever its size is.
      extent.number.map { $0 == size }
        ?? (size == 1 && symbols.declared(symbols.roots(extent)) == [Self.batchAxis])
    }
  }

  private func resizeRegions(
    _ call: OperatorCall, _ axes: [Int], _ settings: ResizeSettings
  ) throws(LoweringFailure) -> [Resizing.Region] {
    guard settings.coordinates == .cropAndResize else { return [] }
    let bounds = try floats(try constant(try call.input(1), "the region"))
    guard bounds.count == 2 * axes.count else {
      throw .invalid("a region of \(bounds.count) numbers for \(axes.count) axes")
    }
    return axes.indices.map {
      Resizing.Region(start: bounds[$0], end: bounds[$0 + axes.count])
    }
  }

  /// What each axis is resized to; sizes computed from the input's become factors.
  private mutating func resizeTargets(
    _ call: OperatorCall, _ x: ComputedValue, _ axes: [Int]
  ) throws(LoweringFailure) -> [Resizing.Target] {
    let isOld = call.opset < 11
    if !isOld, let sizes = call.optional(3) {
      let wanted = try constant(sizes, "the new size").sizes()
      guard wanted.count == axes.count else {
        throw .invalid("\(wanted.count) sizes for \(axes.count) axes")
      }
      var targets: [Resizing.Target] = []
      for (axis, size) in zip(axes, wanted) {
        let extent = x.extents[axis]
        if let number = size.number {
          guard 1...1 << 24 ~= number else { throw .invalid("a size of \(number)") }
          targets.append(.size(number))
        } else if let factor = size.dividedExactly(by: extent)?.number, 1...4096 ~= factor {
          targets.append(.scale(Float(factor)))
        } else if let divisor = extent.dividedExactly(by: size)?.number, divisor > 0 {
          targets.append(.scale(1 / Float(divisor)))
        } else {
          throw .needsFixedAxes(symbols.roots([size, extent]))
        }
      }
      return targets
    }
    var factors: [Float] = []
    if call.opType == "Upsample", call.opset < 9 {
      factors = try call.floats("scales") ?? []
    } else {
      factors = try floats(try constant(try call.input(isOld ? 1 : 2), "the scale"))
    }
    guard factors.count == axes.count, factors.allSatisfy({ $0 > 0 && $0 <= 4096 }) else {
      throw .invalid("scales \(factors) for \(axes.count) axes")
    }
    return factors.map { .scale($0) }
  }

  private mutating func resized(_ extents: [SymbolicInteger], _ resizing: Resizing)
    throws(LoweringFailure) -> [SymbolicInteger]
  {
    var result = extents
    if resizing.axes.allSatisfy({ extents[$0].number != nil }) {
      let sizes = resizing.resolved(extents.map { $0.number ?? 1 })
      for (axis, size) in zip(resizing.axes, sizes) { result[axis] = SymbolicInteger(size.size) }
      return result
    }
    guard resizing.aspect == .stretch else {
      throw .needsFixedAxes(symbols.roots(resizing.axes.map { extents[$0] }))
    }
    for (axis, target) in zip(resizing.axes, resizing.targets) {
      switch target {
      case .size(let size): result[axis] = SymbolicInteger(size)
      case .scale(let factor):
        if let whole = Int(exactly: factor) {
          result[axis] = try product(extents[axis], SymbolicInteger(whole))
        } else if let divisor = Int(exactly: 1 / factor), 1 / Float(divisor) == factor {
          result[axis] = try quotient(extents[axis], divisor)
        } else {
          let hint = Int((Float(symbols.hint(extents[axis])) * factor).rounded(.down))
          result[axis] = symbols.computed(
            "scale", [extents[axis]], [Int(factor.bitPattern)], hint: hint)
        }
      }
    }
    return result
  }
}

/// What a Resize or Upsample says of how it computes.
struct ResizeSettings {
  var interpolation: Resizing.Interpolation
  var coordinates: Resizing.Coordinates
  var aspect = Resizing.AspectPolicy.stretch
  var antialias: Bool
  var excludesOutside: Bool
  var outside: Float
  /// Before opset 11 nothing of this could be said.
  let isOld: Bool

  init(_ call: OperatorCall) throws(LoweringFailure) {
    isOld = call.opset < 11 || call.opType == "Upsample"
    antialias = try call.flag("antialias", false)
    excludesOutside = try call.flag("exclude_outside", false)
    outside = try call.float("extrapolation_value", 0)
    let coordinate = try call.string(
      "coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel")
    switch coordinate {
    case "half_pixel": coordinates = .halfPixel
    case "half_pixel_symmetric": coordinates = .halfPixelSymmetric
    case "pytorch_half_pixel": coordinates = .pytorchHalfPixel
    case "align_corners": coordinates = .alignCorners
    case "asymmetric": coordinates = .asymmetric
    case "tf_crop_and_resize": coordinates = .cropAndResize
    default: throw .unsupported("'coordinate_transformation_mode' is '\(coordinate)'")
    }
    let mode = try call.string("mode", "nearest")
    switch mode {
    case "nearest":
      interpolation = .nearest(try Self.rounding(call, isOld: isOld))
    case "linear", "bilinear": interpolation = .linear
    case "cubic": interpolation = .cubic(coefficient: try call.float("cubic_coeff_a", -0.75))
    default: throw .unsupported("'mode' is '\(mode)'")
    }
    switch try call.string("keep_aspect_ratio_policy", "stretch") {
    case "stretch": break
    case "not_larger": aspect = .notLarger
    case "not_smaller": aspect = .notSmaller
    case let other: throw .invalid("'keep_aspect_ratio_policy' is '\(other)'")
    }
  }

  private static func rounding(_ call: OperatorCall, isOld: Bool) throws(LoweringFailure)
    -> Resizing.Rounding
  {
    switch try call.string("nearest_mode", isOld ? "floor" : "round_prefer_floor") {
    case "round_prefer_floor": .preferFloor
    case "round_prefer_ceil": .preferCeiling
    case "floor": .floor
    case "ceil": .ceiling
    case let other: throw .invalid("'nearest_mode' is '\(other)'")
    }
  }
}
