import FacetTensor

extension Tensor {
  /// An image `[C, H, W]`, or a batch, with every plane multiplied by one plane `[H, W]`.
  func masked(by plane: Tensor) -> Tensor {
    let pixels = plane.count
    precondition(
      shape.rank >= 2 && plane.shape == Shape(Array(shape.extents.suffix(2))),
      "masking \(shape) by \(plane.shape)")
    return Tensor(shape) { out in
      withUnsafeBufferPointer { image in
        plane.withUnsafeBufferPointer { mask in
          for start in stride(from: 0, to: out.count, by: pixels) {
            for i in 0..<pixels {
              out.initializeElement(at: start + i, to: image[start + i] * mask[i])
            }
          }
        }
      }
    }
  }

  /// A plane `[H, W]` repeated for every channel of `[C, H, W]`.
  func repeated(channels: Int) -> Tensor {
    Tensor(shape.prepending(channels), (0..<channels).flatMap { _ in scalars })
  }
}
