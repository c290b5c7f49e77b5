import FacetGraph
import FacetTensor

extension Lowering {
  /// The function of each element that a call computes, or `nil` when it is no such call.
  func activation(of call: OperatorCall) throws(LoweringFailure) -> Activation? {
    switch call.opType {
    case "LeakyRelu": return .leakyReLU(slope: try call.float("alpha", 0.01))
    case "ThresholdedRelu": return .thresholdedReLU(threshold: try call.float("alpha", 1))
    case "Elu": return .elu(alpha: try call.float("alpha", 1))
    case "Celu": return .celu(alpha: try call.float("alpha", 1))
    case "Selu":
      // Opset 1 had these two rounded.
      return .selu(
        alpha: try call.float("alpha", call.opset < 6 ? 1.6732 : 1.673_263_2),
        gamma: try call.float("gamma", call.opset < 6 ? 1.0507 : 1.050_701))
    case "Sigmoid": return .sigmoid
    case "Tanh": return .tanh
    case "HardSigmoid":
      return .hardSigmoid(alpha: try call.float("alpha", 0.2), beta: try call.float("beta", 0.5))
    case "HardSwish": return .hardSwish
    case "Swish": return .swish(alpha: try call.float("alpha", 1))
    case "Mish": return .mish
    case "Gelu": return .gelu(approximate: try call.string("approximate", "none") == "tanh")
    case "Softplus": return .softplus
    case "Softsign": return .softsign
    case "Exp": return .exponential
    case "Log": return .logarithm
    case "Sqrt": return .squareRoot
    case "Reciprocal": return .reciprocal
    case "Abs": return .absolute
    case "Neg": return .negative
    case "Erf": return .erf
    case "Sign": return .sign
    case "Floor": return .floor
    case "Ceil": return .ceiling
    case "Round": return .round
    default: return nil
    }
  }

  mutating func relu(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    return try emit(call, nil, .relu, [x], extents: x.extents)
  }

  /// A slope for each channel is a PReLU of Facet's; any other is `max(x, 0) + slope * min(x, 0)`.
  mutating func prelu(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    let slope = try call.input(1)
    if case .constant(let constant) = slope, constant.type.isFloat, x.rank > 1,
      let channels = x.extents[1].number, isChannelwise(constant.extents, of: x, channels, call)
    {
      let name = constant.name ?? call.path + "/slope"
      let weights =
        constant.count == channels
        ? constant
        : ImportedConstant(
          constant.type, [channels],
          .floats([Float](repeating: try floats(constant)[0], count: channels)))
      let parameter = try parameter(name, weights, extents: [channels])
      return try emit(
        call, nil, .prelu(channels: channels), [x], parameters: [parameter], extents: x.extents)
    }
    var slopes = try real(slope, call, "slope")
    if call.opset < 7, slopes.rank == 1, x.rank > 1 {
      slopes = try alignToChannels(slopes, x, call)
    }
    let extents = try broadcast(x.extents, slopes.extents)
    guard extents.count == x.rank, zip(extents, x.extents).allSatisfy({ agree($0, $1) }) else {
      throw .invalid("slopes of \(slopes.rank) axes that don't fit the input")
    }
    let positive = try emit(call, "positive", .relu, [x], extents: x.extents)
    let negative = try emit(
      call, "negative", .activation(.clip(minimum: -.infinity, maximum: 0)), [x],
      extents: x.extents)
    let scaled = try emit(
      call, "scaled", .arithmetic(.multiply), [negative, slopes], extents: extents)
    return try emit(call, nil, .add, [positive, scaled], extents: extents)
  }

  /// Whether slopes of these extents are one for each channel, or one for all.
  private func isChannelwise(
    _ extents: [Int], of x: ComputedValue, _ channels: Int, _ call: OperatorCall
  ) -> Bool {
    if extents.allSatisfy({ $0 == 1 }), extents.count <= x.rank { return true }
    // Before opset 7 a row of slopes was for the channels, wherever they are.
    if call.opset < 7, extents == [channels] { return true }
    guard extents.count <= x.rank else { return false }
    let place = 1 - (x.rank - extents.count)
    return extents.indices.allSatisfy { $0 == place ? extents[$0] == channels : extents[$0] == 1 }
      && place >= 0
  }

  mutating func clip(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    guard call.opset >= 11 else {
      return try clip(
        x, minimum: try call.float("min", -.infinity), maximum: try call.float("max", .infinity),
        call)
    }
    let (low, high) = (call.optional(1), call.optional(2))
    if case .computed(let low)? = low { return try clip(x, low, high, call) }
    if case .computed? = high {
      return try clip(
        x, try scalar(try optionalNumber(low, "the minimum") ?? -.infinity, call, "minimum"),
        high, call)
    }
    let minimum = try optionalNumber(low, "the minimum") ?? -.infinity
    let maximum = try optionalNumber(high, "the maximum") ?? .infinity
    return try clip(x, minimum: minimum, maximum: maximum, call)
  }

  private func optionalNumber(_ value: ImportedValue?, _ what: String) throws(LoweringFailure)
    -> Float?
  {
    guard let value else { return nil }
    return try number(value, what)
  }

  private mutating func clip(
    _ x: ComputedValue, minimum: Float, maximum: Float, _ call: OperatorCall
  ) throws(LoweringFailure) -> ComputedValue {
    guard !minimum.isNaN, !maximum.isNaN else { throw .invalid("a bound that is no number") }
    let low = minimum <= -.greatestFiniteMagnitude ? -.infinity : minimum
    let high = maximum >= .greatestFiniteMagnitude ? .infinity : maximum
    if low == 0, high == .infinity { return try emit(call, nil, .relu, [x], extents: x.extents) }
    return try emit(
      call, nil, .activation(.clip(minimum: low, maximum: high)), [x], extents: x.extents)
  }

  private mutating func clip(
    _ x: ComputedValue, _ low: ComputedValue, _ high: ImportedValue?, _ call: OperatorCall
  ) throws(LoweringFailure) -> ComputedValue {
    let raised = try emit(
      call, high == nil ? nil : "minimum", .arithmetic(.maximum), [x, low],
      extents: try broadcast(x.extents, low.extents))
    guard let high else { return raised }
    let bound = try real(high, call, "maximum")
    return try emit(
      call, nil, .arithmetic(.minimum), [raised, bound],
      extents: try broadcast(raised.extents, bound.extents))
  }

  /// Between floating-point types a cast does nothing here; whole numbers become floats.
  mutating func cast(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    var x = try computed(try call.input(0), call)
    var type = ONNXDataType(code: try call.integer("to", 1))
    if call.opType == "CastLike" {
      switch try call.input(1) {
      case .constant(let constant): type = constant.type
      case .computed(let value): type = value.type
      case .missing: break
      }
    }
    guard type.isFloat || type == x.type else {
      throw .unsupported(
        "a cast of values that depend on the image to \(type.name) isn't computed")
    }
    x.type = type
    return x
  }

  mutating func dropout(_ call: OperatorCall) throws(LoweringFailure) -> ComputedValue {
    let x = try real(try call.input(0), call)
    if let training = call.optional(2), try number(training, "training_mode") != 0 {
      throw .unsupported("dropout in training mode is random")
    }
    var ratio = try call.float("ratio", 0.5)
    if let given = call.optional(1) { ratio = try number(given, "the ratio") }
    guard 0..<1 ~= ratio else { return x }
    return try emit(call, nil, .dropout(probability: ratio), [x], extents: x.extents)
  }
}
