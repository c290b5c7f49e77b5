import FacetTensor

extension Tensor {
  /// An image `[C, H, W]` with every plane multiplied by one plane `[H, W]`.
  func masked(by plane: Tensor) -> Tensor {
    Tensor(shape) { write(maskedBy: plane, into: $0) }
  }

  /// Writes an image `[C, H, W]`, each plane multiplied by `weight` of one plane `[H, W]`.
  func write(
    maskedBy plane: Tensor, into picture: UnsafeMutableBufferPointer<Float>,
    _ weight: (Float) -> Float = { $0 }
  ) {
    let pixels = plane.count
    precondition(
      shape.rank >= 2 && plane.shape == Shape(Array(shape.extents.suffix(2)))
        && picture.count == count, "masking \(shape) by \(plane.shape)")
    withUnsafeBufferPointer { image in
      plane.withUnsafeBufferPointer { mask in
        for i in 0..<pixels {
          let factor = weight(mask[i])
          var place = i
          while place < picture.count {
            picture.initializeElement(at: place, to: image[place] * factor)
            place += pixels
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
