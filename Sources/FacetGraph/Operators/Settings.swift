extension Op {
  /// What is wrong with the operator's settings; `nil` when nothing is. A graph read from a file is not
  /// trusted: products of these numbers must not overflow.
  var badSetting: String? {
    switch self {
    case .input(let channels), .prelu(let channels): return Limits.bad(channels: channels)
    case .convolution(let c): return c.badSetting
    case .transposedConvolution(let c): return c.badSetting
    case .linear(let inFeatures, let outFeatures, _):
      return inFeatures > 0 && inFeatures < 1 << 32
        ? Limits.bad(channels: outFeatures) : "\(inFeatures) features"
    case .batchNorm(let channels, let epsilon, let momentum):
      guard epsilon >= 0, epsilon.isFinite, 0...1 ~= momentum else {
        return "epsilon \(epsilon), momentum \(momentum)"
      }
      return Limits.bad(channels: channels)
    case .maxPool(let pool), .averagePool(let pool, _): return pool.badSetting
    case .adaptiveAveragePool(let height, let width):
      return Limits.bad(windows: Extent(height, width))
    case .localResponseNorm(let size, let alpha, let beta, let k):
      guard 1...(1 << 12) ~= size else { return "a window of \(size) channels" }
      return Limits.bad(numbers: [alpha, beta, k])
    case .l2Normalize(let epsilon): return Limits.bad(numbers: [epsilon])
    case .dropout(let probability):
      return 0..<1 ~= probability ? nil : "a dropout probability of \(probability)"
    case .relu, .add, .concat, .flatten, .softmax, .arithmetic, .matrixProduct: return nil
    case .activation(let activation): return activation.badSetting
    default: return badArraySetting
    }
  }

  /// The same for the operators on arrays.
  private var badArraySetting: String? {
    switch self {
    case .arrayInput(let extents): return Limits.bad(extents: extents)
    case .constant(let extents): return Limits.bad(extents: extents)
    case .reduction(let reduction):
      return Limits.bad(axes: reduction.axes)
        ?? (reduction.axes == Array(Set(reduction.axes)).sorted()
          ? nil : "axes \(reduction.axes) are not ascending")
    case .reshape(let targets):
      return targets.filter({ $0 == .rest }).count > 1
        ? "two open extents" : Limits.bad(targets: targets)
    case .expand(let targets):
      return targets.contains(.rest) ? "an open extent" : Limits.bad(targets: targets)
    case .transpose(let permutation):
      return permutation.count <= Limits.rank && permutation.sorted() == Array(permutation.indices)
        ? nil : "\(permutation) is no permutation"
    case .slice(let slicing):
      return slicing.step != 0 && abs(slicing.step.clamped) < 1 << 32
        && Limits.bad(axes: [slicing.axis]) == nil ? nil : "a step of \(slicing.step)"
    case .pad(let padding):
      if case .constant(let value) = padding.mode, value.isNaN { return "a padding of NaN" }
      return padding.before.count == padding.after.count && padding.before.count <= Limits.rank
        && (padding.before + padding.after).allSatisfy({ abs($0.clamped) < 1 << 24 })
        ? nil : "paddings \(padding.before) and \(padding.after)"
    case .resize(let resizing): return resizing.badSetting
    case .gather(let axis, _), .axisSoftmax(let axis, _), .join(let axis):
      return Limits.bad(axes: [axis])
    default: return nil
    }
  }
}

extension Int {
  /// Kept off the one number that has no absolute value.
  fileprivate var clamped: Int { Swift.max(self, -Int.max) }
}

/// Settings beyond these are refused: they stand for no image network.
private enum Limits {
  static let window = 1 << 12
  static let rank = 8

  static func bad(channels: Int...) -> String? {
    channels.allSatisfy { 1...GraphValidation.largestChannels ~= $0 }
      ? nil : "channels must be 1 to \(GraphValidation.largestChannels), not \(channels)"
  }

  static func bad(windows: Extent...) -> String? {
    windows.allSatisfy { 1...window ~= $0.height && 1...window ~= $0.width }
      ? nil : "kernel, stride and dilation must be 1 to \(window)"
  }

