import FacetGraph

extension Lowering {
  mutating func batchNormalization(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    guard try call.integer("training_mode", 0) == 0 else {
      throw .unsupported(
        "batch normalization in training mode; export the network in inference mode (eval())")
    }
    if call.opset < 9, try !call.flag("spatial", true) {
      throw .unsupported("batch normalization of every pixel by itself (spatial = 0)")
    }
    guard x.rank >= 2 else { throw .invalid("a value of \(x.rank) axes has no channels") }
    var names: [String] = []
    var channels = 0
    for (index, role) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
      let statistics = try constant(try call.input(index + 1), role)
      guard statistics.rank == 1, statistics.type.isFloat,
        index == 0 || statistics.extents[0] == channels
      else { throw .invalid("its \(role) has the extents \(statistics.extents)") }
      channels = statistics.extents[0]
      names.append(
        try parameter(
          statistics.name ?? call.path + "/" + role, statistics, extents: [channels]))
    }
    guard agree(x.extents[1], SymbolicInteger(channels)) else {
      throw .invalid("\(channels) statistics for \(symbols.hint(x.extents[1])) channels")
    }
    let epsilon = try call.float("epsilon", 1e-5)
    let momentum = try call.float("momentum", 0.9)
    guard epsilon >= 0, epsilon.isFinite else { throw .invalid("an epsilon of \(epsilon)") }
    // ONNX's momentum is the share that is kept, Facet's the share that is new.
    let share = 0...1 ~= momentum ? 1 - momentum : 0.1
    return try emit(
      call, nil, .batchNorm(channels: channels, epsilon: epsilon, momentum: share), [x],
      parameters: names, extents: x.extents)
  }

  /// `(x - mean) / sqrt(variance + epsilon)` over some axes.
  private mutating func standardised(
    _ call: OperatorCall, _ suffix: String?, _ x: ComputedValue, axes: [Int], epsilon: Float
  ) throws(LoweringFailure) -> (value: ComputedValue, mean: ComputedValue, scale: ComputedValue) {
    let mean = try reduce(x, .mean, axes: axes, keepsAxes: true, call, "mean")
    let centred = try combine(call, "centred", .subtract, x, mean)
    let squares = try combine(call, "squares", .multiply, centred, centred)
    let variance = try reduce(squares, .mean, axes: axes, keepsAxes: true, call, "variance")
    let shifted = try combine(
      call, "shifted", .add, variance, try scalar(epsilon, call, "epsilon"))
    let deviation = try emit(
      call, "deviation", .activation(.squareRoot), [shifted], extents: shifted.extents)
    return (try combine(call, suffix, .divide, centred, deviation), mean, deviation)
  }

  /// A constant of one number for each channel, with axes to broadcast.
  private mutating func channelwise(
    _ value: ImportedValue, _ x: ComputedValue, _ call: OperatorCall, _ role: String
  ) throws(LoweringFailure) -> ComputedValue {
    let scale = try real(value, call, role)
    guard scale.rank == 1 else { throw .invalid("its \(role) has \(scale.rank) axes, not 1") }
    return try reshape(
      scale, to: scale.extents + [SymbolicInteger](repeating: .one, count: x.rank - 2), call,
      role + " of channels")
  }

  mutating func instanceNormalization(_ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    guard x.rank >= 3 else { throw .invalid("a value of \(x.rank) axes has no maps") }
    if let groups = try groupsOfMaps(x, call) {
      return try reshape(try instanceNormalization(call, groups), to: x.extents, call)
    }
    return try instanceNormalization(call, x)
  }

  /// PyTorch writes a group normalization as maps joined to rows, normalised, and cut again. The maps
  /// in their groups, which can be cut whatever their size is.
  private mutating func groupsOfMaps(_ x: ComputedValue, _ call: OperatorCall)
    throws(LoweringFailure) -> ComputedValue?
  {
    guard x.rank == 3, x.extents[2].number == nil, let source = reshapes[x.node.index],
      source.rank > 3, source.extents[0] == x.extents[0],
      let channels = source.extents[1].number, let groups = x.extents[1].number,
      channels % groups == 0
    else { return nil }
    return try reshape(
      source,
      to: [x.extents[0], x.extents[1], SymbolicInteger(channels / groups)] + source.extents[2...],
      call, "groups")
  }

  private mutating func instanceNormalization(_ call: OperatorCall, _ x: ComputedValue)
    throws(LoweringFailure) -> ComputedValue
  {
    let normal = try standardised(
      call, "normalised", x, axes: Array(2..<x.rank), epsilon: try call.float("epsilon", 1e-5)
    ).value
    let scale = try channelwise(try call.input(1), x, call, "scale")
    let scaled = try combine(call, "scaled", .multiply, normal, scale)
    let bias = try channelwise(try call.input(2), x, call, "bias")
    return try combine(call, x.rank > 4 ? "shifted" : nil, .add, scaled, bias)
  }

  mutating func groupNormalization(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    try call.requireOpset(18)
    let x = try real(try call.input(0), call)
    guard x.rank >= 2, let channels = x.extents[1].number,
      let groups = try call.integer("num_groups"), groups > 0, channels % groups == 0
    else { throw .invalid("its channels don't split into its groups") }
    let part = channels / groups
    let split = try reshape(
      x,
      to: [x.extents[0], SymbolicInteger(groups), SymbolicInteger(part)] + x.extents[2...],
      call, "groups")
    var normal = try standardised(
      call, "normalised", split, axes: Array(2..<split.rank),
      epsilon: try call.float("epsilon", 1e-5)
    ).value
    let (scale, bias) = (try call.input(1), try call.input(2))
    // Opset 18 had a scale for each group, later ones have one for each channel.
    let isGrouped = try extents(of: scale) == [SymbolicInteger(groups)] && groups != channels
    if !isGrouped { normal = try reshape(normal, to: x.extents, call, "channels") }
    let scaled = try combine(
      call, "scaled", .multiply, normal, try channelwise(scale, normal, call, "scale"))
    let shift = try channelwise(bias, normal, call, "bias")
    if !isGrouped { return try combine(call, nil, .add, scaled, shift) }
    let shifted = try combine(call, "shifted back", .add, scaled, shift)
    return try reshape(shifted, to: x.extents, call)
  }

  /// The value, the mean and the reciprocal of the deviation.
  mutating func layerNormalization(_ call: OperatorCall) throws(LoweringFailure)
    -> [ComputedValue]
  {
    try call.requireOpset(17)
    let x = try real(try call.input(0), call)
    let axis = try call.axis(try call.integer("axis", -1), rank: x.rank)
    let bias = call.optional(2)
    let (normal, mean, deviation) = try standardised(
      call, "normalised", x, axes: Array(axis..<x.rank),
      epsilon: try call.float("epsilon", 1e-5))
    let scale = try real(try call.input(1), call, "scale")
    var value = try combine(call, bias == nil ? nil : "scaled", .multiply, normal, scale)
    if let bias { value = try combine(call, nil, .add, value, try real(bias, call, "bias")) }
    var outputs = [value]
    if call.wantsOutput(1) || call.wantsOutput(2) {
      outputs.append(mean)
      outputs.append(
        try emit(
          call, "reciprocal deviation", .activation(.reciprocal), [deviation],
          extents: deviation.extents))
    }
    return outputs
  }

  mutating func lpNormalization(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    let axis = try call.axis(try call.integer("axis", -1), rank: x.rank)
    let power = try call.integer("p", 2)
    guard power == 1 || power == 2 else { throw .invalid("a norm with p = \(power)") }
    if power == 2, axis == 1, x.rank == 2 {
      return try emit(call, nil, .l2Normalize(epsilon: 1e-12), [x], extents: x.extents)
    }
    let norm = try reduce(
      x, power == 1 ? .l1 : .l2, axes: [axis], keepsAxes: true, call, "norm")
    // A row of zeros stays zeros.
    let least = try combine(
      call, "norm above zero", .maximum, norm, try scalar(1e-12, call, "least"))
    return try combine(call, nil, .divide, x, least)
  }

  mutating func meanVarianceNormalization(_ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    let axes = try call.axes(try call.integers("axes") ?? [0, 2, 3], rank: x.rank).sorted()
    let mean = try reduce(x, .mean, axes: axes, keepsAxes: true, call, "mean")
    let centred = try combine(call, "centred", .subtract, x, mean)
    let squares = try combine(call, "squares", .multiply, centred, centred)
    let variance = try reduce(squares, .mean, axes: axes, keepsAxes: true, call, "variance")
    let deviation = try emit(
      call, "deviation", .activation(.squareRoot), [variance], extents: variance.extents)
    let least = try combine(
      call, "deviation above zero", .add, deviation, try scalar(1e-9, call, "epsilon"))
    return try combine(call, nil, .divide, centred, least)
  }

  mutating func localResponseNormalization(_ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    guard let size = try call.integer("size"), 1...4096 ~= size else {
      throw .invalid("'size' must be 1 to 4096")
    }
    guard x.rank == 4 else { throw .unsupported("LRN of a value of \(x.rank) axes") }
    guard size % 2 == 1 else {
      throw .unsupported("LRN over an even number of channels (\(size))")
    }
    try requireUnmixed(x.extents, axes: [1])
    return try emit(
      call, nil,
      .localResponseNorm(
        size: size, alpha: try call.float("alpha", 1e-4), beta: try call.float("beta", 0.75),
        k: try call.float("bias", 1)), [x], extents: x.extents)
  }

  /// Over one axis; before opset 13 over all axes from one on.
  mutating func softmax(_ call: OperatorCall, logarithm: Bool) throws(LoweringFailure)
    -> ComputedValue
  {
    let x = try real(try call.input(0), call)
    let axis = try call.axis(
      try call.integer("axis", call.opset < 13 ? 1 : -1), rank: x.rank,
      past: call.opset < 13 && x.rank < 2)
    guard axis < x.rank else { throw .unsupported("a softmax of \(x.rank) axes along \(axis)") }
    try requireUnmixed(x.extents, axes: call.opset < 13 ? axis..<x.rank : axis..<axis + 1)
    let isFlat = x.extents[(axis + 1)...].allSatisfy { $0 == .one }
    guard call.opset < 13, !isFlat else {
      if axis == 1, !logarithm, x.rank == 2 || x.rank == 4 {
        return try emit(call, nil, .softmax, [x], extents: x.extents)
      }
      return try emit(
        call, nil, .axisSoftmax(axis: axis, logarithm: logarithm), [x], extents: x.extents)
    }
    let axes = Array(axis..<x.rank)
    if logarithm {
      let sum = try reduce(x, .logSumExp, axes: axes, keepsAxes: true, call, "sum")
      return try combine(call, nil, .subtract, x, sum)
    }
    let largest = try reduce(x, .maximum, axes: axes, keepsAxes: true, call, "largest")
    let shifted = try combine(call, "shifted", .subtract, x, largest)
    let powers = try emit(
      call, "powers", .activation(.exponential), [shifted], extents: x.extents)
    let sum = try reduce(powers, .sum, axes: axes, keepsAxes: true, call, "sum")
    return try combine(call, nil, .divide, powers, sum)
  }
}
