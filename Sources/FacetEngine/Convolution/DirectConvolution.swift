import CFacetKernels
import FacetGraph
import FacetThreads

/// Convolution as it is defined, every tap multiplied, by register tiles.
///
/// Work is cut into items of one image, a band of rows and a group of output blocks. A band whose taps
/// reach beside the map's columns is first copied with a halo of zeros; so is one that is normalised
/// and rectified on its way in.
struct DirectConvolution: Sendable {
  let window: Window
  let parts: ChannelParts
  let kernels: KernelTable
  let parallel: Parallel

  /// Floats of input that stay in the second-level cache while the output channels go by.
  private static let bandFloats = 1 << 16
  /// Items there should be, so that the threads end together.
  private static let wantedItems = 16
  /// Multiply-adds below which cutting an item costs more than it gains.
  private static let leastWork = 1 << 19

  /// A scale and a shift for each input channel and an activation, applied before anything else.
  struct Prologue: @unchecked Sendable {
    var scale: UnsafePointer<Float>
    var shift: UnsafePointer<Float>
    var activation: facet_epilogue
  }

  /// - Parameters:
  ///   - x: blocked, or planar when the parts are.
  ///   - weights: packed for these parts.
  ///   - residual: the epilogue's, shaped as the whole output.
  func run(
    _ x: Value, weights: UnsafePointer<Float>, into y: OutputView, epilogue: Epilogue = .none,
    prologue: Prologue? = nil
  ) {
    let job = Job(self, x, weights, y, epilogue, prologue)
    parallel.forEach(x.images * parts.parts.count * job.bands * job.groups) { item in
      let (images, parts) = (x.images, self.parts.parts.count)
      let (group, rest) = (item / (images * parts * job.bands), item % (images * parts * job.bands))
      let (part, place) = (rest / (images * job.bands), rest % (images * job.bands))
      job.run(image: place / job.bands, part: part, band: place % job.bands, group: group)
    }
  }

  /// One call's arguments and how its work is cut.
  private struct Job: @unchecked Sendable {
    let convolution: DirectConvolution
    let x: Value
    let weights: UnsafePointer<Float>
    let y: OutputView
    let epilogue: Epilogue
    let prologue: Prologue?
    /// Whether all pixels can be taken as one row.
    let isFlat: Bool
    let isStaged: Bool
    let lanes: Int
    let rows: Int
    let columns: Int
    /// Bands of one image, and groups of one part's output blocks.
    let bands: Int
    let groups: Int

    init(
      _ convolution: DirectConvolution, _ x: Value, _ weights: UnsafePointer<Float>,
      _ y: OutputView, _ epilogue: Epilogue, _ prologue: Prologue?
    ) {
      self.convolution = convolution
      self.x = x
      self.weights = weights
      self.y = y
      self.epilogue = epilogue
      self.prologue = prologue
      let window = convolution.window
      let parts = convolution.parts
      lanes = x.layout == .blocked ? 16 : 1
      isFlat =
        window.isPointwise && x.layout == .blocked && y.pixelStride == 16
        && y.rowStride == window.output.width * 16
      isStaged = prologue != nil || window.overhangs
      rows = isFlat ? 1 : window.output.height
      columns = isFlat ? window.output.height * window.output.width : window.output.width
      let part = parts.parts[0]
      // Floats of input for one step along the band: a pixel when flat, else a row.
      let step =
        part.inputs.count * parts.channels
        * (isFlat ? 1 : window.span * min(window.stride.height, window.kernel.height))
      let steps = isFlat ? columns : rows
      let fitting = max(1, DirectConvolution.bandFloats / max(step, 1))
      let work =
        part.inputs.count * parts.channels * parts.taps * 16 * part.outputs.count
        * (isFlat ? 1 : columns)
      let worthwhile = max(1, DirectConvolution.leastWork / max(work, 1))
      let others = x.images * parts.parts.count
      let wanted = max(1, (DirectConvolution.wantedItems + others - 1) / others)
      // Bands read all weights again, groups all inputs: the larger is cut as little as possible.
      let pairs = (part.outputs.count + 1) / 2
      let least = max(1, min((steps + fitting - 1) / fitting, steps))
      let most = max(least, min(wanted, steps / worthwhile, isFlat ? (steps + 13) / 14 : steps))
      let cuts = max(1, work * steps / DirectConvolution.leastWork)
      let weights = part.inputs.count * part.outputs.count * parts.taps * parts.channels * 16
      if weights > step * steps {
        groups = min(pairs, max(1, min(cuts, wanted) / least))
        bands = max(least, min(most, (min(cuts, wanted) + groups - 1) / groups))
      } else {
        bands = most
        groups = max(1, min(pairs, min(cuts, (wanted + most - 1) / most)))
      }
    }

    func run(image: Int, part: Int, band: Int, group: Int) {
      let part = convolution.parts.parts[part]
      let pairs = (part.outputs.count + 1) / 2
      let first = min(group * pairs / groups * 2, part.outputs.count)
      let last = min((group + 1) * pairs / groups * 2, part.outputs.count)
      guard first < last else { return }
      let outputs = part.outputs.lowerBound + first..<part.outputs.lowerBound + last
      let steps = isFlat ? columns : rows
      func cut(_ band: Int) -> Int {
        let place = steps * band / bands
        return isFlat && band < bands ? place / 14 * 14 : place
      }
      let range = cut(band)..<cut(band + 1)
      guard !range.isEmpty else { return }
      if isStaged {
        let count = stagedFloats(range, part)
        let scratch = Buffer(count)
        compute(image, part, range, first, outputs, staged: scratch)
      } else {
        compute(image, part, range, first, outputs, staged: nil)
      }
    }

