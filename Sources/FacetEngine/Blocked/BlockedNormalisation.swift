import CFacetKernels
import FacetTensor
import FacetThreads

/// Batch norm and local response norm of blocked maps, forward and backward.
struct BlockedNormalisation {
  let machine: Machine

  /// `y = activation(x * scale + shift + residual)`.
  ///
  /// - Parameter affine: scales, then shifts, for whole blocks; `nil` for 1 and 0.
  func affine(
    _ x: Value, _ affine: Buffer?, residual: Value? = nil,
    activation: facet_epilogue = facet_epilogue(), slopes: Buffer? = nil, into y: Value
  ) {
    let epilogue = Epilogue(value: activation)
    machine.parallel.forEach(x.images * x.blocks) { item in
      let (image, block) = (item / x.blocks, item % x.blocks)
      var job = facet_affine()
      job.input = UnsafePointer(x.image(image)) + block * x.blockStride
      job.residual = residual.map { UnsafePointer($0.image(image)) + block * $0.blockStride }
      job.output = y.image(image) + block * y.blockStride
      job.blocks = 1
      job.pixels = x.height * x.width
      job.scale = affine.map { UnsafePointer($0.base) + block * 16 }
      job.shift = affine.map { UnsafePointer($0.base) + (x.blocks + block) * 16 }
      job.slopes = slopes.map { UnsafePointer($0.base) + block * 16 }
      job.epilogue = epilogue.value
      machine.kernels.maps.affine(&job)
    }
    _ = (affine, slopes)
  }

  private struct Epilogue: @unchecked Sendable { let value: facet_epilogue }

  // MARK: Batch statistics

