import FacetImage
import FacetTensor
import Foundation

/// What a camera makes of a drawn scene: light, blur and noise, in this order.
///
/// All three are local: a pixel depends on the scene within the blur's radius, and the noise only
/// on the camera's seed and the pixel's place.
struct Darkroom {
  let light: FaceLight
  let camera: FaceCamera

  /// The photo of the scene on `surface`, which is square.
  func develop(_ surface: CairoSurface) -> Image {
    let size = surface.width
    var planes = [Float](repeating: 0, count: 3 * size * size)
    surface.withBytes { bytes, stride in
      planes.withUnsafeMutableBufferPointer { expose(bytes, stride, size, into: $0) }
    }
    let sigma = camera.blur * Double(size)
    if sigma > 0.2 { blur(&planes, size: size, sigma: sigma) }
    return Image(width: size, height: size, pixels: pixels(planes, size: size))
  }

  /// Colour planes in 0...255, lit: brighter towards the light, coloured by its warmth.
  private func expose(
    _ bytes: UnsafeMutableBufferPointer<UInt8>, _ stride: Int, _ size: Int,
    into planes: UnsafeMutableBufferPointer<Float>
  ) {
    let area = size * size
    let slope = Float(0.42 * light.contrast) * 2 / Float(size)
    let towards = FacePoint.direction(light.angle)
    let (dx, dy) = (slope * Float(towards.x), slope * Float(towards.y))
    let gains = [
      Float(light.intensity * (1 + 0.11 * light.warmth)),
      Float(light.intensity * (1 + 0.02 * light.warmth)),
      Float(light.intensity * (1 - 0.15 * light.warmth)),
    ]
    let half = Float(size) / 2 - 0.5
    for y in 0..<size {
      for x in 0..<size {
        let gain = 1 + dx * (Float(x) - half) + dy * (Float(y) - half)
        let pixel = y * stride + 4 * x
        // cairo keeps a pixel as one 32-bit word: blue, green, red in memory.
        for channel in 0..<3 {
          planes[channel * area + y * size + x] =
            Float(bytes[pixel + 2 - channel]) * gain * gains[channel]
        }
      }
    }
  }

  /// A Gaussian blur of each plane; beyond the border the picture is continued by its edge.
  private func blur(_ planes: inout [Float], size: Int, sigma: Double) {
    let radius = max(1, Int((2.5 * sigma).rounded(.up)))
    var kernel = (0...radius).map { Float(exp(-Double($0 * $0) / (2 * sigma * sigma))) }
    let sum = 2 * kernel.reduce(0, +) - kernel[0]
    for i in kernel.indices { kernel[i] /= sum }
    var rows = [Float](repeating: 0, count: size * size)
    planes.withUnsafeMutableBufferPointer { planes in
      rows.withUnsafeMutableBufferPointer { rows in
        for channel in 0..<3 {
          let plane = UnsafeMutableBufferPointer(
            rebasing: planes[channel * size * size..<(channel + 1) * size * size])
          Self.blurDown(plane, into: rows, size, kernel)
          Self.transpose(rows, into: plane, size)
          Self.blurDown(plane, into: rows, size, kernel)
          Self.transpose(rows, into: plane, size)
        }
      }
    }
  }

  /// Convolves the columns with a symmetric kernel given from its middle, whole rows at a time.
  private static func blurDown(
    _ from: UnsafeMutableBufferPointer<Float>, into to: UnsafeMutableBufferPointer<Float>,
    _ size: Int, _ kernel: [Float]
  ) {
    guard let from = from.baseAddress, let to = to.baseAddress else { return }
    for y in 0..<size {
      let (here, out) = (from + y * size, to + y * size)
      for x in 0..<size { out[x] = kernel[0] * here[x] }
      for k in 1..<kernel.count {
        let weight = kernel[k]
        let (above, below) = (from + max(y - k, 0) * size, from + min(y + k, size - 1) * size)
        for x in 0..<size { out[x] += weight * (above[x] + below[x]) }
      }
    }
  }

  private static func transpose(
    _ from: UnsafeMutableBufferPointer<Float>, into to: UnsafeMutableBufferPointer<Float>,
    _ size: Int
  ) {
    for y in 0..<size {
      for x in 0..<size { to[x * size + y] = from[y * size + x] }
    }
  }

  /// Adds the noise and rounds. A pixel's noise is a block of ``Philox`` whose counter is the
  /// pixel's place; sums of four bytes stand in for normal numbers.
  private func pixels(_ planes: [Float], size: Int) -> [UInt8] {
    let area = size * size
    let philox = Philox(key: camera.seed ^ 0xCA3E_2A00_0000_0000)
    // Four uniform bytes have the variance 4 (256^2 - 1) / 12. Half of the power is common to the
    // three channels.
    let scale = Float(camera.noise * 255 * 0.5.squareRoot() / (4 * 65535.0 / 12).squareRoot())
    func centered(_ word: UInt32) -> Float {
      Float((word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24)) - 510
    }
    return [UInt8](unsafeUninitializedCapacity: 3 * area) { out, count in
      planes.withUnsafeBufferPointer { planes in
        for y in 0..<size {
          for x in 0..<size {
            let i = y * size + x
            var noise: (Float, Float, Float) = (0, 0, 0)
            if scale > 0 {
              let block = philox.block((UInt32(x), UInt32(y), 0, 0))
              let common = centered(block.3)
              noise = (
                scale * (common + centered(block.0)), scale * (common + centered(block.1)),
                scale * (common + centered(block.2))
              )
            }
            out[3 * i] = Self.byte(planes[i] + noise.0)
            out[3 * i + 1] = Self.byte(planes[area + i] + noise.1)
            out[3 * i + 2] = Self.byte(planes[2 * area + i] + noise.2)
          }
        }
      }
      count = 3 * area
    }
  }

  private static func byte(_ value: Float) -> UInt8 {
    UInt8(min(max(value, 0), 255) + 0.5)
  }
}
