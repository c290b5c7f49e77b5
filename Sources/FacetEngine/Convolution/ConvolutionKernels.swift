import CFacetKernels
import FacetGraph
import FacetTensor
import FacetThreads

/// How a convolution is computed.
enum ConvolutionAlgorithm: Hashable, Sendable {
  case direct
  /// Direct from images as they come, `[N, C, H, W]`: few channels would leave blocks mostly empty.
  case planar
  case winograd(m: Int)
  case depthwise
}

/// One convolution of maps of known size, or one part of the gradient of its input: which algorithm,
/// how its weights are packed, and the run.
struct ConvolutionKernels: Sendable {
  let convolution: Convolution
  let window: Window
  /// Channels as this computation sees them: turned around for the gradient of the input.
  let inputs: Int
  let outputs: Int
  let turned: InputPhase?
  let algorithm: ConvolutionAlgorithm
  let machine: Machine

  /// Images of fewer channels than this are read as planes.
  static let planarChannels = 8

  /// The convolution of `images` maps `[C, H, W]`.
  init(
    _ convolution: Convolution, images: Int, input: Extent, output: Extent, planar: Bool = false,
    _ machine: Machine
  ) {
    self.convolution = convolution
    window = Window(convolution, input: input, output: output)
    inputs = convolution.inChannels
    outputs = convolution.outChannels
    turned = nil
    self.machine = machine
    algorithm =
      planar
      ? .planar
      : Self.choose(convolution, window, images, inputs, outputs, machine.largestTile)
  }

  /// The gradient of the input of that convolution, one of its phases.
  init(_ convolution: Convolution, images: Int, phase: InputPhase, _ machine: Machine) {
    self.convolution = convolution
    window = phase.window
    inputs = convolution.outChannels
    outputs = convolution.inChannels
    turned = phase
    self.machine = machine
    algorithm =
      convolution.stride == Extent(1)
      ? Self.choose(convolution, window, images, inputs, outputs, machine.largestTile)
      : Self.isDepthwise(convolution) ? .depthwise : .direct
  }

  private static func isDepthwise(_ c: Convolution) -> Bool {
    c.groups > 1 && c.groups == c.inChannels && c.groups == c.outChannels
  }

  /// By measured cost: Winograd wins wherever it applies and its blocks are not mostly filling.
  private static func choose(
    _ c: Convolution, _ window: Window, _ images: Int, _ inputs: Int, _ outputs: Int,
    _ largestTile: Int
  ) -> ConvolutionAlgorithm {
    if isDepthwise(c) { return .depthwise }
    guard largestTile > 0, let fastest = window.minimalTiles.last, c.groups == 1, inputs >= 16,
      outputs >= 16, window.output.height >= 4, window.output.width >= 4
    else { return .direct }
    // Of few tiles, the larger transformed weights cost more to read than multiplications are saved.
    let tiles = images * ((window.output.height + 3) / 4) * ((window.output.width + 3) / 4)
    if window.kernel == Extent(5) {
      // F(2x2, 5x5) has the points of F(4x4, 3x3) and rounds as coarsely.
      return largestTile >= 4 && tiles >= 32 ? .winograd(m: fastest) : .direct
    }
    if inputs * outputs <= 1 << 14 || tiles >= 32 {
      return .winograd(m: min(fastest, largestTile))
    }
    return tiles < 8 ? .direct : .winograd(m: 2)
  }

  var parts: ChannelParts {
    ChannelParts(
      inputs: inputs, outputs: outputs, groups: algorithm == .depthwise ? 1 : convolution.groups,
      taps: window.taps, planar: algorithm == .planar)
  }

  private func winograd(_ m: Int) -> WinogradConvolution {
    WinogradConvolution(
      m: m, window: window, inputBlocks: Value.blocks(inputs),
      outputBlocks: Value.blocks(outputs), kernels: machine.kernels, parallel: machine.parallel)
  }

  // MARK: Weights

