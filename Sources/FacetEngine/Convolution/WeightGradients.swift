import CFacetKernels
import FacetGraph
import FacetTensor
import FacetThreads

/// The gradient of a convolution's weights, summed over the batch in order; each item owns the sums
/// of some channels, so nothing is added across threads.
struct WeightGradients: Sendable {
  let convolution: Convolution
  let machine: Machine

  /// Floats of transformed tiles that all cores' cache holds.
  private static let sharedTiles = 1 << 22

  /// - Parameters:
  ///   - x: the input; planar images are allowed where the convolution reads them so.
  ///   - gy: the output's gradient, blocked.
  ///   - gw: shaped as the weights.
  func run(_ x: Value, _ gy: Value, into gw: Destination) {
    let window = Window(
      convolution, input: Extent(x.height, x.width), output: Extent(gy.height, gy.width))
    let depthwise =
      convolution.groups > 1 && convolution.groups == convolution.inChannels
      && convolution.groups == convolution.outChannels
    if depthwise { return depthwiseGradient(x, gy, window, gw) }
    if x.layout == .planar { return planar(x, gy, window, gw) }
    let tiles = gy.images * ((gy.height + 3) / 4) * ((gy.width + 3) / 4)
    // F(2x2, 5x5) would be off by 3e-5 of the largest: its way back adds what is sixteen times as large.
    if machine.largestTile == 4, window.minimalTiles.contains(4), convolution.groups == 1,
      x.channels >= 16, gy.channels >= 16, tiles >= 16
    {
      return winograd(x, gy, window, gw)
    }
    direct(x, gy, window, gw)
  }

  private func parts(_ window: Window, planar: Bool = false) -> ChannelParts {
    ChannelParts(
      inputs: convolution.inChannels, outputs: convolution.outChannels,
      groups: convolution.groups, taps: window.taps, planar: planar)
  }

  /// The place of the raw weights of one block of outputs.
  private func job(_ gw: Destination, _ window: Window) -> facet_pack {
    let groupInputs = convolution.inChannels / convolution.groups
    var job = facet_pack()
    job.raw = UnsafePointer(gw.base)
    job.raw_output = groupInputs * window.taps
    job.raw_input = window.taps
    job.raw_row = window.kernel.width
    job.raw_column = 1
    job.outputs = Int32(convolution.outChannels)
    job.inputs = Int32(convolution.inChannels)
    job.groups = Int32(convolution.groups)
    job.kernel_rows = Int32(window.kernel.height)
    job.kernel_columns = Int32(window.kernel.width)
    return job
  }

  private func unpack(_ sums: Buffer, _ parts: ChannelParts, _ window: Window, _ gw: Destination) {
    let items = parts.parts.flatMap { part in part.outputs.map { (part, $0) } }
    machine.parallel.forEach(items.count) { item in
      let (part, output) = items[item]
      var job = job(gw, window)
      job.first_output = Int32(output * 16)
      job.first_input = Int32(part.inputs.lowerBound * 16)
      job.input_blocks = Int32(part.inputs.count)
      job.channels = Int32(parts.channels)
      job.packed =
        sums.base + part.offset
        + (output - part.outputs.lowerBound) * part.inputs.count * parts.taps * parts.channels * 16
      machine.kernels.pointee.unpack(&job, gw.base)
    }
  }

  private func direct(_ x: Value, _ gy: Value, _ window: Window, _ gw: Destination) {
    let parts = parts(window)
    let sums = Buffer(parts.count)
    let size = parts.taps * 256
    // An item is one input block and a few output blocks, for all images.
    let items = parts.parts.flatMap { part in
      part.inputs.flatMap { input in
        stride(from: part.outputs.lowerBound, to: part.outputs.upperBound, by: 4)
          .map { (part, input, $0..<min($0 + 4, part.outputs.upperBound)) }
      }
    }
    machine.parallel.forEach(items.count) { item in
      let (part, input, outputs) = items[item]
      var job = facet_weight_gradient()
      job.input_rows = Int32(x.height)
      job.input_columns = Int32(x.width)
      job.gradient_block = gy.blockStride
      job.output_rows = Int32(gy.height)
      job.output_columns = Int32(gy.width)
      job.blocks = Int32(outputs.count)
      job.kernel_rows = Int32(window.kernel.height)
      job.kernel_columns = Int32(window.kernel.width)
      job.row_stride = Int32(window.stride.height)
      job.column_stride = Int32(window.stride.width)
      job.row_dilation = Int32(window.dilation.height)
      job.column_dilation = Int32(window.dilation.width)
      job.pad_top = Int32(window.padding.height)
      job.pad_left = Int32(window.padding.width)
      job.sums =
        sums.base + part.offset
        + ((outputs.lowerBound - part.outputs.lowerBound) * part.inputs.count + input
          - part.inputs.lowerBound) * size
      job.sums_block = part.inputs.count * size
      for block in 0..<outputs.count {
        (job.sums + block * job.sums_block).update(repeating: 0, count: size)
      }
      for image in 0..<x.images {
        job.input = UnsafePointer(x.image(image)) + input * x.blockStride
        job.gradient = UnsafePointer(gy.image(image)) + outputs.lowerBound * gy.blockStride
        machine.kernels.pointee.weight_gradient(&job)
      }
    }
    unpack(sums, parts, window, gw)
  }

