extension Op {
  /// The operators on arrays that take one input.
  func arrayShape(of input: ValueShape) throws(ShapeRefusal) -> ValueShape {
    switch self {
    case .reduction(let reduction): return try reduction.shape(of: input)
    case .reshape(let targets): return try Self.reshaped(input, targets)
    case .transpose(let permutation):
      guard permutation.count == input.rank else { throw Self.refusal(input) }
      return ValueShape(permutation.map { input.extents[$0] })
    case .slice(let slicing):
      guard slicing.axis < input.rank else { throw Self.refusal(input) }
      var output = input
      output.extents[slicing.axis] = input.extents[slicing.axis].map {
        slicing.range(in: $0).count
      }
      return output
    case .pad(let padding): return try padding.shape(of: input)
    case .resize(let resizing): return try resizing.shape(of: input)
    case .gather(let axis, let indices):
      guard axis < input.rank else { throw Self.refusal(input) }
      if let extent = input.extents[axis],
        let stray = indices.first(where: { !(-extent..<extent ~= $0) })
      {
        throw ShapeRefusal(reason: "takes element \(stray) of \(extent)")
      }
      var output = input
      output.extents[axis] = indices.count
      return output
    case .expand(let targets):
      let wanted = try targets.map { (target) throws(ShapeRefusal) -> Int? in
        switch target {
        case .fixed(let extent): return extent
        case .rest: return nil
        case .input(let axis):
          guard axis < input.rank else { throw Self.refusal(input) }
          return input.extents[axis]
        }
      }
      return try Self.broadcast(input, ValueShape(wanted))
    case .axisSoftmax(let axis, _):
      guard axis < input.rank else { throw Self.refusal(input) }
      return input
    default: throw Self.refusal(input)
    }
  }

  private static func reshaped(_ input: ValueShape, _ targets: [TargetExtent])
    throws(ShapeRefusal) -> ValueShape
  {
    var extents: [Int?] = []
    var rest: Int?
    /// Axes of the input that are copied, so that an unknown one cancels against itself.
    var copied: [Int] = []
    for (place, target) in targets.enumerated() {
      switch target {
      case .fixed(let extent): extents.append(extent)
      case .input(let axis):
        guard axis < input.rank else { throw refusal(input) }
        copied.append(axis)
        extents.append(input.extents[axis])
      case .rest:
        rest = place
        extents.append(1)
      }
    }
    let target = ValueShape(extents)
    guard let rest else {
      if let before = input.product(0..<input.rank), let after = target.product(0..<target.rank),
        before != after
      {
        throw ShapeRefusal(reason: "can't reshape \(input) to \(target)")
      }
      return target
    }
    var output = target
    output.extents[rest] = nil
    let left = (0..<input.rank).filter { !copied.contains($0) }
    let fixed = targets.reduce(1) { product, target in
      if case .fixed(let extent) = target {
        product.multipliedReportingOverflow(by: extent).partialValue
      } else {
        product
      }
    }
    if Set(copied).count == copied.count, let count = input.product(left) {
      guard fixed > 0, count % fixed == 0 else {
        throw ShapeRefusal(reason: "can't reshape \(input) to \(output)")
      }
      output.extents[rest] = count / fixed
    } else if let count = input.product(0..<input.rank), let part = target.product(0..<target.rank)
    {
      guard part > 0, count % part == 0 else {
        throw ShapeRefusal(reason: "can't reshape \(input) to \(output)")
      }
      output.extents[rest] = count / part
    }
    return output
  }
}

extension Reduction {
  func shape(of input: ValueShape) throws(ShapeRefusal) -> ValueShape {
    guard axes.allSatisfy({ $0 < input.rank }) else { throw Op.refusal(input) }
    var output = input
    for axis in axes { output.extents[axis] = 1 }
    if !keepsAxes {
      output.extents = output.extents.indices.filter { !axes.contains($0) }
        .map { output.extents[$0] }
    }
    return output
  }
}

extension Padding {
  func shape(of input: ValueShape) throws(ShapeRefusal) -> ValueShape {
    guard before.count == input.rank else { throw Op.refusal(input) }
    var output = input
    for axis in 0..<input.rank {
      guard let extent = input.extents[axis] else { continue }
      let (leading, trailing) = (before[axis], after[axis])
      let limit =
        switch mode {
        case .constant: Int.max
        case .edge: extent > 0 ? Int.max : 0
        case .reflect: extent - 1
        case .wrap: extent
        }
      guard leading <= limit, trailing <= limit, extent + leading + trailing >= 0 else {
        throw ShapeRefusal(reason: "can't pad \(input) by \(leading) and \(trailing)")
      }
      output.extents[axis] = extent + leading + trailing
    }
    return output
  }
}

extension Resizing {
  func shape(of input: ValueShape) throws(ShapeRefusal) -> ValueShape {
    guard axes.allSatisfy({ $0 < input.rank }) else { throw Op.refusal(input) }
    var output = input
    let known = axes.allSatisfy { input.extents[$0] != nil }
    if known {
      let sizes = resolved(input.extents.map { $0 ?? 1 })
      for (axis, size) in Swift.zip(axes, sizes) {
        guard 1...GraphValidation.largestExtent ~= size.size else {
          throw ShapeRefusal(reason: "resizes \(input) to \(size.size)")
        }
        output.extents[axis] = size.size
      }
    } else {
      for axis in axes { output.extents[axis] = nil }
    }
    return output
  }
}