  /// Weights in the order the algorithm wants.
  func pack(_ weight: Source) -> Buffer {
    switch algorithm {
    case .depthwise:
      let packed = Buffer(Value.blocks(outputs) * 16 * max(window.taps, 1))
      packed.base.update(repeating: 0, count: packed.capacity)
      for channel in 0..<outputs {
        for tap in 0..<window.taps {
          packed.base[(channel / 16 * window.taps + tap) * 16 + channel % 16] =
            weight.base[channel * convolution.kernel.height * convolution.kernel.width + raw(tap)]
        }
      }
      return packed
    case .winograd(let m):
      let winograd = winograd(m)
      let packed = Buffer(winograd.weightCount)
      let block = winograd.inputBlocks * 256
      let job = Packing(template: job(weight))
      machine.parallel.forEach(winograd.outputBlocks) { item in
        job.run { job in
          job.first_output = Int32(item * 16)
          job.input_blocks = Int32(winograd.inputBlocks)
          job.channels = 16
          job.m = Int32(m)
          job.packed = packed.base + item * block
          job.packed_xi = winograd.outputBlocks * block
          machine.kernels.pointee.pack_winograd(&job)
        }
      }
      return packed
    case .direct, .planar:
      let parts = parts
      let packed = Buffer(max(parts.count, 16))
      let job = Packing(template: job(weight))
      let items = parts.parts.flatMap { part in part.outputs.map { (part, $0) } }
      machine.parallel.forEach(items.count) { item in
        let (part, output) = items[item]
        job.run { job in
          job.first_output = Int32(output * 16)
          job.first_input = Int32(part.inputs.lowerBound * 16)
          job.input_blocks = Int32(part.inputs.count)
          job.channels = Int32(parts.channels)
          job.packed =
            packed.base + part.offset
            + (output - part.outputs.lowerBound) * part.inputs.count * parts.taps * parts.channels
            * 16
          machine.kernels.pointee.pack(&job)
        }
      }
      return packed
    }
  }

  /// The place of a tap among the weights' own taps.
  private func raw(_ tap: Int) -> Int {
    guard let turned else { return tap }
    let (y, x) = (tap / window.kernel.width, tap % window.kernel.width)
    return (turned.firstTap.height + y * turned.tapStep.height) * convolution.kernel.width
      + turned.firstTap.width + x * turned.tapStep.width
  }

  /// What all blocks' packing shares.
  private func job(_ weight: Source) -> facet_pack {
    let taps = convolution.kernel.height * convolution.kernel.width
    let groupInputs = convolution.inChannels / convolution.groups
    var job = facet_pack()
    job.outputs = Int32(outputs)
    job.inputs = Int32(inputs)
    job.groups = Int32(convolution.groups)
    job.kernel_rows = Int32(window.kernel.height)
    job.kernel_columns = Int32(window.kernel.width)
    if let turned {
      job.transposed = 1
      job.raw_output = taps
      job.raw_input = groupInputs * taps
      job.raw_row = turned.tapStep.height * convolution.kernel.width
      job.raw_column = turned.tapStep.width
      job.raw =
        weight.base + turned.firstTap.height * convolution.kernel.width + turned.firstTap.width
    } else {
      job.raw_output = groupInputs * taps
      job.raw_input = taps
      job.raw_row = convolution.kernel.width
      job.raw_column = 1
      job.raw = weight.base
    }
    return job
  }

  /// A job's template, to be filled in by each item.
  private struct Packing: @unchecked Sendable {
    let template: facet_pack

    func run(_ body: (inout facet_pack) -> Void) {
      var job = template
      body(&job)
    }
  }

  // MARK: Runs

  /// `y = activation(convolution of x + bias + residual)`.
  func run(
    _ x: Value, packed: Buffer, into y: Value, view: OutputView? = nil, epilogue: Epilogue = .none,
    prologue: DirectConvolution.Prologue? = nil
  ) {
    switch algorithm {
    case .winograd(let m):
      winograd(m).run(x, weights: packed.base, into: y, epilogue: epilogue)
    case .depthwise:
      DepthwiseConvolution(window: window, machine: machine)
        .run(x, weights: packed.base, into: view ?? OutputView(y), epilogue: epilogue)
    case .direct, .planar:
      DirectConvolution(
        window: window, parts: parts, kernels: machine.kernels, parallel: machine.parallel
      ).run(
        x, weights: packed.base, into: view ?? OutputView(y), epilogue: epilogue,
        prologue: prologue)
    }
  }
}
