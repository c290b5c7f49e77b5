import CFacetKernels
import Foundation
import Testing

/// A map, signals of its shape and numbers for each of its channels.
private struct NormCase {
  let seed: Int
  let channels: Int
  let pixels: Int
  let x: [Float]
  let gradient: [Float]
  let other: [Float]
  let first: [Float]
  let second: [Float]
  let third: [Float]
  let fourth: [Float]

  init(_ seed: Int, most: Int = 50) {
    var numbers = Numbers(seed)
    self.seed = seed
    channels = numbers.integer(1...40)
    // Beyond the pixels that are added up in single precision, once in a while.
    pixels = seed % 7 == 0 ? numbers.integer(500...1400) : numbers.integer(1...most)
    x = numbers.floats(channels * pixels)
    gradient = numbers.floats(channels * pixels)
    other = numbers.coarse(channels * pixels, special: false)
    first = numbers.floats(channels)
    second = numbers.floats(channels)
    third = numbers.floats(channels)
    fourth = numbers.floats(channels)
  }

  var count: Int { channels * pixels }
  var blocks: Int32 { Int32((channels + 15) / 16) }

  /// `body(element, channel)` in double precision.
  func each(_ body: (Int, Int) -> Double) -> [Double] {
    (0..<count).map { body($0, $0 / pixels) }
  }

  /// The same, summed for each channel.
  func sums(_ body: (Int, Int) -> Double) -> [Double] {
    (0..<channels).map { c in
      (c * pixels..<(c + 1) * pixels).reduce(0) { $0 + body($1, c) }
    }
  }
}

@Suite("Normalisation kernels") struct MapKernelsNormalisationTests {
  @Test(
    "y = act(x scale + shift + residual), however it is cut", arguments: InstructionSet.supported)
  func affine(_ set: InstructionSet) {
    for seed in 0..<30 {
      let test = NormCase(seed)
      var numbers = Numbers(seed + 500)
      let (isScaled, hasResidual) = (seed % 3 != 0, seed % 2 == 0)
      let epilogue = [unchanged, rectified, sloped][seed % 4 % 3]
      withMemory { memory in
        let x = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.x)
        let residual = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.other)
        let output = BlockMap(memory, channels: test.channels, pixels: test.pixels)
        let again = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.x)
        var job = facet_affine(
          input: x.base, input_block: x.stride, residual: hasResidual ? residual.base : nil,
          residual_block: residual.stride, output: output.base, output_block: output.stride,
          blocks: test.blocks, pixels: test.pixels,
          scale: isScaled ? memory.channels(test.first) : nil,
          shift: memory.channels(test.second), slopes: memory.channels(test.third),
          epilogue: epilogue)
        set.kernels.affine(&job)
        let values = output.planes()
        expectClose(
          values,
          test.each { i, c in
            var y = Double(test.x[i])
            if isScaled { y = y * Double(test.first[c]) + Double(test.second[c]) }
            if hasResidual { y += Double(test.other[i]) }
            switch Int(epilogue.activation) {
            case Int(FACET_CLAMP.rawValue): return max(y, 0)
            case Int(FACET_PRELU.rawValue): return y > 0 ? y : y * Double(test.third[c])
            default: return y
            }
          },
          scale: Array(repeating: 5, count: test.count), "affine, seed \(seed)")