    /// Input rows that a band of output rows sees, inside the map.
    private func inputRows(_ rows: Range<Int>) -> Range<Int> {
      let window = convolution.window
      if isFlat { return 0..<1 }
      let top = rows.lowerBound * window.stride.height - window.padding.height
      let bottom =
        (rows.upperBound - 1) * window.stride.height - window.padding.height
        + (window.kernel.height - 1) * window.dilation.height + 1
      let first = min(max(top, 0), window.input.height)
      return first..<max(first, min(bottom, window.input.height))
    }

    private func stagedFloats(_ range: Range<Int>, _ part: ChannelPart) -> Int {
      let blocks = part.inputs.count * convolution.parts.channels
      return isFlat
        ? blocks * range.count : blocks * inputRows(range).count * convolution.window.span
    }

    private func compute(
      _ image: Int, _ part: ChannelPart, _ range: Range<Int>, _ firstOutput: Int,
      _ outputs: Range<Int>, staged: Buffer?
    ) {
      let window = convolution.window
      let blockFloats = convolution.parts.taps * convolution.parts.channels * 16
      let inputRows = inputRows(range)
      // A planar image is one block whose channels are whole planes.
      let inputPlane = x.height * x.width * lanes
      let width = isFlat ? x.height * x.width : x.width
      var block = inputPlane
      var row = width * lanes
      let start =
        UnsafePointer(x.image(image)) + part.inputs.lowerBound * inputPlane
        + inputRows.lowerBound * row + (isFlat ? range.lowerBound * 16 : 0)
      var input = start
      var left = window.padding.width
      if let staged {
        let copied = isFlat ? range.count : window.span
        var stage = facet_stage()
        stage.input = start
        stage.input_block = inputPlane
        stage.input_row = row
        stage.blocks = Int32(lanes == 16 ? part.inputs.count : convolution.parts.channels)
        stage.rows = Int32(inputRows.count)
        stage.columns = Int32(isFlat ? range.count : x.width)
        stage.lanes = Int32(lanes)
        stage.left = Int32(isFlat ? 0 : left)
        stage.width = Int32(copied)
        if let prologue {
          stage.scale = prologue.scale + part.inputs.lowerBound * 16
          stage.shift = prologue.shift + part.inputs.lowerBound * 16
          stage.epilogue = prologue.activation
        }
        stage.output = staged.base
        convolution.kernels.pointee.stage(&stage)
        row = copied * lanes
        block = inputRows.count * row
        input = UnsafePointer(staged.base)
        left = 0
      }
      let top =
        isFlat
        ? 0 : range.lowerBound * window.stride.height - window.padding.height - inputRows.lowerBound
      var band = facet_band()
      band.tile.input = input + (isFlat ? 0 : top * row - left * lanes)
      band.tile.input_block = block
      band.tile.input_pixel = (isFlat ? 1 : window.stride.width) * lanes
      band.tile.channel = lanes == 16 ? 1 : block
      band.tile.tap_row = window.dilation.height * row
      band.tile.tap_column = window.dilation.width * lanes
      band.tile.input_blocks = Int32(part.inputs.count)
      band.tile.channels = Int32(convolution.parts.channels)
      band.tile.kernel_rows = Int32(window.kernel.height)
      band.tile.kernel_columns = Int32(window.kernel.width)
      band.tile.weight_input_block = blockFloats
      band.tile.weight_block = part.inputs.count * blockFloats
      band.tile.weights = weights + part.offset + firstOutput * band.tile.weight_block
      let place =
        outputs.lowerBound * y.blockStride
        + range.lowerBound * (isFlat ? y.pixelStride : y.rowStride)
      band.tile.bias = epilogue.bias.map { $0 + outputs.lowerBound * 16 }
      band.tile.scale = epilogue.affine.map { $0.scale + outputs.lowerBound * 16 }
      band.tile.shift = epilogue.affine.map { $0.shift + outputs.lowerBound * 16 }
      band.tile.slopes = epilogue.slopes.map { $0 + outputs.lowerBound * 16 }
      band.tile.residual = epilogue.residual.map { UnsafePointer($0.image(image)) + place }
      band.tile.output = y.base + image * y.imageStride + place
      band.tile.output_block = y.blockStride
      band.tile.output_pixel = y.pixelStride
      band.tile.epilogue = epilogue.activation
      band.rows = Int32(isFlat ? 1 : range.count)
      band.columns = Int32(isFlat ? range.count : columns)
      band.output_blocks = Int32(outputs.count)
      band.output_row = y.rowStride
      band.input_row = window.stride.height * row
      band.row_stride = Int32(window.stride.height)
      band.row_dilation = Int32(window.dilation.height)
      band.top = Int32(top)
      band.input_rows = Int32(inputRows.count)
      convolution.kernels.pointee.convolution(&band)
    }
  }
}
