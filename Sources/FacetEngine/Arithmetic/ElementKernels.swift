import FacetTensor
import FacetThreads
import Foundation

/// Operators that treat every element alike, and softmax and L2 norm along rows.
struct ElementKernels {
  let parallel: Parallel
  private static let block = 1 << 15

  private func forBlocks(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    parallel.forBlocks(of: Self.block, in: count, body)
  }

  func copy(_ x: Source, into y: Destination) {
    y.base.update(from: x.base, count: x.shape.count)
  }

  func relu(_ x: Source, into y: Destination) {
    // `max` would turn NaN into 0; a NaN must stay visible.
    forBlocks(x.shape.count) { for i in $0 { y.base[i] = x.base[i] < 0 ? 0 : x.base[i] } }
  }

  /// `gx = gy` where the ReLU's output is positive.
  func reluBackward(output: Source, _ gy: Source, into gx: Destination) {
    forBlocks(gy.shape.count) {
      for i in $0 {
        // Read in any case, so that the loop has no branches.
        let upstream = gy.base[i]
        gx.base[i] = output.base[i] > 0 ? upstream : 0
      }
    }
  }

  /// The sum of all inputs, in order.
  func add(_ inputs: [Source], into y: Destination) {
    copy(inputs[0], into: y)
    for x in inputs.dropFirst() {
      forBlocks(x.shape.count) { for i in $0 { y.base[i] += x.base[i] } }
    }
  }

  /// Inputs joined along an axis.
  func join(_ inputs: [Source], axis: Int, into y: Destination) {
    let row = y.shape.dropFirst(axis).count
    var offset = 0
    for x in inputs {
      let part = x.shape.dropFirst(axis).count
      for block in 0..<y.shape.count / max(row, 1) {
        (y.base + block * row + offset).update(from: x.base + block * part, count: part)
      }
      offset += part
    }
  }

  /// The part of a joined value that came from an input, which starts `offset` elements into a row.
  func split(_ gy: Source, axis: Int, offset: Int, into gx: Destination) {
    let row = gy.shape.dropFirst(axis).count
    let part = gx.shape.dropFirst(axis).count
    for block in 0..<gy.shape.count / max(row, 1) {
      (gx.base + block * part).update(from: gy.base + block * row + offset, count: part)
    }
  }

  /// The sum of each channel over images and places: the gradient of a convolution's bias.
  static func channelSums(_ gy: Source, into sums: Destination) {
    let plane = gy.shape.dropFirst(2).count
    for channel in 0..<gy.shape[1] {
      sums.base[channel] = (0..<gy.shape[0]).reduce(0) { sum, image in
        sum + Sums.sum(gy.base + (image * gy.shape[1] + channel) * plane, plane)
      }
    }
  }

  /// Adds each channel's number to its places.
  static func addChannels(_ bias: Source, to y: Destination) {
    let plane = y.shape.dropFirst(2).count
    for place in 0..<y.shape[0] * y.shape[1] {
      let (line, value) = (y.base + place * plane, bias.base[place % y.shape[1]])
      for i in 0..<plane { line[i] += value }
    }
  }

  func multiply(_ x: Source, _ mask: Source, into y: Destination) {
    forBlocks(x.shape.count) { for i in $0 { y.base[i] = x.base[i] * mask.base[i] } }
  }

  // MARK: PReLU

  /// `body(channel, range)` for the elements of every plane, or of every row's feature.
  private func forChannels(_ shape: Shape, _ body: (Int, Range<Int>) -> Void) {
    let plane = shape.dropFirst(2).count
    for image in 0..<shape[0] {
      for channel in 0..<shape[1] {
        let start = (image * shape[1] + channel) * plane
        body(channel, start..<start + plane)
      }
    }
  }

  func prelu(_ x: Source, slopes: Source, into y: Destination) {
    forChannels(x.shape) { channel, range in
      for i in range { y.base[i] = x.base[i] > 0 ? x.base[i] : slopes.base[channel] * x.base[i] }
    }
  }