        // In place, block by block and in ranges of pixels.
        for block in 0..<Int(test.blocks) {
          for part in parts(of: test.pixels, &numbers) {
            var piece = job
            piece.input = UnsafePointer(again.base + block * again.stride + part.lowerBound * 16)
            piece.output = again.base + block * again.stride + part.lowerBound * 16
            if hasResidual { piece.residual += block * residual.stride + part.lowerBound * 16 }
            (piece.blocks, piece.pixels) = (1, part.count)
            if isScaled {
              piece.scale += block * 16
              piece.shift += block * 16
            }
            piece.slopes += block * 16
            set.kernels.affine(&piece)
          }
        }
        #expect(sameBits(again.planes(), values))
      }
    }
  }

  @Test("Sums and squares of channels", arguments: InstructionSet.supported)
  func statistics(_ set: InstructionSet) {
    for seed in 0..<30 {
      let test = NormCase(seed)
      withMemory { memory in
        let x = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.x)
        let sums = memory.doubles(Int(test.blocks) * 16)
        let again = memory.doubles(Int(test.blocks) * 16)
        let scale = test.sums { _, _ in 1 }
        let kinds: [((facet_map_kernels) -> (inout facet_channel_sums) -> Void, [Double])] = [
          ({ kernels in { kernels.channel_sums(&$0) } }, test.sums { i, _ in Double(test.x[i]) }),
          (
            { kernels in { kernels.channel_squares(&$0) } },
            test.sums { i, c in pow(Double(test.x[i]) - Double(test.first[c]), 2) }
          ),
        ]
        for (kernel, wanted) in kinds {
          var job = facet_channel_sums(
            input: x.base, input_block: x.stride, blocks: test.blocks, pixels: test.pixels,
            centre: memory.channels(test.first), sums: sums)
          kernel(set.kernels)(&job)
          let values = (0..<test.channels).map { Float(sums[$0]) }
          expectClose(values, wanted, scale: scale, "sums, seed \(seed)")
          for block in 0..<Int(test.blocks) {
            var piece = job
            piece.blocks = 1
            piece.input += block * x.stride
            piece.centre += block * 16
            piece.sums = again + block * 16
            kernel(set.kernels)(&piece)
          }
          #expect((0..<test.channels).allSatisfy { sums[$0] == again[$0] })
        }
      }
    }
  }

  @Test(
    "Batch norm's gradients, with and without a ReLU behind", arguments: InstructionSet.supported)
  func gradients(_ set: InstructionSet) {
    for seed in 0..<30 {
      let test = NormCase(seed)
      var numbers = Numbers(seed + 700)
      let isMasked = seed % 2 == 0
      withMemory { memory in
        let x = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.x)
        let gradient = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.gradient)
        let mask = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.other)
        let output = BlockMap(memory, channels: test.channels, pixels: test.pixels)
        let passed = test.each { i, _ in
          isMasked && test.other[i] <= 0 ? 0 : Double(test.gradient[i])
        }

        let (sums, products) = (
          memory.doubles(Int(test.blocks) * 16), memory.doubles(Int(test.blocks) * 16)
        )
        var sumJob = facet_norm_sums(
          input: x.base, input_block: x.stride, gradient: gradient.base,
          gradient_block: gradient.stride, mask: isMasked ? mask.base : nil,
          mask_block: mask.stride, blocks: test.blocks, pixels: test.pixels,
          mean: memory.channels(test.first), sums: sums, products: products)
        set.kernels.norm_sums(&sumJob)
        let scale = test.sums { _, _ in 1 }
        expectClose(
          (0..<test.channels).map { Float(sums[$0]) }, test.sums { i, _ in passed[i] },
          scale: scale, "sums of gy, seed \(seed)")
        expectClose(
          (0..<test.channels).map { Float(products[$0]) },
          test.sums { i, c in passed[i] * (Double(test.x[i]) - Double(test.first[c])) },
          scale: scale, "sums of products, seed \(seed)")
        let sumsBefore = (0..<test.channels).map { sums[$0] }
        sumJob.input = nil
        sumJob.products = nil
        set.kernels.norm_sums(&sumJob)
        #expect((0..<test.channels).allSatisfy { sums[$0] == sumsBefore[$0] })

        var job = facet_norm_gradient(
          input: x.base, input_block: x.stride, gradient: gradient.base,
          gradient_block: gradient.stride, mask: isMasked ? mask.base : nil,
          mask_block: mask.stride, output: output.base, output_block: output.stride,
          blocks: test.blocks, pixels: test.pixels, scale: memory.channels(test.second),
          mean: memory.channels(test.first), offset: memory.channels(test.third),
          slope: memory.channels(test.fourth))
        set.kernels.norm_gradient(&job)
        let values = output.planes()
        expectClose(
          values,
          test.each { i, c in
            let distance = Double(test.x[i]) - Double(test.first[c])
            return Double(test.second[c])
              * (passed[i] - Double(test.third[c]) - distance * Double(test.fourth[c]))
          },
          scale: Array(repeating: 5, count: test.count), "gradient, seed \(seed)")

        // In parts, in place.
        var pieceJob = job
        pieceJob.gradient = UnsafePointer(gradient.base)
        pieceJob.output = gradient.base
        pieceJob.output_block = gradient.stride
        for block in 0..<Int(test.blocks) {
          for part in parts(of: test.pixels, &numbers) {
            var piece = pieceJob
            let offset = part.lowerBound * 16
            piece.input += block * x.stride + offset
            piece.gradient += block * gradient.stride + offset
            if isMasked { piece.mask += block * mask.stride + offset }
            piece.output += block * gradient.stride + offset
            (piece.blocks, piece.pixels) = (1, part.count)
            piece.scale += block * 16
            piece.mean += block * 16
            piece.offset += block * 16
            piece.slope += block * 16
            set.kernels.norm_gradient(&piece)
          }
        }
        #expect(sameBits(gradient.planes(), values))

        // Under fixed statistics.
        let again = BlockMap(memory, channels: test.channels, pixels: test.pixels, test.gradient)
        job.input = nil
        job.gradient = UnsafePointer(again.base)
        job.gradient_block = again.stride
        set.kernels.norm_gradient(&job)
        expectClose(
          output.planes(), test.each { i, c in Double(test.second[c]) * passed[i] },
          "fixed statistics, seed \(seed)")
      }
    }
  }

  @Test(
    "Local response normalisation and its gradient, however the pixels are cut",
    arguments: InstructionSet.supported)
  func response(_ set: InstructionSet) {
    for seed in 0..<40 {
      var numbers = Numbers(seed + 900)
      let channels = [1, 5, 16, 17, 40, 70][numbers.integer(0...5)]
      let pixels = numbers.integer(1...20)
      let size = [5, 3, 4, 1, 33, 34, 50, 2][seed % 8]
      let beta: Float = seed % 3 == 2 ? 0.6 : 0.75
      let k: Float = seed % 4 == 0 ? 0 : 1.5
      let alpha: Float = 2
      let x = numbers.floats(channels * pixels)
      let upstream = numbers.floats(channels * pixels)

      let below = size / 2
      let above = (size - 1) / 2
      let a = Double(alpha) / Double(size)
      func window(_ c: Int) -> Range<Int> { max(0, c - below)..<min(channels, c + above + 1) }
      let divisors = (0..<channels * pixels).map { i in
        window(i / pixels).reduce(Double(k)) {
          $0 + a * pow(Double(x[$1 * pixels + i % pixels]), 2)
        }
      }
      var gradient = [Double](repeating: 0, count: channels * pixels)
      var scale = gradient
      for i in 0..<channels * pixels {
        let power = pow(divisors[i], -Double(beta))
        let shared = 2 * Double(beta) * a * Double(upstream[i] * x[i]) * power / divisors[i]
        gradient[i] += Double(upstream[i]) * power
        scale[i] += power
        for other in window(i / pixels) {
          let j = other * pixels + i % pixels
          gradient[j] -= shared * Double(x[j])
          scale[j] += abs(shared)
        }
      }

      withMemory { memory in
        let input = BlockMap(memory, channels: channels, pixels: pixels, x)
        let signal = BlockMap(memory, channels: channels, pixels: pixels, upstream)
        let output = BlockMap(memory, channels: channels, pixels: pixels)
        let again = BlockMap(memory, channels: channels, pixels: pixels)
        var job = facet_response(
          input: input.base, input_block: input.stride, gradient: signal.base,
          gradient_block: signal.stride, output: output.base, output_block: output.stride,
          channels: Int32(channels), pixels: pixels, size: Int32(size), alpha: alpha, beta: beta,
          k: k)
        for isBackward in [false, true] {
          let kernel = isBackward ? set.kernels.response_gradient : set.kernels.response
          kernel?(&job)
          let values = output.planes()
          if isBackward {
            expectClose(
              values, gradient, scale: scale, tolerance: 2e-6, "LRN gradient, seed \(seed)")
          } else {
            expectClose(
              values, zip(x, divisors).map { Double($0) * pow($1, -Double(beta)) },
              tolerance: 2e-6, "LRN, seed \(seed)")
          }
          for part in parts(of: pixels, &numbers) {
            var piece = job
            piece.input += part.lowerBound * 16
            piece.gradient += part.lowerBound * 16
            piece.output = again.base + part.lowerBound * 16
            piece.pixels = part.count
            kernel?(&piece)
          }
          #expect(sameBits(again.planes(), values))
        }
      }
    }
  }
}
