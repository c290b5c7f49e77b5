import FacetTensor

extension Tensor {
  /// An image `[C, H, W]` after `warp`, bilinear; what comes from outside repeats the border.
  public func warped(by warp: Warp) -> Tensor {
    precondition(shape.rank == 3, "warping shape \(shape)")
    precondition(warp.zoom > 0 && abs(warp.shear) < 90, "warping by \(warp)")
    guard let inverse = warp.map(height: shape[1], width: shape[2]).inverse else { return self }
    return sampled(height: shape[1], width: shape[2], at: inverse)
  }

  /// The image `[C, height, width]` whose pixel (x, y) is this image `[C, H, W]` at `source(x, y)`,
  /// bilinear between the four pixels around; places outside take the nearest border pixel.
  public func sampled(height: Int, width: Int, at source: AffineMap) -> Tensor {
    precondition(shape.rank == 3 && shape.count > 0, "sampling shape \(shape)")
    let (channels, rows, columns) = (shape[0], shape[1], shape[2])
    let (right, bottom) = (Double(columns - 1), Double(rows - 1))
    let (inner, outer) = (rows * columns, height * width)
    return Tensor([channels, height, width]) { out in
      withUnsafeBufferPointer { image in
        for y in 0..<height {
          let startX = source.b * Double(y) + source.tx
          let startY = source.d * Double(y) + source.ty
          for x in 0..<width {
            // max() first: it turns a NaN into 0, so no coordinate can leave the image.
            let placeX = min(max(0, source.a * Double(x) + startX), right)
            let placeY = min(max(0, source.c * Double(x) + startY), bottom)
            let (left, top) = (Int(placeX), Int(placeY))
            let dx = Float(placeX - Double(left))
            let dy = Float(placeY - Double(top))
            let across = left + 1 < columns ? 1 : 0
            let down = top + 1 < rows ? columns : 0
            var from = top * columns + left
            var to = y * width + x
            for _ in 0..<channels {
              let upper = image[from] + dx * (image[from + across] - image[from])
              let below = from + down
              let lower = image[below] + dx * (image[below + across] - image[below])
              out[to] = upper + dy * (lower - upper)
              from += inner
              to += outer
            }
          }
        }
      }
    }
  }
}
