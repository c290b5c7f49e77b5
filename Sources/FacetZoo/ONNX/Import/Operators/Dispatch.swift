import FacetGraph

/// Which function puts which operator into a graph.
extension Lowering {
  /// The call's values, as layers of the graph.
  mutating func lower(_ call: OperatorCall) throws(LoweringFailure) -> [ImportedValue] {
    if let value = try lowerNetwork(call) { return [.computed(value)] }
    if let value = try lowerArrays(call) { return [.computed(value)] }
    switch call.opType {
    case "Split": return try split(call).map { .computed($0) }
    case "LayerNormalization": return try layerNormalization(call).map { .computed($0) }
    case "Dropout":
      let value = try dropout(call)
      return [.computed(value)]
    default: break
    }
    if let kind = Self.reductions[call.opType] {
      return [.computed(try reduce(call, kind))]
    }
    if let activation = try activation(of: call) {
      let x = try real(try call.input(0), call)
      return [.computed(try emit(call, nil, .activation(activation), [x], extents: x.extents))]
    }
    if let reason = Self.refused[call.opType] { throw .unsupported(reason) }
    if call.opType.contains("Sequence") {
      throw .unsupported("sequences of values aren't computed")
    }
    throw .unsupported("this operator isn't computed")
  }

  private mutating func lowerNetwork(_ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue?
  {
    switch call.opType {
    case "Conv": try convolution(call)
    case "ConvTranspose": try transposedConvolution(call)
    case "BatchNormalization": try batchNormalization(call)
    case "InstanceNormalization": try instanceNormalization(call)
    case "GroupNormalization": try groupNormalization(call)
    case "LpNormalization": try lpNormalization(call)
    case "MeanVarianceNormalization": try meanVarianceNormalization(call)
    case "LRN": try localResponseNormalization(call)
    case "MaxPool": try maxPool(call)
    case "AveragePool": try averagePool(call)
    case "LpPool": try lpPool(call)
    case "GlobalAveragePool": try globalPool(call, .mean)
    case "GlobalMaxPool": try globalPool(call, .maximum)
    case "GlobalLpPool": try globalLpPool(call)
    case "Gemm": try gemm(call)
    case "MatMul": try matrixProduct(call)
    case "Relu": try relu(call)
    case "PRelu": try prelu(call)
    case "Clip": try clip(call)
    case "Softmax": try softmax(call, logarithm: false)
    case "LogSoftmax": try softmax(call, logarithm: true)
    default: nil
    }
  }

  private mutating func lowerArrays(_ call: OperatorCall) throws(LoweringFailure)
    -> ComputedValue?
  {
    switch call.opType {
    case "Add": try arithmetic(call, .add)
    case "Sub": try arithmetic(call, .subtract)
    case "Mul": try arithmetic(call, .multiply)
    case "Div": try arithmetic(call, .divide)
    case "Pow": try arithmetic(call, .power)
    case "Sum": try variadic(call, .add)
    case "Mean": try mean(call)
    case "Max": try variadic(call, .maximum)
    case "Min": try variadic(call, .minimum)
    case "Identity": try computed(try call.input(0), call)
    case "Cast", "CastLike": try cast(call)
    case "Concat": try concatenation(call)
    case "Slice": try slice(call)
    case "Pad": try pad(call)
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze": try reshape(call)
    case "Transpose": try transpose(call)
    case "Expand": try expand(call)
    case "Tile": try tile(call)
    case "Gather": try gather(call)
    case "DepthToSpace": try depthToSpace(call)
    case "SpaceToDepth": try spaceToDepth(call)
    case "Resize", "Upsample": try resize(call)
    default: nil
    }
  }

  /// Operators whose refusal deserves a reason of its own.
  private static let refused: [String: String] = [
    "Loop": "loops aren't computed; export the network with its loops unrolled",
    "Scan": "loops aren't computed; export the network with its loops unrolled",
    "LSTM": "recurrent layers aren't computed",
    "GRU": "recurrent layers aren't computed",
    "RNN": "recurrent layers aren't computed",
    "QuantizeLinear": "quantized networks aren't computed; export the network in float32",
    "DequantizeLinear": "quantized networks aren't computed; export the network in float32",
    "DynamicQuantizeLinear": "quantized networks aren't computed; export the network in float32",
    "QLinearConv": "quantized networks aren't computed; export the network in float32",
    "QLinearMatMul": "quantized networks aren't computed; export the network in float32",
    "ConvInteger": "quantized networks aren't computed; export the network in float32",
    "MatMulInteger": "quantized networks aren't computed; export the network in float32",
    "ArgMax": "it gives whole numbers; take the output before it",
    "ArgMin": "it gives whole numbers; take the output before it",
    "TopK": "it gives whole numbers; take the output before it",
    "NonMaxSuppression": "it gives whole numbers; take the output before it",
    "Where": "a choice that depends on the image isn't computed, only among constants",
    "Equal": "comparisons of values that depend on the image aren't computed",
    "Less": "comparisons of values that depend on the image aren't computed",
    "Greater": "comparisons of values that depend on the image aren't computed",
  ]
}