  func preluBackward(_ x: Source, slopes: Source, _ gy: Source, into gx: Destination) {
    forChannels(x.shape) { channel, range in
      for i in range { gx.base[i] = x.base[i] > 0 ? gy.base[i] : slopes.base[channel] * gy.base[i] }
    }
  }

  func preluBackwardSlopes(_ x: Source, _ gy: Source, into gw: Destination) {
    gw.clear()
    forChannels(x.shape) { channel, range in
      for i in range where x.base[i] <= 0 { gw.base[channel] += x.base[i] * gy.base[i] }
    }
  }

  // MARK: Softmax

  /// Softmax along an axis, or its logarithm, shifted by the maximum so that nothing overflows.
  func softmax(_ x: Source, axis: Int = 1, logarithm: Bool = false, into y: Destination) {
    forLanes(x.shape, axis) { start, count, step in
      var largest = -Float.infinity
      for c in 0..<count { largest = max(largest, x.base[start + c * step]) }
      var sum: Float = 0
      for c in 0..<count {
        let e = expf(x.base[start + c * step] - largest)
        y.base[start + c * step] = e
        sum += e
      }
      guard logarithm else {
        for c in 0..<count { y.base[start + c * step] /= sum }
        return
      }
      let shift = largest + logf(sum)
      for c in 0..<count { y.base[start + c * step] = x.base[start + c * step] - shift }
    }
  }

  /// `gx = gy - softmax * sum of gy`, from the logarithm of the softmax.
  func logSoftmaxBackward(output: Source, axis: Int, _ gy: Source, into gx: Destination) {
    forLanes(gy.shape, axis) { start, count, step in
      var sum: Float = 0
      for c in 0..<count { sum += gy.base[start + c * step] }
      for c in 0..<count {
        let i = start + c * step
        gx.base[i] = gy.base[i] - expf(output.base[i]) * sum
      }
    }
  }

  func softmaxBackward(output: Source, axis: Int = 1, _ gy: Source, into gx: Destination) {
    forLanes(gy.shape, axis) { start, count, step in
      var inner: Float = 0
      for c in 0..<count { inner += gy.base[start + c * step] * output.base[start + c * step] }
      for c in 0..<count {
        let i = start + c * step
        gx.base[i] = output.base[i] * (gy.base[i] - inner)
      }
    }
  }

  private func forLanes(
    _ shape: Shape, _ axis: Int, _ body: (_ start: Int, _ count: Int, _ step: Int) -> Void
  ) {
    let step = shape.dropFirst(axis + 1).count
    let lane = shape[axis] * step
    for block in 0..<shape.count / max(lane, 1) {
      for place in 0..<step { body(block * lane + place, shape[axis], step) }
    }
  }

  // MARK: L2 norm

  func l2Normalize(_ x: Source, epsilon: Float, into y: Destination) {
    let row = x.shape.dropFirst().count
    for image in 0..<x.shape[0] {
      let line = x.base + image * row
      let norm = max(Sums.dot(line, line, row).squareRoot(), epsilon)
      for i in 0..<row { y.base[image * row + i] = line[i] / norm }
    }
  }

  func l2NormalizeBackward(_ x: Source, epsilon: Float, _ gy: Source, into gx: Destination) {
    let row = x.shape.dropFirst().count
    for image in 0..<x.shape[0] {
      let line = x.base + image * row
      let upstream = gy.base + image * row
      let length = Sums.dot(line, line, row).squareRoot()
      let norm = max(length, epsilon)
      // Below epsilon the divisor is a constant, so only the first term is left.
      let along = length > epsilon ? Sums.dot(line, upstream, row) / (norm * norm) : 0
      for i in 0..<row { gx.base[image * row + i] = (upstream[i] - line[i] * along) / norm }
    }
  }
}
