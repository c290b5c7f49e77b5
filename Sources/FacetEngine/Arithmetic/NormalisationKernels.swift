import FacetTensor
import FacetThreads
import Foundation

/// Per-channel mean and variance.
struct ChannelStatistics: Sendable {
  var mean: [Float]
  /// Biased: divided by the number of elements.
  var variance: [Float]
}

/// Batch normalisation with given or batch statistics, and local response normalisation.
struct NormalisationKernels {
  let parallel: Parallel

  /// Mean and biased variance of every channel over images and places.
  func statistics(_ x: Source) -> ChannelStatistics {
    let (images, channels) = (x.shape[0], x.shape[1])
    let plane = x.shape.dropFirst(2).count
    let count = Float(images * plane)
    var statistics = ChannelStatistics(mean: [], variance: [])
    for c in 0..<channels {
      var sum: Float = 0
      for n in 0..<images { sum += Sums.sum(x.base + (n * channels + c) * plane, plane) }
      let mean = sum / count
      var squares: Float = 0
      for n in 0..<images {
        squares += Sums.squares(x.base + (n * channels + c) * plane, plane, from: mean)
      }
      statistics.mean.append(mean)
      statistics.variance.append(squares / count)
    }
    return statistics
  }

  /// `body(channel, offset, count)` for every plane.
  private func forPlanes(_ shape: Shape, _ body: @Sendable (Int, Int, Int) -> Void) {
    let plane = shape.dropFirst(2).count
    let channels = shape[1]
    parallel.forBlocks(of: 8, in: shape[0] * channels) { planes in
      for p in planes { body(p % channels, p * plane, plane) }
    }
  }

  func batchNorm(
    _ x: Source, _ statistics: ChannelStatistics, epsilon: Float, weight: Source, bias: Source,
    into y: Destination
  ) {
    forPlanes(x.shape) { c, offset, count in
      let scale = weight.base[c] / (statistics.variance[c] + epsilon).squareRoot()
      let shift = bias.base[c] - statistics.mean[c] * scale
      let (from, to) = (x.base + offset, y.base + offset)
      for i in 0..<count { to[i] = from[i] * scale + shift }
    }
  }

  /// With fixed statistics the layer is affine: `gx = gy weight / sqrt(variance + epsilon)`.
  func batchNormBackwardFixed(
    _ gy: Source, _ statistics: ChannelStatistics, epsilon: Float, weight: Source,
    into gx: Destination
  ) {
    forPlanes(gy.shape) { c, offset, count in
      let scale = weight.base[c] / (statistics.variance[c] + epsilon).squareRoot()
      for i in offset..<offset + count { gx.base[i] = gy.base[i] * scale }
    }
  }

  /// With batch statistics every element moves mean and variance (Ioffe and Szegedy 2015, 3).
  func batchNormBackwardBatch(
    _ x: Source, _ gy: Source, _ statistics: ChannelStatistics, epsilon: Float, weight: Source,
    into gx: Destination
  ) {
    let (gw, gb) = batchNormParameterGradients(x, gy, statistics, epsilon: epsilon)
    let count = Float(x.shape[0] * x.shape.dropFirst(2).count)
    forPlanes(x.shape) { c, offset, plane in
      let inverse = 1 / (statistics.variance[c] + epsilon).squareRoot()
      let scale = weight.base[c] * inverse
      let (mean, a, b) = (statistics.mean[c], gw[c] * inverse / count, gb[c] / count)
      for i in offset..<offset + plane {
        gx.base[i] = scale * (gy.base[i] - b - (x.base[i] - mean) * a)
      }
    }
  }

  /// The gradients of weight and bias.
  func batchNormParameterGradients(
    _ x: Source, _ gy: Source, _ statistics: ChannelStatistics, epsilon: Float
  ) -> (weight: [Float], bias: [Float]) {
    let (images, channels) = (x.shape[0], x.shape[1])
    let plane = x.shape.dropFirst(2).count
    var gradients = (weight: [Float](), bias: [Float]())
    for c in 0..<channels {
      var products: Float = 0
      var sum: Float = 0
      for n in 0..<images {
        let offset = (n * channels + c) * plane
        let part = Sums.sum(gy.base + offset, plane)
        products +=
          Sums.dot(gy.base + offset, x.base + offset, plane) - statistics.mean[c] * part
        sum += part
      }
      gradients.weight.append(products / (statistics.variance[c] + epsilon).squareRoot())
      gradients.bias.append(sum)
    }
    return gradients
  }

  // MARK: Local response normalisation

  /// The channels that normalise channel `c`: PyTorch's window, `size / 2` below and
  /// `(size - 1) / 2` above.
  private func window(_ c: Int, _ size: Int, _ channels: Int) -> Range<Int> {
    max(0, c - size / 2)..<min(channels, c + (size - 1) / 2 + 1)
  }

  /// `d = k + alpha / size * sum of squares`, for the places of one image.
  private func divisors(
    _ x: UnsafePointer<Float>, _ c: Int, _ settings: LRNSettings, channels: Int, plane: Int,
    into d: UnsafeMutablePointer<Float>
  ) {
    d.update(repeating: 0, count: plane)
    for other in window(c, settings.size, channels) {
      let line = x + other * plane
      for i in 0..<plane { d[i] += line[i] * line[i] }
    }
    let a = settings.alpha / Float(settings.size)
    for i in 0..<plane { d[i] = settings.k + a * d[i] }
  }

  func localResponse(_ x: Source, _ settings: LRNSettings, into y: Destination) {
    let channels = x.shape[1]
    let plane = x.shape.dropFirst(2).count
    parallel.forEach(x.shape[0]) { image in
      let offset = image * channels * plane
      let d = Scratch(plane)
      for c in 0..<channels {
        divisors(
          x.base + offset, c, settings, channels: channels, plane: plane, into: d.base)
        let (from, to) = (x.base + offset + c * plane, y.base + offset + c * plane)
        for i in 0..<plane { to[i] = from[i] * powf(d.base[i], -settings.beta) }
      }
    }
  }

  /// `gx_j = gy_j d_j^-b - 2 b alpha/size x_j sum over windows i that hold j of gy_i x_i d_i^(-b-1)`.
  func localResponseBackward(
    _ x: Source, _ gy: Source, _ settings: LRNSettings, into gx: Destination
  ) {
    let channels = x.shape[1]
    let plane = x.shape.dropFirst(2).count
    let factor = 2 * settings.beta * settings.alpha / Float(settings.size)
    parallel.forEach(x.shape[0]) { image in
      let offset = image * channels * plane
      let d = Scratch(plane)
      let target = gx.base + offset
      target.update(repeating: 0, count: channels * plane)
      for c in 0..<channels {
        divisors(
          x.base + offset, c, settings, channels: channels, plane: plane, into: d.base)
        let line = x.base + offset + c * plane
        let upstream = gy.base + offset + c * plane
        for i in 0..<plane {
          let power = powf(d.base[i], -settings.beta)
          let shared = factor * upstream[i] * line[i] * power / d.base[i]
          target[c * plane + i] += upstream[i] * power
          for other in window(c, settings.size, channels) {
            target[other * plane + i] -= shared * x.base[offset + other * plane + i]
          }
        }
      }
    }
  }
}

/// The settings of ``FacetGraph/Op/localResponseNorm(size:alpha:beta:k:)``.
struct LRNSettings: Sendable {
  let size: Int
  let alpha: Float
  let beta: Float
  let k: Float
}
