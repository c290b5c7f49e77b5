import FacetImage
import Foundation

extension Image {
  /// The picture as an RGB PNG file of 8 bits a channel.
  func cairoPNG() -> Data {
    let surface = CairoSurface(width: width, height: height, format: .color)
    surface.withBytes { bytes, stride in
      for y in 0..<height {
        for x in 0..<width {
          let (from, to) = (3 * (y * width + x), y * stride + 4 * x)
          bytes[to] = pixels[from + 2]
          bytes[to + 1] = pixels[from + 1]
          bytes[to + 2] = pixels[from]
          bytes[to + 3] = 255
        }
      }
    }
    return surface.png()
  }
}

extension RenderedFace {
  /// The label map as a grey PNG file of 8 bits.
  func labelPNG() -> Data {
    let surface = CairoSurface(width: size, height: size, format: .labels)
    surface.withBytes { bytes, stride in
      for y in 0..<size {
        for x in 0..<size { bytes[y * stride + x] = labels[y * size + x] }
      }
    }
    return surface.png()
  }
}