  /// Planar images: their few channels' taps stand side by side where blocks have channels.
  private func planar(_ x: Value, _ gy: Value, _ window: Window, _ gw: Destination) {
    let parts = parts(window, planar: true)
    let sums = Buffer(parts.count)
    sums.base.update(repeating: 0, count: parts.count)
    let channels = x.channels
    let reach =
      (gy.height - 1) * window.stride.height
      + (window.kernel.height - 1) * window.dilation.height + 1
    let height = max(reach, x.height + window.padding.height) + abs(window.padding.height)
    let plane = height * window.span
    // Taps of one kernel row are neighbouring inputs only without dilation.
    let together = window.dilation.width == 1 ? window.kernel.width : 1
    let row = window.kernel.width * channels * 16
    let taps = Buffer(parts.count)
    taps.base.update(repeating: 0, count: parts.count)
    let staged = Buffer(channels * plane)
    for image in 0..<x.images {
      // The whole image with its halo, rows above and below too.
      var stage = facet_stage()
      stage.input = UnsafePointer(x.image(image))
      stage.input_block = x.height * x.width
      stage.input_row = x.width
      stage.blocks = 1
      stage.rows = Int32(x.height)
      stage.columns = Int32(x.width)
      stage.lanes = 1
      stage.left = Int32(window.padding.width)
      stage.width = Int32(window.span)
      staged.base.update(repeating: 0, count: channels * plane)
      let above = max(0, window.padding.height)
      for channel in 0..<channels {
        stage.input = UnsafePointer(x.image(image)) + channel * x.height * x.width
        stage.output = staged.base + channel * plane + above * window.span
        machine.kernels.pointee.stage(&stage)
      }
      let outputs = parts.parts[0].outputs.count
      // Two blocks side by side keep the multipliers busy.
      machine.parallel.forEach((outputs + 1) / 2 * window.kernel.height) { item in
        let (block, ky) = (item / window.kernel.height * 2, item % window.kernel.height)
        for channel in 0..<channels {
          for kx in stride(from: 0, to: window.kernel.width, by: together) {
            var outer = facet_outer()
            outer.input =
              UnsafePointer(staged.base) + channel * plane
              + (ky * window.dilation.height + above - window.padding.height) * window.span
              + kx * window.dilation.width
            outer.input_step = window.stride.width
            outer.input_row = window.stride.height * window.span
            outer.channels = Int32(together)
            outer.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
            outer.gradient_row = gy.width * 16
            outer.gradient_block = gy.blockStride
            outer.blocks = Int32(min(2, outputs - block))
            outer.rows = Int32(gy.height)
            outer.columns = Int32(gy.width)
            // [block][channel][ky][kx][16] while summing.
            outer.sums =
              taps.base
              + (((block * channels + channel) * window.kernel.height + ky) * window.kernel.width
                + kx) * 16
            outer.sums_block = channels * window.taps * 16
            machine.kernels.pointee.outer(&outer)
          }
        }
      }
    }
    for block in parts.parts[0].outputs {
      for channel in 0..<channels {
        for tap in 0..<window.taps {
          let from = taps.base + ((block * channels + channel) * window.taps + tap) * 16
          let to =
            sums.base + block * window.kernel.height * row + (tap * channels + channel) * 16
          to.update(from: from, count: 16)
        }
      }
    }
    unpack(sums, parts, window, gw)
  }

