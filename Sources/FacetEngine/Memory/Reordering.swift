import CFacetKernels
import FacetTensor
import FacetThreads

/// Between tensors, planar values and blocked values.
extension Value {
  /// A tensor's elements, blocked or as they are.
  init(_ tensor: Tensor, _ layout: Layout, _ engine: Machine) {
    self = tensor.withUnsafeBufferPointer { elements in
      guard let base = elements.baseAddress else { return Value(tensor.shape, layout) }
      guard layout == .blocked else {
        let value = Value(tensor.shape, .planar)
        value.base.update(from: base, count: tensor.count)
        return value
      }
      return Value.blocked(tensor.shape, planes: base, engine)
    }
  }

  /// The same value, blocked; itself if it is.
  func blocked(_ engine: Machine) -> Value {
    layout == .blocked ? self : Value.blocked(shape, planes: UnsafePointer(base), engine)
  }

  /// The same value, planar; itself if it is.
  func planar(_ engine: Machine) -> Value {
    guard layout == .blocked else { return self }
    let value = Value(shape, .planar)
    write(planes: value.base, engine)
    return value
  }

  /// A copy for those outside.
  func tensor(_ engine: Machine) -> Tensor {
    Tensor(shape) { out in
      guard let start = out.baseAddress else { return }
      if layout == .blocked {
        write(planes: start, engine)
      } else {
        start.update(from: base, count: shape.count)
      }
    }
  }

  private static func blocked(
    _ shape: Shape, planes: UnsafePointer<Float>, _ engine: Machine
  ) -> Value {
    let value = Value(shape, .blocked)
    let pixels = value.height * value.width
    let from = Planes(base: planes)
    engine.parallel.forEach(value.images * value.blocks) { item in
      let (image, block) = (item / value.blocks, item % value.blocks)
      var job = facet_layout()
      job.input = from.base + (image * value.channels + block * 16) * pixels
      job.output = value.image(image) + block * value.blockStride
      job.plane = pixels
      job.block = value.blockStride
      job.channels = Int32(min(16, value.channels - block * 16))
      job.pixels = pixels
      engine.kernels.maps.planes_to_blocks(&job)
    }
    return value
  }

  private func write(planes: UnsafeMutablePointer<Float>, _ engine: Machine) {
    let pixels = height * width
    let to = WritablePlanes(base: planes)
    engine.parallel.forEach(images * blocks) { item in
      let (image, block) = (item / blocks, item % blocks)
      var job = facet_layout()
      job.input = UnsafePointer(self.image(image)) + block * blockStride
      job.output = to.base + (image * channels + block * 16) * pixels
      job.plane = pixels
      job.block = blockStride
      job.channels = Int32(min(16, channels - block * 16))
      job.pixels = pixels
      engine.kernels.maps.blocks_to_planes(&job)
    }
  }

  private struct Planes: @unchecked Sendable { let base: UnsafePointer<Float> }
  private struct WritablePlanes: @unchecked Sendable { let base: UnsafeMutablePointer<Float> }
}

/// What every computation needs to know of where it runs.
struct Machine: Sendable {
  let parallel: Parallel
  let kernels: KernelTable
  let instructionSet: InstructionSet
  let precision: Precision
  /// The largest tiles of Winograd's filtering: 4, 2, or 0 for none.
  var largestTile: Int

  init(
    parallel: Parallel, kernels: KernelTable, instructionSet: InstructionSet, precision: Precision
  ) {
    self.parallel = parallel
    self.kernels = kernels
    self.instructionSet = instructionSet
    self.precision = precision
    largestTile = precision == .exact ? 0 : 4
  }

  /// For forward runs that a backward run follows. F(4x4) rounds three times as coarsely as direct
  /// convolution, F(2x2) more finely; a coarser value near zero opens or shuts a ReLU, and the signal
  /// that passes there jumps.
  var beforeBackward: Machine {
    var machine = self
    machine.largestTile = min(2, largestTile)
    return machine
  }
}
