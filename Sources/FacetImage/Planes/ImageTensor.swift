import FacetTensor

extension Image {
  /// The picture as `[3, H, W]`, red, green and blue planes of 0...255.
  public var planes: Tensor {
    let area = width * height
    return Tensor([3, height, width]) { out in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<area {
          for c in 0..<3 { out[c * area + i] = Float(source[3 * i + c]) }
        }
      }
    }
  }

  /// The picture of `[3, H, W]` planes of 0...255, rounded and clamped; NaN becomes 0.
  public init(planes: Tensor) {
    precondition(planes.shape.rank == 3 && planes.shape[0] == 3, "a picture of \(planes.shape)")
    let area = planes.shape[1] * planes.shape[2]
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * area) { out, count in
      planes.withUnsafeBufferPointer { source in
        for i in 0..<area {
          for c in 0..<3 { out[3 * i + c] = UInt8(rounding: source[c * area + i]) }
        }
      }
      count = 3 * area
    }
    self.init(width: planes.shape[2], height: planes.shape[1], pixels: pixels)
  }

  /// The luma of each pixel, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), as a map `[H, W]` of
  /// 0...255.
  public var luma: Tensor {
    Tensor([height, width]) { out in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<out.count {
          let red = 0.299 * Float(source[3 * i])
          let green = 0.587 * Float(source[3 * i + 1])
          out[i] = red + green + 0.114 * Float(source[3 * i + 2])
        }
      }
    }
  }
}

extension UInt8 {
  /// The nearest byte to `value`; what lies outside 0...255 is clamped and NaN is 0.
  init(rounding value: Float) {
    // max() first: it turns a NaN into 0.
    self = UInt8(Swift.min(Swift.max(0, value.rounded()), 255))
  }
}
