import FacetTensor

/// How a value's floats lie in memory.
enum Layout: Hashable, Sendable {
  /// Row-major, as tensors are.
  case planar
  /// Maps in blocks of 16 channels, `[N][C / 16][H][W][16]`: what the kernels work on.
  case blocked
}

/// A value of a run: a shape and the floats it names, perhaps in a slice of a larger value's blocks.
struct Value: Sendable {
  let shape: Shape
  let layout: Layout
  /// The memory, kept alive as long as the value is.
  let buffer: Buffer
  /// Floats from the buffer's start.
  let offset: Int
  /// Floats from one image to the next.
  let imageStride: Int

  init(
    _ shape: Shape, _ layout: Layout, in buffer: Buffer, offset: Int = 0, imageStride: Int? = nil
  ) {
    self.shape = shape
    self.layout = layout
    self.buffer = buffer
    self.offset = offset
    self.imageStride = imageStride ?? Value.imageCount(shape, layout)
  }

  /// A value in memory of its own, not yet written.
  init(_ shape: Shape, _ layout: Layout) {
    let count = Value.imageCount(shape, layout) * (shape.rank == 0 ? 1 : shape[0])
    self.init(shape, layout, in: Buffer(count))
  }

  var base: UnsafeMutablePointer<Float> { buffer.base + offset }

  /// Floats that one image takes.
  static func imageCount(_ shape: Shape, _ layout: Layout) -> Int {
    guard layout == .blocked else { return shape.rank == 0 ? 1 : shape.dropFirst().count }
    return blocks(shape[1]) * 16 * shape[2] * shape[3]
  }

  /// Blocks of 16 that hold so many channels.
  static func blocks(_ channels: Int) -> Int { (channels + 15) / 16 }

  // MARK: Maps

  var images: Int { shape[0] }
  var channels: Int { shape[1] }
  var height: Int { shape[2] }
  var width: Int { shape[3] }
  var blocks: Int { Value.blocks(shape[1]) }
  var blockStride: Int { height * width * 16 }

  /// The first float of an image.
  func image(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * imageStride }

  /// Whether the images follow each other without gaps.
  var isContiguous: Bool {
    images <= 1 || imageStride == Value.imageCount(shape, layout)
  }

  /// For kernels that read row-major arrays.
  var source: Source { Source(shape, base) }
  /// For kernels that write them.
  var destination: Destination { Destination(shape: shape, base: base) }
}
