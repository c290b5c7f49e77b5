extension Image {
  /// The part of `width` x `height` pixels whose upper left corner is at (`x`, `y`).
  ///
  /// - Throws: `cropOutsideImage` when it is empty or reaches outside the picture.
  public func cropped(x: Int, y: Int, width: Int, height: Int) throws(ImageError) -> Image {
    guard width > 0, height > 0, x >= 0, y >= 0,
      width <= self.width, height <= self.height,
      x <= self.width - width, y <= self.height - height
    else {
      throw .cropOutsideImage(
        width: width, height: height, x: x, y: y, imageWidth: self.width,
        imageHeight: self.height)
    }
    var part: [UInt8] = []
    part.reserveCapacity(3 * width * height)
    for row in y..<y + height {
      let start = 3 * (row * self.width + x)
      part += pixels[start..<start + 3 * width]
    }
    return Image(width: width, height: height, pixels: part)
  }

  /// The picture as a mirror shows it, left and right exchanged.
  public func flippedHorizontally() -> Image {
    let mirrored = [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<height {
          for x in 0..<width {
            let (to, from) = (3 * (y * width + x), 3 * (y * width + width - 1 - x))
            out[to] = source[from]
            out[to + 1] = source[from + 1]
            out[to + 2] = source[from + 2]
          }
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, pixels: mirrored)
  }
}