  static func bad(paddings: Extent..., below limit: Extent? = nil) -> String? {
    let limit = limit ?? Extent(window - 1)
    guard
      let bad = paddings.first(where: {
        !(0...limit.height ~= $0.height && 0...limit.width ~= $0.width)
      })
    else { return nil }
    return "a padding of \(bad) doesn't go with a window that allows \(limit)"
  }

  static func bad(extents: [Int?]) -> String? {
    var product = 1
    for extent in extents {
      guard let extent else { continue }
      guard 1...GraphValidation.largestExtent ~= extent else { return "an extent of \(extent)" }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, next <= GraphValidation.largestCount else {
        return "the extents \(ValueShape(extents).list)"
      }
      product = next
    }
    return extents.count <= rank ? nil : "\(extents.count) axes; at most \(rank) are computed"
  }

  static func bad(numbers: [Float]) -> String? {
    numbers.allSatisfy(\.isFinite) ? nil : "settings of \(numbers)"
  }

  static func bad(axes: [Int]) -> String? {
    axes.allSatisfy { 0..<rank ~= $0 } ? nil : "axes \(axes)"
  }

  static func bad(targets: [TargetExtent]) -> String? {
    bad(extents: targets.map { if case .fixed(let extent) = $0 { extent } else { nil } })
      ?? bad(axes: targets.compactMap { if case .input(let axis) = $0 { axis } else { nil } })
  }
}

extension Convolution {
  fileprivate var badSetting: String? {
    if let bad = Limits.bad(channels: inChannels, outChannels) { return bad }
    if let bad = Limits.bad(windows: kernel, stride, dilation) { return bad }
    guard groups > 0, inChannels % groups == 0, outChannels % groups == 0 else {
      return "\(inChannels) and \(outChannels) channels don't split into \(groups) groups"
    }
    return Limits.bad(paddings: padding, trailingPadding)
  }
}

extension TransposedConvolution {
  fileprivate var badSetting: String? {
    if let bad = Limits.bad(channels: inChannels, outChannels) { return bad }
    if let bad = Limits.bad(windows: kernel, stride, dilation) { return bad }
    guard groups > 0, inChannels % groups == 0, outChannels % groups == 0 else {
      return "\(inChannels) and \(outChannels) channels don't split into \(groups) groups"
    }
    guard outputPadding.height < max(stride.height, dilation.height),
      outputPadding.width < max(stride.width, dilation.width)
    else { return "an output padding of \(outputPadding) with a stride of \(stride)" }
    return Limits.bad(paddings: padding, trailing, outputPadding)
  }
}

extension Pooling {
  fileprivate var badSetting: String? {
    Limits.bad(windows: kernel, stride, dilation)
      // A window inside the padding would have no largest element.
      ?? Limits.bad(
        paddings: padding, trailingPadding, below: Extent(reach.height - 1, reach.width - 1))
  }
}

extension Resizing {
  fileprivate var badSetting: String? {
    guard axes.count == targets.count, Set(axes).count == axes.count,
      regions.isEmpty || regions.count == axes.count,
      coordinates != .cropAndResize || !regions.isEmpty
    else { return "axes \(axes) with \(targets.count) sizes" }
    for target in targets {
      switch target {
      case .size(let size):
        guard 1...1 << 24 ~= size else { return "a size of \(size)" }
      case .scale(let factor):
        guard factor > 0, factor <= 4096 else { return "a scale of \(factor)" }
      }
    }
    guard regions.allSatisfy({ abs($0.start) < 4096 && abs($0.end) < 4096 }) else {
      return "a region outside all images"
    }
    var numbers = [outside]
    if case .cubic(let coefficient) = interpolation { numbers.append(coefficient) }
    return Limits.bad(numbers: numbers) ?? Limits.bad(axes: axes)
  }
}

extension Activation {
  fileprivate var badSetting: String? {
    switch self {
    // A side without a limit has an infinite one.
    case .clip(let minimum, let maximum):
      minimum.isNaN || maximum.isNaN ? "limits of \(minimum) and \(maximum)" : nil
    default: Limits.bad(numbers: settings)
    }
  }
}
