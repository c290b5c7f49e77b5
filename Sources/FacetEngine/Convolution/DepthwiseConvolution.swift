import CFacetKernels
import FacetGraph
import FacetThreads

/// Convolution of each channel with a kernel of its own, block by block.
struct DepthwiseConvolution: Sendable {
  let window: Window
  let machine: Machine

  /// Multiply-adds below which cutting an item costs more than it gains.
  private static let leastWork = 1 << 17

  /// - Parameter weights: `[block][ky][kx][16]`.
  func run(
    _ x: Value, weights: UnsafePointer<Float>, into y: OutputView, epilogue: Epilogue = .none
  ) {
    let job = Job(window: window, x: x, weights: weights, y: y, epilogue: epilogue)
    let work = window.taps * 16 * window.output.width
    let rows = max(1, min(window.output.height, Self.leastWork / max(work, 1)))
    let bands = (window.output.height + rows - 1) / rows
    machine.parallel.forEach(x.images * x.blocks * bands) { item in
      let (image, rest) = (item / (x.blocks * bands), item % (x.blocks * bands))
      let first = rest % bands * rows
      job.run(
        image: image, block: rest / bands, rows: first..<min(first + rows, window.output.height),
        machine.kernels)
    }
  }

  private struct Job: @unchecked Sendable {
    let window: Window
    let x: Value
    let weights: UnsafePointer<Float>
    let y: OutputView
    let epilogue: Epilogue

    func run(image: Int, block: Int, rows: Range<Int>, _ kernels: KernelTable) {
      // A halo only where taps reach beside the map's columns.
      let top = rows.lowerBound * window.stride.height - window.padding.height
      let bottom =
        (rows.upperBound - 1) * window.stride.height - window.padding.height
        + (window.kernel.height - 1) * window.dilation.height + 1
      let first = min(max(top, 0), x.height)
      let inputRows = first..<max(first, min(bottom, x.height))
      var row = x.width * 16
      var input = UnsafePointer(x.image(image)) + block * x.blockStride + inputRows.lowerBound * row
      var left = window.padding.width
      let staged = window.overhangs ? Buffer(inputRows.count * window.span * 16) : nil
      if let staged {
        var stage = facet_stage()
        stage.input = input
        stage.input_row = row
        stage.blocks = 1
        stage.rows = Int32(inputRows.count)
        stage.columns = Int32(x.width)
        stage.lanes = 16
        stage.left = Int32(left)
        stage.width = Int32(window.span)
        stage.output = staged.base
        kernels.pointee.stage(&stage)
        row = window.span * 16
        input = UnsafePointer(staged.base)
        left = 0
      }
      let skipped = top - inputRows.lowerBound
      var job = facet_depthwise()
      job.input = input + skipped * row - left * 16
      job.input_pixel = window.stride.width * 16
      job.input_row = window.stride.height * row
      job.tap_row = window.dilation.height * row
      job.tap_column = window.dilation.width * 16
      job.kernel_rows = Int32(window.kernel.height)
      job.kernel_columns = Int32(window.kernel.width)
      job.weights = weights + block * window.taps * 16
      let place = block * y.blockStride + rows.lowerBound * y.rowStride
      job.bias = epilogue.bias.map { $0 + block * 16 }
      job.scale = epilogue.affine.map { $0.scale + block * 16 }
      job.shift = epilogue.affine.map { $0.shift + block * 16 }
      job.slopes = epilogue.slopes.map { $0 + block * 16 }
      job.residual = epilogue.residual.map { UnsafePointer($0.image(image)) + place }
      job.output = y.base + image * y.imageStride + place
      job.output_pixel = y.pixelStride
      job.output_row = y.rowStride
      job.epilogue = epilogue.activation
      job.rows = Int32(rows.count)
      job.columns = Int32(window.output.width)
      job.row_stride = Int32(window.stride.height)
      job.row_dilation = Int32(window.dilation.height)
      job.top = Int32(skipped)
      job.input_rows = Int32(inputRows.count)
      kernels.pointee.depthwise(&job)
      _ = staged
    }
  }
}
