/// Element-by-element arithmetic and whole-tensor reductions.
///
/// Sums are accumulated in double precision, in row-major order, so they don't depend on threads.
extension Tensor {
  public func map(_ transform: (Float) -> Float) -> Tensor { Tensor(shape, scalars.map(transform)) }

  /// `transform` of the elements of two tensors of one shape.
  public func zip(_ other: Tensor, _ transform: (Float, Float) -> Float) -> Tensor {
    precondition(shape == other.shape, "shapes \(shape) and \(other.shape) differ")
    return Tensor(shape) { out in
      for i in 0..<out.count {
        out.initializeElement(at: i, to: transform(scalars[i], other.scalars[i]))
      }
    }
  }

  public static func + (a: Tensor, b: Tensor) -> Tensor { a.zip(b, +) }
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.zip(b, -) }
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.zip(b, *) }
  public static func * (a: Tensor, b: Float) -> Tensor { a.map { $0 * b } }

  /// The sum of all elements.
  public var sum: Double { scalars.reduce(0.0) { $0 + Double($1) } }

  /// The mean of all elements; NaN when there are none.
  public var mean: Double { sum / Double(count) }

  /// The smallest element; `+infinity` when there are none.
  public var minimum: Float { scalars.reduce(.infinity) { Swift.min($0, $1) } }

  /// The largest element; `-infinity` when there are none.
  public var maximum: Float { scalars.reduce(-.infinity) { Swift.max($0, $1) } }

  /// The row-major index of the first largest element; `nil` when there are no elements.
  public var indexOfMaximum: Int? {
    var best: Int?
    for i in scalars.indices where best.map({ scalars[i] > scalars[$0] }) ?? true { best = i }
    return best
  }

  /// For a matrix `[rows, columns]`, the column of the first largest element of each row.
  public var rowMaxima: [Int] {
    precondition(shape.rank == 2, "row maxima of shape \(shape)")
    return (0..<shape[0]).map { slice($0).indexOfMaximum ?? 0 }
  }

  /// Whether no element is NaN or infinite.
  public var isFinite: Bool { scalars.allSatisfy(\.isFinite) }
}

extension Tensor {
  /// `max |a - b| / max |b|`, the measure the golden tests use; 0 for two zero tensors.
  public func relativeDifference(from reference: Tensor) -> Float {
    precondition(shape == reference.shape, "shapes \(shape) and \(reference.shape) differ")
    var difference: Float = 0
    var scale: Float = 0
    for i in scalars.indices {
      let d = abs(scalars[i] - reference.scalars[i])
      if d.isNaN { return .nan }
      difference = Swift.max(difference, d)
      scale = Swift.max(scale, abs(reference.scalars[i]))
    }
    return difference == 0 ? 0 : difference / scale
  }
}
