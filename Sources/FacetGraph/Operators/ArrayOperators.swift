/// A reduction over some axes, counted from the batch.
public struct Reduction: Hashable, Codable, Sendable {
  public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
    case sum
    case mean
    case maximum
    case minimum
    case product
    /// The sum of absolute values.
    case l1
    /// The root of the sum of squares.
    case l2
    case sumOfSquares
    /// The logarithm of the sum.
    case logSum
    /// The logarithm of the sum of exponentials, shifted so that nothing overflows.
    case logSumExp
  }

  public var kind: Kind
  /// Ascending; never negative.
  public var axes: [Int]
  /// Whether reduced axes stay, with extent 1.
  public var keepsAxes: Bool

  public init(_ kind: Kind, axes: [Int], keepsAxes: Bool) {
    self.kind = kind
    self.axes = axes
    self.keepsAxes = keepsAxes
  }
}

/// The extents a value is reshaped to.
public enum TargetExtent: Hashable, Codable, Sendable {
  case fixed(Int)
  /// That of one of the input's axes.
  case input(axis: Int)
  /// Whatever is left; at most one.
  case rest
}

/// Every `step`-th element of one axis from `start` up to and without `end`, by Python's rules:
/// negative places count from the end, places beyond the axis are moved to its end, a negative step
/// goes backwards.
public struct Slicing: Hashable, Codable, Sendable {
  public var axis: Int
  public var start: Int
  /// `nil` goes to the axis' end, or to its beginning for a negative step.
  public var end: Int?
  public var step: Int

  public init(axis: Int, start: Int, end: Int?, step: Int = 1) {
    self.axis = axis
    self.start = start
    self.end = end
    self.step = step
  }

  /// The first element and how many there are, on an axis of this extent.
  public func range(in extent: Int) -> (first: Int, count: Int) {
    let clamp = step > 0 ? 0...extent : -1...(extent - 1)
    func place(_ index: Int) -> Int {
      let counted = index < 0 && index >= -extent ? index + extent : index
      return min(max(counted, clamp.lowerBound), clamp.upperBound)
    }
    let first = start < -extent ? clamp.lowerBound : place(start)
    let last =
      end.map { $0 < -extent ? clamp.lowerBound : place($0) }
      ?? (step > 0 ? extent : -1)
    let span = step > 0 ? last - first : first - last
    return (first, span <= 0 ? 0 : (span + abs(step) - 1) / abs(step))
  }
}

/// Elements added around a value, or cut off where negative.
public struct Padding: Hashable, Codable, Sendable {
  public enum Mode: Hashable, Sendable {
    case constant(Float)
    /// The outermost element, repeated.
    case edge
    /// The value mirrored about its outermost element, which is not repeated.
    case reflect
    /// The value repeated from its other side.
    case wrap
  }

  /// For each axis.
  public var before: [Int]
  public var after: [Int]
  public var mode: Mode

  public init(before: [Int], after: [Int], mode: Mode) {
    self.before = before
    self.after = after
    self.mode = mode
  }
}

/// Resampling of some axes to another size (ONNX's Resize).
public struct Resizing: Hashable, Codable, Sendable {
  public enum Interpolation: Hashable, Codable, Sendable {
    case nearest(Rounding)
    case linear
    /// Keys' kernel with this coefficient; PyTorch has -0.75.
    case cubic(coefficient: Float)
  }

  public enum Rounding: String, Hashable, Codable, Sendable {
    case preferFloor
    case preferCeiling
    case floor
    case ceiling
  }

  /// Which place of the input an output element is.
  public enum Coordinates: String, Hashable, Codable, Sendable {
    case halfPixel
    case halfPixelSymmetric
    case pytorchHalfPixel
    case alignCorners
    case asymmetric
    case cropAndResize
  }

  /// The new size of one axis.
  public enum Target: Hashable, Codable, Sendable {
    case size(Int)
    /// `floor(extent * factor)`.
    case scale(Float)
  }

  /// A part of an axis; the start may lie after the end, which turns it around.
  public struct Region: Hashable, Codable, Sendable {
    public var start: Float
    public var end: Float

    public init(start: Float, end: Float) {
      self.start = start
      self.end = end
    }
  }

  /// How sizes are kept in proportion.
  public enum AspectPolicy: String, Hashable, Codable, Sendable {
    case stretch
    case notLarger
    case notSmaller
  }

  public var axes: [Int]
  /// For each of `axes`.
  public var targets: [Target]
  public var interpolation: Interpolation
  public var coordinates: Coordinates
  public var aspect: AspectPolicy
  /// Whether a shrinking kernel is widened to cover what it stands for.
  public var antialias: Bool
  /// Whether a cubic's taps outside the input are left out, and the others scaled up.
  public var excludesOutside: Bool
  /// For `cropAndResize`: the part of the input, in shares of the extent, for each of `axes`.
  public var regions: [Region]
  /// What lies outside the input, for `cropAndResize`.
  public var outside: Float

  public init(
    axes: [Int], targets: [Target], interpolation: Interpolation,
    coordinates: Coordinates = .halfPixel, aspect: AspectPolicy = .stretch,
    antialias: Bool = false, excludesOutside: Bool = false, regions: [Region] = [],
    outside: Float = 0
  ) {
    self.axes = axes
    self.targets = targets
    self.interpolation = interpolation
    self.coordinates = coordinates
    self.aspect = aspect
    self.antialias = antialias
    self.excludesOutside = excludesOutside
    self.regions = regions
    self.outside = outside
  }
}

extension Resizing {
  /// The new size of each of ``axes`` and the factor that places are computed with: the exact one for
  /// a size, the given one for a scale.
  public func resolved(_ extents: [Int]) -> [(size: Int, factor: Double)] {
    let wanted = Swift.zip(axes, targets).map { axis, target -> (size: Int, factor: Double) in
      switch target {
      case .size(let size): (size, Double(size) / Double(extents[axis]))
      case .scale(let factor):
        (Int((Float(extents[axis]) * factor).rounded(.down)), Double(factor))
      }
    }
    let factors = wanted.map(\.factor)
    let common: Double
    switch aspect {
    case .stretch: return wanted
    case .notLarger: common = factors.min() ?? 1
    case .notSmaller: common = factors.max() ?? 1
    }
    return axes.map { axis in
      (Int((Double(extents[axis]) * common).rounded(.toNearestOrAwayFromZero)), common)
    }
  }
}
