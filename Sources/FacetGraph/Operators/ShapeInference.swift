extension Op {
  /// The value's extents from those of the inputs; never empty and never beyond all reason, so that
  /// what is computed with them can neither overflow nor divide by nothing.
  func valueShape(of inputs: [ValueShape]) throws(ShapeRefusal) -> ValueShape {
    let shape = try uncheckedShape(of: inputs)
    guard shape.isComputable else {
      throw ShapeRefusal(reason: "its value would have the extents \(shape.list)")
    }
    return shape
  }

  private func uncheckedShape(of inputs: [ValueShape]) throws(ShapeRefusal) -> ValueShape {
    switch self {
    case .input(let channels): return .map(channels: channels, height: nil, width: nil)
    case .arrayInput(let extents): return ValueShape(extents)
    case .constant(let extents): return ValueShape(extents)
    case .add:
      guard var sum = inputs.first, inputs.allSatisfy({ $0.agrees(with: sum) }) else {
        throw ShapeRefusal(reason: "adds values of different shapes: \(Self.list(inputs))")
      }
      for input in inputs { sum = sum.merged(with: input) }
      return sum
    case .concat:
      guard inputs.allSatisfy({ $0.rank == 4 }) else {
        throw ShapeRefusal(reason: "joins maps, not \(Self.list(inputs))")
      }
      return try Self.joined(inputs, axis: 1, "maps of different sizes")
    case .join(let axis): return try Self.joined(inputs, axis: axis, "arrays of different shapes")
    case .arithmetic, .matrixProduct:
      guard inputs.count == 2 else {
        throw ShapeRefusal(reason: "takes two inputs, not \(inputs.count)")
      }
      if case .matrixProduct = self { return try Self.product(inputs[0], inputs[1]) }
      return try Self.broadcast(inputs[0], inputs[1])
    default:
      guard inputs.count == 1 else {
        throw ShapeRefusal(reason: "takes one input, not \(inputs.count)")
      }
      return try networkShape(of: inputs[0])
    }
  }

  /// The operators of Facet's own architectures that take one input.
  private func networkShape(of input: ValueShape) throws(ShapeRefusal) -> ValueShape {
    var output = input
    switch self {
    case .convolution(let c):
      try require(input, rank: 4, channels: c.inChannels)
      output.extents[1] = c.outChannels
      output.extents[2] = try c.outputSize(input.extents[2], \.height)
      output.extents[3] = try c.outputSize(input.extents[3], \.width)
    case .transposedConvolution(let c):
      try require(input, rank: 4, channels: c.inChannels)
      output.extents[1] = c.outChannels
      output.extents[2] = try c.outputSize(input.extents[2], \.height)
      output.extents[3] = try c.outputSize(input.extents[3], \.width)
    case .linear(let inFeatures, let outFeatures, _):
      guard input.rank == 2 else { throw Self.refusal(input) }
      if let features = input.extents[1], features != inFeatures {
        throw ShapeRefusal(reason: "takes \(inFeatures) features, not \(features)")
      }
      output.extents[1] = outFeatures
    case .batchNorm(let channels, _, _), .prelu(let channels):
      guard input.rank >= 2 else { throw Self.refusal(input) }
      if let got = input.channels { try Self.check(got, channels) }
      output.extents[1] = channels
    case .maxPool(let pool), .averagePool(let pool, _):
      try require(input, rank: 4)
      output.extents[2] = try pool.outputSize(input.extents[2], \.height)
      output.extents[3] = try pool.outputSize(input.extents[3], \.width)
    case .adaptiveAveragePool(let height, let width):
      try require(input, rank: 4)
      output.extents[2] = height
      output.extents[3] = width
    case .localResponseNorm:
      try require(input, rank: 4)
    case .flatten:
      guard input.rank >= 2 else { throw Self.refusal(input) }
      return ValueShape([input.extents[0], input.product(1..<input.rank)])
    case .softmax, .l2Normalize:
      guard input.rank >= 2 else { throw Self.refusal(input) }
    case .relu, .dropout, .activation: break
    default: return try arrayShape(of: input)
    }
    return output
  }

  private func require(_ input: ValueShape, rank: Int, channels: Int? = nil)
    throws(ShapeRefusal)
  {
    guard input.rank == rank else { throw Self.refusal(input) }
    if let channels, let got = input.channels { try Self.check(got, channels) }
  }

  private static func check(_ channels: Int, _ expected: Int) throws(ShapeRefusal) {
    guard channels == expected else {
      throw ShapeRefusal(reason: "takes \(expected) channels, not \(channels)")
    }
  }

  static func refusal(_ inputs: ValueShape...) -> ShapeRefusal {
    ShapeRefusal(reason: "can't take \(list(inputs))")
  }

  static func list(_ shapes: [ValueShape]) -> String {
    shapes.map(\.description).joined(separator: ", ")
  }
}

extension Op {
  /// NumPy's broadcasting: axes are aligned at the right, and an extent of 1 is repeated.
  static func broadcast(_ a: ValueShape, _ b: ValueShape) throws(ShapeRefusal) -> ValueShape {
    let rank = max(a.rank, b.rank)
    var extents: [Int?] = []
    for axis in 0..<rank {
      let left = axis < rank - a.rank ? 1 : a.extents[axis - (rank - a.rank)]
      let right = axis < rank - b.rank ? 1 : b.extents[axis - (rank - b.rank)]
      switch (left, right) {
      case (1, _): extents.append(right)
      case (_, 1): extents.append(left)
      case (nil, let known), (let known, nil): extents.append(known)
      default:
        guard left == right else {
          throw ShapeRefusal(reason: "can't broadcast \(list([a, b]))")
        }
        extents.append(left)
      }
    }
    return ValueShape(extents)
  }

  fileprivate static func joined(_ inputs: [ValueShape], axis: Int, _ what: String)
    throws(ShapeRefusal) -> ValueShape
  {
    guard var output = inputs.first else { throw ShapeRefusal(reason: "joins nothing") }
    guard axis < output.rank else { throw refusal(output) }
    var total: Int? = 0
    for var input in inputs {
      guard input.rank == output.rank else {
        throw ShapeRefusal(reason: "joins \(what): \(list(inputs))")
      }
      if let sum = total, let part = input.extents[axis] {
        total = sum + part
      } else {
        total = nil
      }
      input.extents[axis] = nil
      output.extents[axis] = nil
      guard input.agrees(with: output) else {
        throw ShapeRefusal(reason: "joins \(what): \(list(inputs))")
      }
      output = output.merged(with: input)
    }
    if let total, total > GraphValidation.largestExtent {
      throw ShapeRefusal(reason: "joins \(total) channels, too many")
    }
    output.extents[axis] = total
    return output
  }

  fileprivate static func product(_ a: ValueShape, _ b: ValueShape) throws(ShapeRefusal)
    -> ValueShape
  {
    guard a.rank > 0, b.rank > 0 else { throw refusal(a, b) }
    let left = a.rank == 1 ? [1] + a.extents : a.extents
    let right = b.rank == 1 ? b.extents + [1] : b.extents
    let (inner, other) = (left[left.count - 1], right[right.count - 2])
    guard inner == nil || other == nil || inner == other else {
      throw ShapeRefusal(reason: "can't multiply \(list([a, b]))")
    }
    let batch = try broadcast(
      ValueShape(Array(left.dropLast(2))), ValueShape(Array(right.dropLast(2))))
    var extents = batch.extents
    if a.rank > 1 { extents.append(left[left.count - 2]) }
    if b.rank > 1 { extents.append(right[right.count - 1]) }
    return ValueShape(extents)
  }
}
