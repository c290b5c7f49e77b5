extension Image {
  /// The picture scaled to `width` x `height` pixels, bilinear with antialiasing.
  ///
  /// The filter is a triangle whose support is widened to cover the input when shrinking, centres
  /// are half-pixel, rows are resampled before columns, and values are rounded to 8 bits between
  /// with weights of 22 fractional bits. That is the arithmetic of Pillow's `resize` with
  /// `BILINEAR`, which torchvision's `Resize` uses on pictures, and agrees with it bit for bit.
  ///
  /// Both extents must be positive.
  public func resized(width: Int, height: Int) -> Image {
    precondition(width > 0 && height > 0, "resizing to \(width)x\(height)")
    var result = self
    if width != self.width { result = result.resizedHorizontally(to: width) }
    if height != self.height { result = result.resizedVertically(to: height) }
    return result
  }

  /// The picture scaled so that its shorter side is `length` pixels; the longer one is
  /// `length * longer / shorter` rounded down, as torchvision's `Resize(length)` has it.
  public func resized(shorterSide length: Int) -> Image {
    width <= height
      ? resized(width: length, height: max(1, length * height / width))
      : resized(width: max(1, length * width / height), height: length)
  }

  private func resizedHorizontally(to newWidth: Int) -> Image {
    let taps = TriangleTaps(from: width, to: newWidth)
    let result = [UInt8](unsafeUninitializedCapacity: 3 * newWidth * height) { out, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let row = y * width
          for x in 0..<newWidth {
            var (r, g, b) = (TriangleTaps.half, TriangleTaps.half, TriangleTaps.half)
            var from = 3 * (row + taps.first[x])
            for tap in taps.ranges[x]..<taps.ranges[x + 1] {
              let weight = taps.weights[tap]
              r += weight * Int32(source[from])
              g += weight * Int32(source[from + 1])
              b += weight * Int32(source[from + 2])
              from += 3
            }
            let to = 3 * (y * newWidth + x)
            out[to] = TriangleTaps.byte(r)
            out[to + 1] = TriangleTaps.byte(g)
            out[to + 2] = TriangleTaps.byte(b)
          }
        }
      }
      count = 3 * newWidth * height
    }
    return Image(width: newWidth, height: height, pixels: result)
  }

  private func resizedVertically(to newHeight: Int) -> Image {
    let taps = TriangleTaps(from: height, to: newHeight)
    let stride = 3 * width
    var sums = [Int32](repeating: 0, count: stride)
    let result = [UInt8](unsafeUninitializedCapacity: stride * newHeight) { out, count in
      pixels.withUnsafeBufferPointer { source in
        sums.withUnsafeMutableBufferPointer { sums in
          for y in 0..<newHeight {
            sums.update(repeating: TriangleTaps.half)
            var from = taps.first[y] * stride
            for tap in taps.ranges[y]..<taps.ranges[y + 1] {
              let weight = taps.weights[tap]
              for i in 0..<stride { sums[i] &+= weight &* Int32(source[from + i]) }
              from += stride
            }
            for i in 0..<stride { out[y * stride + i] = TriangleTaps.byte(sums[i]) }
          }
        }
      }
      count = stride * newHeight
    }
    return Image(width: width, height: newHeight, pixels: result)
  }
}

/// The weights by which each output place of one axis adds up a run of input places.
private struct TriangleTaps {
  static let fractionBits: Int32 = 22
  static let half: Int32 = 1 << (fractionBits - 1)

  /// The first input place of each output place.
  private(set) var first: [Int] = []
  /// Where each output place's weights begin in `weights`; one more at the end.
  private(set) var ranges: [Int] = [0]
  private(set) var weights: [Int32] = []

  init(from inputs: Int, to outputs: Int) {
    let scale = Double(inputs) / Double(outputs)
    let support = max(scale, 1)
    for output in 0..<outputs {
      let center = (Double(output) + 0.5) * scale
      let low = max(0, Int(center - support + 0.5))
      let high = min(inputs, Int(center + support + 0.5))
      let raw = (low..<high).map { max(0, 1 - abs((Double($0) - center + 0.5) / support)) }
      let sum = raw.reduce(0, +)
      let one = Double(1 << Int(TriangleTaps.fractionBits))
      first.append(low)
      weights += raw.map { Int32($0 / sum * one + 0.5) }
      ranges.append(weights.count)
    }
  }

  static func byte(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> fractionBits) }
}
