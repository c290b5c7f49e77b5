/// A dense array of 32-bit floats in row-major order, copied on write.
///
/// Images are `[N, C, H, W]`, matrices `[rows, columns]`. A tensor is a value: two tensors never
/// share changes. Equality compares shape and every element, so a NaN makes it false, except between
/// copies of one tensor, which are equal without a look at their elements.
public struct Tensor: Equatable, Sendable {
  public let shape: Shape
  /// The elements, last axis fastest; always `shape.count` of them.
  public private(set) var scalars: [Float]

  /// A tensor of `shape` from its elements in row-major order.
  public init(_ shape: Shape, _ scalars: [Float]) {
    precondition(scalars.count == shape.count, "\(scalars.count) elements for shape \(shape)")
    self.shape = shape
    self.scalars = scalars
  }

  /// A tensor whose elements all are `value`.
  public init(_ shape: Shape, repeating value: Float) {
    self.init(shape, [Float](repeating: value, count: shape.count))
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(shape, repeating: 0) }

  /// A tensor whose elements are written by `fill`, which must initialise all of them.
  public init(
    _ shape: Shape, unsafeUninitialized fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    self.shape = shape
    scalars = [Float](unsafeUninitializedCapacity: shape.count) { buffer, initialized in
      fill(buffer)
      initialized = shape.count
    }
  }

  /// The number of elements.
  public var count: Int { scalars.count }

  /// The element at the given index of each axis.
  public subscript(indices: Int...) -> Float {
    get { scalars[offset(indices)] }
    set { scalars[offset(indices)] = newValue }
  }

  private func offset(_ indices: [Int]) -> Int {
    precondition(indices.count == shape.rank, "\(indices.count) indices into shape \(shape)")
    var offset = 0
    for (index, extent) in Swift.zip(indices, shape.extents) {
      precondition(0..<extent ~= index, "index \(indices) outside shape \(shape)")
      offset = offset * extent + index
    }
    return offset
  }

  /// The same elements under another shape of equal count.
  public func reshaped(_ shape: Shape) -> Tensor { Tensor(shape, scalars) }

  public func withUnsafeBufferPointer<R, E: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    try scalars.withUnsafeBufferPointer(body)
  }

  public mutating func withUnsafeMutableBufferPointer<R, E: Error>(
    _ body: (inout UnsafeMutableBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    try scalars.withUnsafeMutableBufferPointer(body)
  }
}

// MARK: - Slices along the first axis

extension Tensor {
  /// Element `index` of the first axis, with that axis dropped: an image of a batch.
  public func slice(_ index: Int) -> Tensor {
    precondition(shape.rank > 0 && 0..<shape[0] ~= index, "slice \(index) of shape \(shape)")
    let inner = shape.dropFirst()
    return Tensor(inner, Array(scalars[index * inner.count..<(index + 1) * inner.count]))
  }

  /// The range `indices` of the first axis, which is kept.
  public func slices(_ indices: Range<Int>) -> Tensor {
    precondition(
      shape.rank > 0 && indices.lowerBound >= 0 && indices.upperBound <= shape[0],
      "slices \(indices) of shape \(shape)")
    let inner = shape.dropFirst()
    return Tensor(
      inner.prepending(indices.count),
      Array(scalars[indices.lowerBound * inner.count..<indices.upperBound * inner.count]))
  }

  /// Tensors of one shape, stacked along a new first axis. At least one is needed.
  public static func stack(_ tensors: [Tensor]) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to stack")
    let inner = tensors[0].shape
    var scalars: [Float] = []
    scalars.reserveCapacity(inner.count * tensors.count)
    for tensor in tensors {
      precondition(tensor.shape == inner, "stacking \(tensor.shape) on \(inner)")
      scalars += tensor.scalars
    }
    return Tensor(inner.prepending(tensors.count), scalars)
  }

  /// Tensors joined along the existing first axis. At least one is needed.
  public static func concatenate(_ tensors: [Tensor]) -> Tensor {
    precondition(!tensors.isEmpty, "nothing to join")
    let inner = tensors[0].shape.dropFirst()
    var rows = 0
    var scalars: [Float] = []
    for tensor in tensors {
      precondition(tensor.shape.dropFirst() == inner, "joining \(tensor.shape) to \(inner)")
      rows += tensor.shape[0]
      scalars += tensor.scalars
    }
    return Tensor(inner.prepending(rows), scalars)
  }
}
