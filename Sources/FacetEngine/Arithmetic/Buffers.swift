import FacetTensor

/// A shape and where its elements are: what kernels read.
///
/// The memory belongs to a tensor or a workspace that the caller keeps alive for the call.
struct Source: @unchecked Sendable {
  let shape: Shape
  let base: UnsafePointer<Float>

  init(_ shape: Shape, _ base: UnsafePointer<Float>) {
    self.shape = shape
    self.base = base
  }
}

/// A shape and uninitialised memory for its elements: what kernels write.
struct Destination: @unchecked Sendable {
  let shape: Shape
  let base: UnsafeMutablePointer<Float>

  var source: Source { Source(shape, base) }

  /// Sets every element to zero.
  func clear() { base.update(repeating: 0, count: shape.count) }
}

extension Tensor {
  /// Calls `body` with the elements of every tensor.
  static func withSources<R>(_ tensors: [Tensor], _ body: ([Source]) -> R) -> R {
    func collect(_ index: Int, _ sources: [Source]) -> R {
      guard index < tensors.count else { return body(sources) }
      return tensors[index].withUnsafeBufferPointer { buffer in
        collect(index + 1, sources + [Source(tensors[index].shape, buffer.pointer)])
      }
    }
    return collect(0, [])
  }

  /// A tensor that `fill` writes whole.
  init(_ shape: Shape, writing fill: (Destination) -> Void) {
    self.init(
      shape,
      unsafeUninitialized: { buffer in
        guard let base = buffer.baseAddress else { return }
        fill(Destination(shape: shape, base: base))
      })
  }

  /// A tensor of zeros that `fill` adds to.
  init(_ shape: Shape, accumulating fill: (Destination) -> Void) {
    self.init(
      shape,
      writing: { destination in
        destination.base.initialize(repeating: 0, count: shape.count)
        fill(destination)
      })
  }
}

extension UnsafeBufferPointer<Float> {
  /// The first element; a buffer of no elements has no address, and none is read from it.
  fileprivate var pointer: UnsafePointer<Float> {
    baseAddress ?? UnsafePointer(UnsafeMutablePointer<Float>(bitPattern: 64).unsafelyUnwrapped)
  }
}

/// Scratch memory of one work item, freed when it goes.
struct Scratch: ~Copyable {
  let base: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    base = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64
    ).assumingMemoryBound(to: Float.self)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
