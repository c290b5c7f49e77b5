import FacetTensor

/// The shape of a node's value without the batch; an image size that isn't known yet is `nil`.
///
/// The same rules check a graph while it is built (sizes unknown) and infer a plan's shapes.
public enum ValueShape: Hashable, Sendable {
  case map(channels: Int, height: Int?, width: Int?)
  case vector(features: Int?)

  /// The full shape for a batch of `count`; `nil` while a size is unknown.
  func shape(batch count: Int) -> Shape? {
    switch self {
    case .map(let c, let h?, let w?): [count, c, h, w]
    case .vector(let f?): [count, f]
    default: nil
    }
  }
}

/// Why an operator can't take its inputs.
struct ShapeRefusal: Error {
  let reason: String
}

extension Op {
  /// The value's shape from those of the inputs.
  func valueShape(of inputs: [ValueShape]) throws(ShapeRefusal) -> ValueShape {
    switch self {
    case .input(let channels):
      return .map(channels: channels, height: nil, width: nil)
    case .add:
      guard let first = inputs.first, inputs.allSatisfy({ $0 == first }) else {
        throw ShapeRefusal(reason: "adds values of different shapes: \(Self.list(inputs))")
      }
      return first
    case .concat:
      return try Self.concatenated(inputs)
    default:
      guard inputs.count == 1 else {
        throw ShapeRefusal(reason: "takes one input, not \(inputs.count)")
      }
      return try valueShape(of: inputs[0])
    }
  }

  private func valueShape(of input: ValueShape) throws(ShapeRefusal) -> ValueShape {
    switch (self, input) {
    case (.convolution(let c), .map(let channels, let h, let w)):
      try Self.check(channels, c.inChannels)
      return .map(
        channels: c.outChannels,
        height: try c.outputSize(h, \.height), width: try c.outputSize(w, \.width))
    case (.linear(let inFeatures, let outFeatures, _), .vector(let features)):
      if let features, features != inFeatures {
        throw ShapeRefusal(reason: "takes \(inFeatures) features, not \(features)")
      }
      return .vector(features: outFeatures)
    case (.batchNorm(let expected, _, _), .map(let channels, _, _)),
      (.prelu(let expected), .map(let channels, _, _)):
      try Self.check(channels, expected)
      return input
    case (.prelu(let expected), .vector(let features)),
      (.batchNorm(let expected, _, _), .vector(let features)):
      if let features { try Self.check(features, expected) }
      return input
    case (.maxPool(let pool), .map(let channels, let h, let w)),
      (.averagePool(let pool, _), .map(let channels, let h, let w)):
      return .map(
        channels: channels,
        height: try pool.outputSize(h, \.height), width: try pool.outputSize(w, \.width))
    case (.adaptiveAveragePool(let height, let width), .map(let channels, _, _)):
      return .map(channels: channels, height: height, width: width)
    case (.localResponseNorm, .map):
      return input
    case (.flatten, .map(let channels, let h, let w)):
      if let h, let w { return .vector(features: channels * h * w) }
      return .vector(features: nil)
    case (.flatten, .vector), (.relu, _), (.dropout, _), (.softmax, _), (.l2Normalize, _):
      return input
    default:
      throw ShapeRefusal(reason: "can't take \(Self.list([input]))")
    }
  }

  private static func concatenated(_ inputs: [ValueShape]) throws(ShapeRefusal) -> ValueShape {
    var total = 0
    var size: (Int?, Int?)?
    for input in inputs {
      guard case .map(let channels, let h, let w) = input else {
        throw ShapeRefusal(reason: "joins maps, not \(list(inputs))")
      }
      if let size, size != (h, w) {
        throw ShapeRefusal(reason: "joins maps of different sizes: \(list(inputs))")
      }
      size = (h, w)
      total += channels
    }
    guard let size else { throw ShapeRefusal(reason: "joins nothing") }
    guard total <= GraphValidation.largestChannels else {
      throw ShapeRefusal(reason: "joins \(total) channels, too many")
    }
    return .map(channels: total, height: size.0, width: size.1)
  }

  private static func check(_ channels: Int, _ expected: Int) throws(ShapeRefusal) {
    guard channels == expected else {
      throw ShapeRefusal(reason: "takes \(expected) channels, not \(channels)")
    }
  }

  private static func list(_ shapes: [ValueShape]) -> String {
    func text(_ size: Int?) -> String { size.map(String.init) ?? "?" }
    return shapes.map { shape in
      switch shape {
      case .map(let c, let h, let w): "\(c)x\(text(h))x\(text(w))"
      case .vector(let f): "a vector of \(text(f))"
      }
    }.joined(separator: ", ")
  }
}

extension Convolution {
  /// Output size along one direction; `nil` for an unknown input size.
  func outputSize(_ input: Int?, _ axis: KeyPath<Extent, Int>) throws(ShapeRefusal) -> Int? {
    guard let input else { return nil }
    let reach = dilation[keyPath: axis] * (kernel[keyPath: axis] - 1) + 1
    let room = input + 2 * padding[keyPath: axis] - reach
    guard room >= 0 else {
      throw ShapeRefusal(
        reason: "an input of \(input) pixels with padding \(padding[keyPath: axis]) is smaller "
          + "than the kernel's reach of \(reach)")
    }
    return room / stride[keyPath: axis] + 1
  }
}

extension Pooling {
  /// Output size along one direction, PyTorch's rule: with `ceilMode` the last window must start
  /// inside the input or its left padding.
  func outputSize(_ input: Int?, _ axis: KeyPath<Extent, Int>) throws(ShapeRefusal) -> Int? {
    guard let input else { return nil }
    let (k, s, p) = (kernel[keyPath: axis], stride[keyPath: axis], padding[keyPath: axis])
    let room = input + 2 * p - k
    guard room >= 0 || (ceilMode && room > -s) else {
      throw ShapeRefusal(
        reason: "an input of \(input) pixels with padding \(p) is smaller than the window of \(k)")
    }
    guard ceilMode else { return room / s + 1 }
    let size = (room + s - 1) / s + 1
    return (size - 1) * s >= input + p ? size - 1 : size
  }
}
