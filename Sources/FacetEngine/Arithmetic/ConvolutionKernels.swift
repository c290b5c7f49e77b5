import FacetGraph
import FacetTensor

/// Convolution forward and backward by patch matrices and matrix products.
///
/// This is the wall behind which a faster arithmetic can stand: nothing else knows how it is done.
struct ConvolutionKernels {
  let convolution: Convolution
  let parallel: Parallel
  /// Floats in one item's patch matrix: half a megabyte stays in a core's cache.
  private static let patchFloats = 1 << 17

  private func patches(_ input: Shape, _ output: Shape) -> Patches {
    Patches(
      convolution, height: input[2], width: input[3], outHeight: output[2], outWidth: output[3])
  }

  private var groupInputs: Int { convolution.inChannels / convolution.groups }
  private var groupOutputs: Int { convolution.outChannels / convolution.groups }

  /// `y[n, o] = bias[o] + sum over taps of weight x`.
  func forward(_ x: Source, weight: Source, bias: Source?, into y: Destination) {
    let patches = patches(x.shape, y.shape)
    let inner = groupInputs * patches.taps
    let pixels = patches.pixels
    let strip = min(pixels, max(64, Self.patchFloats / inner / 16 * 16))
    let strips = (pixels + strip - 1) / strip
    // One small image must still occupy both cores: cut the output channels too.
    let wanted = max(1, 4 / (strips * x.shape[0] * convolution.groups))
    let rows = (groupOutputs + wanted - 1) / wanted
    let blocks = (groupOutputs + rows - 1) / rows
    let plane = x.shape[2] * x.shape[3]
    parallel.forEach(x.shape[0] * convolution.groups * strips * blocks) { item in
      let block = item % blocks
      let columns = item / blocks % strips * strip
      let group = item / blocks / strips % convolution.groups
      let image = item / blocks / strips / convolution.groups
      let count = min(strip, pixels - columns)
      let first = group * groupOutputs + block * rows
      let outputs = min(rows, groupOutputs - block * rows)
      let input = x.base + (image * convolution.inChannels + group * groupInputs) * plane
      let output = y.base + (image * convolution.outChannels + first) * pixels + columns
      if let bias {
        for o in 0..<outputs {
          (output + o * pixels).update(repeating: bias.base[first + o], count: count)
        }
      }
      let scratch = Scratch(patches.areTheMap ? 0 : inner * count)
      let matrix: Matrix
      if patches.areTheMap {
        matrix = Matrix(input + columns, stride: pixels)
      } else {
        patches.gather(
          input, channels: groupInputs, columns: columns..<columns + count, into: scratch.base)
        matrix = Matrix(scratch.base, stride: count)
      }
      MatrixProduct.multiply(
        Matrix(weight.base + first * inner, stride: inner), matrix, into: output, stride: pixels,
        rows: outputs, columns: count, inner: inner, accumulating: bias != nil)
    }
  }

  /// The gradient of the input from the gradient of the output; also the transposed convolution of a
  /// deconvolution network.
  func backwardData(_ gy: Source, weight: Source, into gx: Destination) {
    let patches = patches(gx.shape, gy.shape)
    let pixels = patches.pixels
    let block = channelBlock(patches, images: gx.shape[0])
    let blocks = (groupInputs + block - 1) / block
    let plane = gx.shape[2] * gx.shape[3]
    parallel.forEach(gx.shape[0] * convolution.groups * blocks) { item in
      let first = item % blocks * block
      let group = item / blocks % convolution.groups
      let image = item / blocks / convolution.groups
      let channels = min(block, groupInputs - first)
      let upstream = gy.base + (image * convolution.outChannels + group * groupOutputs) * pixels
      let target =
        gx.base + (image * convolution.inChannels + group * groupInputs + first) * plane
      let taps = weight.base + (group * groupOutputs * groupInputs + first) * patches.taps
      let a = Matrix(taps, stride: groupInputs * patches.taps, transposed: true)
      let b = Matrix(upstream, stride: pixels)
      if patches.areTheMap {
        MatrixProduct.multiply(
          a, b, into: target, stride: pixels, rows: channels, columns: pixels, inner: groupOutputs)
      } else {
        let scratch = Scratch(channels * patches.taps * pixels)
        MatrixProduct.multiply(
          a, b, into: scratch.base, stride: pixels, rows: channels * patches.taps,
          columns: pixels, inner: groupOutputs)
        target.update(repeating: 0, count: channels * plane)
        patches.scatter(scratch.base, channels: channels, onto: target)
      }
    }
  }

  /// The gradient of the weights, summed over the batch in order; each item owns some input channels,
  /// so no partial sums are added across threads.
  func backwardWeights(_ x: Source, _ gy: Source, into gw: Destination) {
    let patches = patches(x.shape, gy.shape)
    let pixels = patches.pixels
    let block = channelBlock(patches, images: 1)
    let blocks = (groupInputs + block - 1) / block
    let plane = x.shape[2] * x.shape[3]
    parallel.forEach(convolution.groups * blocks) { item in
      let first = item % blocks * block
      let group = item / blocks
      let channels = min(block, groupInputs - first)
      let scratch = Scratch(patches.areTheMap ? 0 : channels * patches.taps * pixels)
      for image in 0..<x.shape[0] {
        let input =
          x.base + (image * convolution.inChannels + group * groupInputs + first) * plane
        let upstream = gy.base + (image * convolution.outChannels + group * groupOutputs) * pixels
        if !patches.areTheMap {
          patches.gather(input, channels: channels, columns: 0..<pixels, into: scratch.base)
        }
        MatrixProduct.multiply(
          Matrix(upstream, stride: pixels),
          Matrix(
            patches.areTheMap ? input : UnsafePointer(scratch.base), stride: pixels,
            transposed: true),
          into: gw.base + (group * groupOutputs * groupInputs + first) * patches.taps,
          stride: groupInputs * patches.taps, rows: groupOutputs,
          columns: channels * patches.taps, inner: pixels, accumulating: image > 0)
      }
    }
  }

  /// How many input channels one backward item takes: few enough for its patches to stay small, and
  /// at least four items where there are channels for them.
  private func channelBlock(_ patches: Patches, images: Int) -> Int {
    let fitting = max(1, 4 * Self.patchFloats / (patches.taps * patches.pixels))
    let items = max(1, 4 / (images * convolution.groups))
    return max(1, min(fitting, (groupInputs + items - 1) / items))
  }
}
