import CFacetKernels
import Testing

@Suite("Element kernels") struct MapKernelsElementsTests {
  /// Lengths around the sixteen of a vector, and one that needs many.
  private static let lengths = [0, 1, 15, 16, 17, 31, 32, 100, 1000]

  @Test("Sums of any number of arrays, and an activation", arguments: InstructionSet.supported)
  func sums(_ set: InstructionSet) {
    for (seed, count) in Self.lengths.enumerated() {
      for inputs in 1...5 {
        var numbers = Numbers(seed * 10 + inputs)
        let values = (0..<inputs).map { _ in numbers.coarse(count, special: true) }
        for epilogue in [unchanged, rectified] {
          withMemory { memory in
            let output = memory.floats(count)
            let pointers = values.map { UnsafePointer(memory.floats($0)) as UnsafePointer<Float>? }
            pointers.withUnsafeBufferPointer { list in
              var job = facet_sum(
                inputs: list.baseAddress, input_count: Int32(inputs), output: output, count: count,
                epilogue: epilogue)
              set.kernels.sum(&job)
            }
            let wanted = (0..<count).map { i in
              let sum = values.dropFirst().reduce(Double(values[0][i])) { $0 + Double($1[i]) }
              return epilogue.activation == unchanged.activation || sum.isNaN ? sum : max(sum, 0)
            }
            expectClose(
              (0..<count).map { output[$0] }, wanted, tolerance: 0, "\(inputs) of \(count)")
          }
        }
      }
    }
  }

  @Test("Products, multiples, running sums and zeros", arguments: InstructionSet.supported)
  func products(_ set: InstructionSet) {
    for (seed, count) in Self.lengths.enumerated() {
      var numbers = Numbers(seed + 40)
      let (a, b) = (numbers.floats(count), numbers.floats(count))
      withMemory { memory in
        let (left, right, output) = (memory.floats(a), memory.floats(b), memory.floats(count))
        set.kernels.multiply(left, right, output, count)
        #expect((0..<count).allSatisfy { output[$0] == a[$0] * b[$0] })
        set.kernels.scale(left, 0.7, output, count)
        #expect((0..<count).allSatisfy { output[$0] == a[$0] * 0.7 })
        set.kernels.accumulate(output, right, count)
        #expect((0..<count).allSatisfy { output[$0] == a[$0] * 0.7 + b[$0] })
        set.kernels.zero(output, count)
        #expect((0..<count).allSatisfy { output[$0] == 0 })
      }
    }
  }

  @Test(
    "What passes a ReLU backwards: gradients, guided and rectified signals",
    arguments: InstructionSet.supported)
  func gates(_ set: InstructionSet) {
    for (seed, count) in Self.lengths.enumerated() {
      var numbers = Numbers(seed + 80)
      let forward = numbers.coarse(count, special: true)
      let upstream = numbers.coarse(count, special: true)
      for high in [Float.infinity, 2] {
        for (gate, wanted) in [
          // As PyTorch's threshold_backward has it, a NaN of the output lets pass.
          (FACET_GATE_RELU, { (y: Float, g: Float) in y <= 0 || y >= high ? 0 : g }),
          (FACET_GATE_GUIDED, { y, g in y <= 0 || y >= high || !(g > 0) ? 0 : g }),
          (FACET_GATE_RECTIFIED, { _, g in g > 0 ? g : 0 }),
        ] as [(facet_gate, (Float, Float) -> Float)] {
          withMemory { memory in
            let target = memory.floats(upstream)
            var job = facet_relu_gradient(
              forward: memory.floats(forward), gradient: target, output: target, count: count,
              gate: Int32(gate.rawValue), high: high)
            set.kernels.relu_gradient(&job)
            expectClose(
              (0..<count).map { target[$0] },
              zip(forward, upstream).map { y, g in
                // An infinite output of a ReLU is below no bound.
                Double(high == .infinity && y == .infinity ? wanted(1, g) : wanted(y, g))
              },
              tolerance: 0, "gate \(gate.rawValue), high \(high), \(count) elements")
          }
        }
      }
    }
  }

  @Test("PReLU's gradients", arguments: InstructionSet.supported)
  func slopes(_ set: InstructionSet) {
    for seed in 0..<20 {
      var numbers = Numbers(seed + 120)
      let channels = numbers.integer(1...40)
      let pixels = seed % 5 == 0 ? 700 : numbers.integer(1...40)
      let x = numbers.coarse(channels * pixels, special: false)
      let upstream = numbers.floats(channels * pixels)
      let slopes = numbers.floats(channels)
      withMemory { memory in
        let input = BlockMap(memory, channels: channels, pixels: pixels, x)
        let gradient = BlockMap(memory, channels: channels, pixels: pixels, upstream)
        let output = BlockMap(memory, channels: channels, pixels: pixels)
        let sums = memory.doubles(input.blocks * 16)
        var job = facet_prelu_gradient(
          input: input.base, input_block: input.stride, gradient: gradient.base,
          gradient_block: gradient.stride, blocks: Int32(input.blocks), pixels: pixels,
          slopes: memory.channels(slopes), output: output.base, output_block: output.stride,
          sums: sums)
        set.kernels.prelu_gradient(&job)
        set.kernels.prelu_slopes(&job)
        #expect(
          output.planes()
            == x.indices.map { x[$0] > 0 ? upstream[$0] : slopes[$0 / pixels] * upstream[$0] })
        expectClose(
          (0..<channels).map { Float(sums[$0]) },
          (0..<channels).map { c in
            (c * pixels..<(c + 1) * pixels).reduce(0) {
              $0 + (x[$1] > 0 ? 0 : Double(x[$1]) * Double(upstream[$1]))
            }
          },
          scale: Array(repeating: 3 * Double(pixels), count: channels), "slopes, seed \(seed)")
      }
    }
  }

  @Test("Planes to blocks and back", arguments: InstructionSet.supported)
  func layout(_ set: InstructionSet) {
    for seed in 0..<30 {
      var numbers = Numbers(seed + 160)
      let channels = [1, 3, 15, 16, 17, 32, 50][seed % 7]
      let pixels = numbers.integer(1...70)
      // Planes with a gap behind each.
      let plane = pixels + numbers.integer(0...3)
      let planes = numbers.floats(channels * plane)
      let packed = (0..<channels * pixels).map { planes[$0 / pixels * plane + $0 % pixels] }
      let ranges = seed % 2 == 0 ? [0..<pixels] : parts(of: pixels, &numbers)
      withMemory { memory in
        let blocked = BlockMap(memory, channels: channels, pixels: pixels)
        for range in ranges {
          var job = facet_layout(
            input: memory.floats(planes) + range.lowerBound,
            output: blocked.base + range.lowerBound * 16, plane: plane, block: blocked.stride,
            channels: Int32(channels), pixels: range.count)
          set.kernels.planes_to_blocks(&job)
        }
        #expect(blocked.planes() == packed)

        let back = memory.floats(channels * plane)
        for range in ranges {
          var job = facet_layout(
            input: blocked.base + range.lowerBound * 16, output: back + range.lowerBound,
            plane: plane, block: blocked.stride, channels: Int32(channels), pixels: range.count)
          set.kernels.blocks_to_planes(&job)
        }
        for i in 0..<channels * plane {
          // The gaps keep what they held.
          let wanted = i % plane < pixels ? planes[i] : -77
          if back[i] != wanted { Issue.record("\(back[i]) at \(i), not \(wanted)") }
        }
      }
    }
  }
}
