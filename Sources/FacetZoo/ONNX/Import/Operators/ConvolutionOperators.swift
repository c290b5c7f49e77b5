import FacetGraph

extension Lowering {
  /// The weights of a convolution, which must be known: a kernel that depends on the image isn't one.
  private func weights(_ call: OperatorCall, _ x: ComputedValue) throws(LoweringFailure)
    -> ImportedConstant
  {
    let weight = try constant(try call.input(1), "the kernel")
    guard weight.type.isFloat else {
      throw .unsupported("\(call.opType) of \(weight.type.name) isn't computed, only of floats")
    }
    guard x.rank >= 3, weight.rank == x.rank else {
      throw .invalid("a kernel of \(weight.rank) axes for a value of \(x.rank)")
    }
    guard weight.extents.allSatisfy({ $0 > 0 }) else {
      throw .invalid("a kernel of the extents \(weight.extents)")
    }
    return weight
  }

  private func bias(_ call: OperatorCall, _ channels: Int) throws(LoweringFailure)
    -> ImportedConstant?
  {
    guard let value = call.optional(2) else { return nil }
    let bias = try constant(value, "the bias")
    guard bias.extents == [channels], bias.type.isFloat else {
      throw .invalid("a bias of the extents \(bias.extents) for \(channels) channels")
    }
    return bias
  }

  private mutating func convolutionParameters(
    _ call: OperatorCall, _ weight: ImportedConstant, _ kernel: Extent, _ bias: ImportedConstant?,
    channels: Int
  ) throws(LoweringFailure) -> [String] {
    let shape = [weight.extents[0], weight.extents[1], kernel.height, kernel.width]
    var names = [
      try parameter(weight.name ?? call.path + "/weight", weight, extents: shape)
    ]
    if let bias {
      names.append(try parameter(bias.name ?? call.path + "/bias", bias, extents: [channels]))
    }
    return names
  }

  private func requireChannels(
    _ x: ComputedValue, _ channels: Int, groups: Int
  ) throws(LoweringFailure) {
    guard agree(x.extents[1], SymbolicInteger(channels)) else {
      throw .invalid(
        "the kernel takes \(channels) channels in \(groups) groups; the value has "
          + "\(symbols.hint(x.extents[1]))")
    }
    try requireUnmixed(x.extents, axes: 1..<x.rank)
  }

  mutating func convolution(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    let weight = try weights(call, x)
    var windows = try WindowSettings(
      call, spatial: x.rank - 2, kernel: Array(weight.extents[2...]))
    let groups = try call.integer("group", 1)
    let (outputs, part) = (weight.extents[0], weight.extents[1])
    let (inputs, overflow) = part.multipliedReportingOverflow(by: groups)
    guard groups > 0, !overflow, outputs % groups == 0 else {
      throw .invalid("\(outputs) channels in \(groups) groups")
    }
    try requireChannels(x, inputs, groups: groups)
    var map = try asMap(x, call)
    map = try cutting(map, &windows, call)
    let bias = try bias(call, outputs)
    let names = try convolutionParameters(call, weight, windows.kernel, bias, channels: outputs)
    let size = try slide(map, windows)
    let convolution = Convolution(
      inputs, outputs, kernel: windows.kernel, stride: windows.stride, padding: windows.before,
      trailing: windows.after == windows.before ? nil : windows.after, same: windows.same,
      dilation: windows.dilation, groups: groups, bias: bias != nil)
    let y = try emit(
      call, windows.isRow ? "convolution" : nil, .convolution(convolution), [map],
      parameters: names,
      extents: [map.extents[0], SymbolicInteger(outputs), size.height, size.width])
    return windows.isRow ? try asRow(y, call) : y
  }

  mutating func transposedConvolution(_ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    let weight = try weights(call, x)
    var windows = try WindowSettings(
      call, spatial: x.rank - 2, kernel: Array(weight.extents[2...]))
    let groups = try call.integer("group", 1)
    let (inputs, part) = (weight.extents[0], weight.extents[1])
    let (outputs, overflow) = part.multipliedReportingOverflow(by: groups)
    guard groups > 0, !overflow, inputs % groups == 0 else {
      throw .invalid("\(inputs) channels in \(groups) groups")
    }
    guard !windows.hasNegativePadding else {
      throw .unsupported("a transposed convolution with a negative padding")
    }
    try requireChannels(x, inputs, groups: groups)
    let map = try asMap(x, call)
    let bias = try bias(call, outputs)
    let names = try convolutionParameters(call, weight, windows.kernel, bias, channels: outputs)
    let given = try call.integers("output_padding") ?? []
    guard given.isEmpty || given.count == x.rank - 2, given.allSatisfy({ 0...4095 ~= $0 }) else {
      throw .invalid("'output_padding' is \(given)")
    }
    var extra = given.isEmpty ? Extent(0) : WindowSettings.extent(given, row: 0)
    if let wanted = try call.integers("output_shape"), !wanted.isEmpty {
      try fit(&windows, &extra, to: wanted, map, call)
    }
    var extents = [map.extents[0], SymbolicInteger(outputs)]
    let reach = windows.reach
    for (axis, part) in [(2, \Extent.height), (3, \Extent.width)] {
      let step = SymbolicInteger(windows.stride[keyPath: part])
      if windows.same != nil {
        extents.append(try product(map.extents[axis], step))
        continue
      }
      let grown =
        reach[keyPath: part] + extra[keyPath: part] - windows.before[keyPath: part]
        - windows.after[keyPath: part]
      extents.append(
        try sum(product(sum(map.extents[axis], -1), step), grown))
    }
    let convolution = TransposedConvolution(
      inputs, outputs, kernel: windows.kernel, stride: windows.stride, padding: windows.before,
      trailing: windows.after, outputPadding: windows.same == nil ? extra : Extent(0),
      same: windows.same, dilation: windows.dilation, groups: groups, bias: bias != nil)
    let y = try emit(
      call, windows.isRow ? "convolution" : nil, .transposedConvolution(convolution), [map],
      parameters: names, extents: extents)
    return windows.isRow ? try asRow(y, call) : y
  }

  /// Paddings that give the output the size that the file asks for.
  private func fit(
    _ windows: inout WindowSettings, _ extra: inout Extent, to wanted: [Int],
    _ map: ComputedValue, _ call: OperatorCall
  ) throws(LoweringFailure) {
    // Some exporters put batch and channels in front.
    let spatial = windows.isRow ? 1 : 2
    guard wanted.count == spatial || wanted.count == spatial + 2,
      wanted.allSatisfy({ 1...1 << 24 ~= $0 })
    else { throw .invalid("'output_shape' is \(wanted)") }
    let size = WindowSettings.extent(Array(wanted.suffix(spatial)), row: 1)
    for (axis, part) in [(2, \Extent.height), (3, \Extent.width)] {
      guard let input = map.extents[axis].number else {
        throw .needsFixedAxes(symbols.roots(map.extents[axis]))
      }
      let full =
        windows.stride[keyPath: part] * (input - 1) + windows.reach[keyPath: part]
        + extra[keyPath: part]
      let cut = full - size[keyPath: part]
      if cut < 0 {
        (windows.before[keyPath: part], windows.after[keyPath: part]) = (0, 0)
        extra[keyPath: part] -= cut
      } else {
        let less = windows.same == .upper ? cut / 2 : cut - cut / 2
        windows.before[keyPath: part] = less
        windows.after[keyPath: part] = cut - less
      }
    }
    windows.same = nil
  }
}
