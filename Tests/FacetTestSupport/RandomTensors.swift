import FacetTensor

extension Tensor {
  /// Standard normal numbers.
  public static func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, 0x7E57)
    return Tensor(shape, (0..<shape.count).map { _ in stream.normal() })
  }

  /// The inner product, in double precision.
  public func dot(_ other: Tensor) -> Double {
    Swift.zip(scalars, other.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