  /// For each image and block, 16 sums; added up image by image in double precision.
  private func sums(
    _ x: Value,
    _ kernel: @Sendable (_ image: Int, _ block: Int, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let filling = x.blocks * 16
    var parts = [Double](repeating: 0, count: x.images * filling)
    parts.withUnsafeMutableBufferPointer { parts in
      guard let base = parts.baseAddress else { return }
      let target = Doubles(base: base)
      machine.parallel.forEach(x.images * x.blocks) { item in
        kernel(item / x.blocks, item % x.blocks, target.base + item * 16)
      }
    }
    return (0..<x.channels).map { channel in
      (0..<x.images).reduce(0) { $0 + parts[$1 * filling + channel] }
    }
  }

  private struct Doubles: @unchecked Sendable { let base: UnsafeMutablePointer<Double> }

  /// Mean and biased variance of every channel over images and places.
  func statistics(_ x: Value) -> ChannelStatistics {
    let count = Double(x.images * x.height * x.width)
    let kernels = machine.kernels
    @Sendable func job(
      _ image: Int, _ block: Int, _ sums: UnsafeMutablePointer<Double>
    ) -> facet_channel_sums {
      var job = facet_channel_sums()
      job.input = UnsafePointer(x.image(image)) + block * x.blockStride
      job.blocks = 1
      job.pixels = x.height * x.width
      job.sums = sums
      return job
    }
    let totals = sums(x) { image, block, sums in
      var job = job(image, block, sums)
      kernels.maps.channel_sums(&job)
    }
    let means = totals.map { Float($0 / count) }
    let centre = Buffer(filling: means.count) { means[$0] }
    let squares = sums(x) { image, block, sums in
      var job = job(image, block, sums)
      job.centre = UnsafePointer(centre.base) + block * 16
      kernels.maps.channel_squares(&job)
    }
    return ChannelStatistics(mean: means, variance: squares.map { Float($0 / count) })
  }

  /// The sum of each channel over images and places: the gradient of a convolution's bias.
  func channelSums(_ gy: Value) -> [Float] {
    let kernels = machine.kernels
    return sums(gy) { image, block, sums in
      var job = facet_channel_sums()
      job.input = UnsafePointer(gy.image(image)) + block * gy.blockStride
      job.blocks = 1
      job.pixels = gy.height * gy.width
      job.sums = sums
      kernels.maps.channel_sums(&job)
    }.map { Float($0) }
  }

  // MARK: Batch norm's gradients

  /// The gradients of weight and bias.
  ///
  /// - Parameter gate: the output of a ReLU behind the norm, which stops `gy` where it is zero.
  func parameterGradients(
    _ x: Value, _ gy: Value, gate: Value?, _ statistics: ChannelStatistics, epsilon: Float
  ) -> (weight: [Float], bias: [Float]) {
    let mean = Buffer(filling: x.channels) { statistics.mean[$0] }
    let kernels = machine.kernels
    let filling = x.blocks * 16
    var products = [Double](repeating: 0, count: x.images * filling)
    let bias = products.withUnsafeMutableBufferPointer { products -> [Double] in
      guard let base = products.baseAddress else { return [] }
      let target = Doubles(base: base)
      return sums(gy) { image, block, sums in
        var job = facet_norm_sums()
        job.input = UnsafePointer(x.image(image)) + block * x.blockStride
        job.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
        job.mask = gate.map { UnsafePointer($0.image(image)) + block * $0.blockStride }
        job.blocks = 1
        job.pixels = x.height * x.width
        job.mean = UnsafePointer(mean.base) + block * 16
        job.sums = sums
        job.products = target.base + (image * x.blocks + block) * 16
        kernels.maps.norm_sums(&job)
      }
    }
    let weight = (0..<x.channels).map { channel in
      let sum = (0..<x.images).reduce(0.0) { $0 + products[$1 * filling + channel] }
      return Float(sum / Double(statistics.variance[channel] + epsilon).squareRoot())
    }
    return (weight, bias.map { Float($0) })
  }

  /// With fixed statistics the layer is affine: `gx = gy weight / sqrt(variance + epsilon)`.
  func backwardFixed(_ gy: Value, gate: Value?, scale: Buffer, into gx: Value) {
    gradient(nil, gy, gate: gate, scale: scale, into: gx)
  }

  /// With batch statistics every element moves mean and variance (Ioffe and Szegedy 2015, 3).
  ///
  /// - Parameter gradients: the parameters', as ``parameterGradients`` gives them.
  func backwardBatch(
    _ x: Value, _ gy: Value, gate: Value?, _ statistics: ChannelStatistics, epsilon: Float,
    weight: Tensor, gradients: (weight: [Float], bias: [Float]), into gx: Value
  ) {
    let (gw, gb) = gradients
    let count = Float(x.images * x.height * x.width)
    func inverse(_ c: Int) -> Float { 1 / (statistics.variance[c] + epsilon).squareRoot() }
    let scale = Buffer(filling: x.channels) { weight.scalars[$0] * inverse($0) }
    let terms = (
      mean: Buffer(filling: x.channels) { statistics.mean[$0] },
      offset: Buffer(filling: x.channels) { gb[$0] / count },
      slope: Buffer(filling: x.channels) { gw[$0] * inverse($0) / count }
    )
    gradient(x, gy, gate: gate, scale: scale, terms: terms, into: gx)
  }

  private func gradient(
    _ x: Value?, _ gy: Value, gate: Value?, scale: Buffer,
    terms: (mean: Buffer, offset: Buffer, slope: Buffer)? = nil, into gx: Value
  ) {
    let kernels = machine.kernels
    machine.parallel.forEach(gy.images * gy.blocks) { item in
      let (image, block) = (item / gy.blocks, item % gy.blocks)
      var job = facet_norm_gradient()
      job.input = x.map { UnsafePointer($0.image(image)) + block * $0.blockStride }
      job.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
      job.mask = gate.map { UnsafePointer($0.image(image)) + block * $0.blockStride }
      job.output = gx.image(image) + block * gx.blockStride
      job.blocks = 1
      job.pixels = gy.height * gy.width
      job.scale = UnsafePointer(scale.base) + block * 16
      job.mean = terms.map { UnsafePointer($0.mean.base) + block * 16 }
      job.offset = terms.map { UnsafePointer($0.offset.base) + block * 16 }
      job.slope = terms.map { UnsafePointer($0.slope.base) + block * 16 }
      kernels.maps.norm_gradient(&job)
    }
  }

  // MARK: PReLU

  func preluBackward(_ x: Value, slopes: Buffer, _ gy: Value, into gx: Value) {
    let kernels = machine.kernels
    machine.parallel.forEach(x.images * x.blocks) { item in
      let (image, block) = (item / x.blocks, item % x.blocks)
      var job = facet_prelu_gradient()
      job.input = UnsafePointer(x.image(image)) + block * x.blockStride
      job.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
      job.blocks = 1
      job.pixels = x.height * x.width
      job.slopes = UnsafePointer(slopes.base) + block * 16
      job.output = gx.image(image) + block * gx.blockStride
      kernels.maps.prelu_gradient(&job)
    }
  }

  func preluSlopes(_ x: Value, _ gy: Value) -> [Float] {
    let kernels = machine.kernels
    return sums(x) { image, block, sums in
      var job = facet_prelu_gradient()
      job.input = UnsafePointer(x.image(image)) + block * x.blockStride
      job.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
      job.blocks = 1
      job.pixels = x.height * x.width
      job.sums = sums
      kernels.maps.prelu_slopes(&job)
    }.map { Float($0) }
  }

  // MARK: Local response normalisation

  func localResponse(_ x: Value, _ settings: LRNSettings, into y: Value) {
    response(x, nil, settings, into: y)
  }

  func localResponseBackward(_ x: Value, _ gy: Value, _ settings: LRNSettings, into gx: Value) {
    response(x, gy, settings, into: gx)
  }

  private func response(_ x: Value, _ gy: Value?, _ settings: LRNSettings, into y: Value) {
    let kernels = machine.kernels
    let pixels = x.height * x.width
    let strip = 128
    let strips = (pixels + strip - 1) / strip
    machine.parallel.forEach(x.images * strips) { item in
      let (image, start) = (item / strips, item % strips * strip)
      var job = facet_response()
      job.input = UnsafePointer(x.image(image)) + start * 16
      job.input_block = x.blockStride
      job.output = y.image(image) + start * 16
      job.output_block = y.blockStride
      job.channels = Int32(x.channels)
      job.pixels = min(strip, pixels - start)
      job.size = Int32(settings.size)
      job.alpha = settings.alpha
      job.beta = settings.beta
      job.k = settings.k
      if let gy {
        job.gradient = UnsafePointer(gy.image(image)) + start * 16
        job.gradient_block = gy.blockStride
        kernels.maps.response_gradient(&job)
      } else {
        kernels.maps.response(&job)
      }
    }
  }
}