  private func depthwiseGradient(
    _ x: Value, _ gy: Value, _ window: Window, _ gw: Destination
  ) {
    let sums = Buffer(x.blocks * window.taps * 16)
    sums.base.update(repeating: 0, count: x.blocks * window.taps * 16)
    machine.parallel.forEach(x.blocks) { block in
      var job = facet_weight_gradient()
      job.input_rows = Int32(x.height)
      job.input_columns = Int32(x.width)
      job.output_rows = Int32(gy.height)
      job.output_columns = Int32(gy.width)
      job.kernel_rows = Int32(window.kernel.height)
      job.kernel_columns = Int32(window.kernel.width)
      job.row_stride = Int32(window.stride.height)
      job.column_stride = Int32(window.stride.width)
      job.row_dilation = Int32(window.dilation.height)
      job.column_dilation = Int32(window.dilation.width)
      job.pad_top = Int32(window.padding.height)
      job.pad_left = Int32(window.padding.width)
      job.sums = sums.base + block * window.taps * 16
      for image in 0..<x.images {
        job.input = UnsafePointer(x.image(image)) + block * x.blockStride
        job.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
        machine.kernels.pointee.depthwise_gradient(&job)
      }
      for channel in block * 16..<min(block * 16 + 16, x.channels) {
        for tap in 0..<window.taps {
          gw.base[channel * window.taps + tap] =
            sums.base[(block * window.taps + tap) * 16 + channel % 16]
        }
      }
    }
  }

  /// In Winograd's basis the gradient is one outer product for each tile and xi, brought back by
  /// `G^T u G` at the end.
  private func winograd(_ x: Value, _ gy: Value, _ window: Window, _ gw: Destination) {
    let (m, products) = (4, 36)
    let (tileRows, tileColumns) = ((gy.height + m - 1) / m, (gy.width + m - 1) / m)
    let tiles = gy.images * tileRows * tileColumns
    let floats = products * (x.blocks + gy.blocks) * 16
    let most = max(56, min(tiles, Self.sharedTiles / floats))
    let rounds = (tiles + most - 1) / most
    let size = x.blocks * gy.blocks * 256
    let sums = Buffer(products * size)
    let valuesStride = x.blocks * most * 16 + 16
    let gradientStride = gy.blocks * most * 16 + 16
    let values = Buffer(products * valuesStride)
    let gradients = Buffer(products * gradientStride)
    let outputGroup = 4
    let groups = (gy.blocks + outputGroup - 1) / outputGroup
    for round in 0..<rounds {
      let range = tiles * round / rounds..<tiles * (round + 1) / rounds
      machine.parallel.forEach((range.count + 6) / 7) { item in
        let first = range.lowerBound + item * 7
        var job = facet_winograd()
        job.m = Int32(m)
        job.kernel = Int32(window.kernel.height)
        job.first_tile = Int32(first)
        job.tiles = Int32(min(7, range.upperBound - first))
        job.tile_rows = Int32(tileRows)
        job.tile_columns = Int32(tileColumns)
        job.pad_top = Int32(window.padding.height)
        job.pad_left = Int32(window.padding.width)
        job.input = UnsafePointer(x.base)
        job.input_image = x.imageStride
        job.height = Int32(x.height)
        job.width = Int32(x.width)
        job.blocks = Int32(x.blocks)
        job.values = values.base + item * 7 * 16
        job.values_xi = valuesStride
        job.values_block = most * 16
        machine.kernels.pointee.winograd_input(&job)
        job.input = UnsafePointer(gy.base)
        job.input_image = gy.imageStride
        job.height = Int32(gy.height)
        job.width = Int32(gy.width)
        job.blocks = Int32(gy.blocks)
        job.values = gradients.base + item * 7 * 16
        job.values_xi = gradientStride
        job.values_block = most * 16
        machine.kernels.pointee.winograd_gradient(&job)
      }
      machine.parallel.forEach(products * groups) { item in
        let (xi, group) = (item / groups, item % groups)
        let first = group * outputGroup
        let count = min(outputGroup, gy.blocks - first)
        let target = sums.base + xi * size + first * x.blocks * 256
        if round == 0 { target.update(repeating: 0, count: count * x.blocks * 256) }
        for input in 0..<x.blocks {
          var outer = facet_outer()
          outer.input = UnsafePointer(values.base) + xi * valuesStride + input * most * 16
          outer.input_step = 16
          outer.channels = 16
          outer.gradient = UnsafePointer(gradients.base) + xi * gradientStride + first * most * 16
          outer.gradient_block = most * 16
          outer.blocks = Int32(count)
          outer.rows = 1
          outer.columns = Int32(range.count)
          outer.sums = target + input * 256
          outer.sums_block = x.blocks * 256
          machine.kernels.pointee.outer(&outer)
        }
      }
    }
    machine.parallel.forEach(gy.blocks) { output in
      var job = job(gw, window)
      job.first_output = Int32(output * 16)
      job.input_blocks = Int32(x.blocks)
      job.channels = 16
      job.m = Int32(m)
      job.packed = sums.base + output * x.blocks * 256
      job.packed_xi = size
      machine.kernels.pointee.unpack_winograd(&job, gw.base)
    }
  }
}
