import CFacetKernels
import Testing

/// `rows` rows of `width` numbers, `stride` apart.
private struct Matrix {
  let rows: Int
  let width: Int
  let stride: Int
  var values: [Float]

  init(_ rows: Int, _ width: Int, _ numbers: inout Numbers) {
    (self.rows, self.width) = (rows, width)
    stride = width + numbers.integer(0...5)
    values = numbers.floats(rows * stride)
  }

  subscript(_ row: Int, _ column: Int) -> Double { Double(values[row * stride + column]) }

  /// The elements of the same places, of something that kernels have written.
  func elements(_ base: UnsafeMutablePointer<Float>) -> [Float] {
    (0..<rows * width).map { base[$0 / width * stride + $0 % width] }
  }

  func each(_ body: (Int, Int) -> Double) -> [Double] {
    (0..<rows * width).map { body($0 / width, $0 % width) }
  }
}

@Suite("Product kernels") struct MapKernelsProductTests {
  /// Rows, inputs and outputs of layers: small odd ones, and one beyond every part and group.
  private static let layers = [
    (1, 1, 1), (1, 16, 7), (1, 100, 60), (2, 33, 9), (3, 47, 25), (4, 64, 30), (5, 20, 31),
    (6, 130, 5), (7, 15, 26), (8, 1100, 50), (9, 70, 24), (17, 40, 23), (33, 600, 49), (70, 18, 3),
    (0, 8, 4), (2, 2500, 40),
  ]

  @Test(
    "Fully connected layers, however the outputs and rows are cut",
    arguments: InstructionSet.supported)
  func linear(_ set: InstructionSet) {
    for (seed, (rows, inputs, outputs)) in Self.layers.enumerated() {
      var numbers = Numbers(seed + 10)
      let x = Matrix(rows, inputs, &numbers)
      let w = Matrix(outputs, inputs, &numbers)
      let y = Matrix(rows, outputs, &numbers)
      let (bias, slopes) = (numbers.floats(outputs), numbers.floats(outputs))
      let epilogue = [rectified, unchanged, sloped][seed % 3]
      let hasBias = seed % 4 != 1
      let cuts = parts(of: outputs, &numbers)
      let rowCuts = rows > 1 ? parts(of: rows, &numbers) : []
      withMemory { memory in
        var job = facet_linear(
          input: memory.floats(x.values), input_row: x.stride, rows: Int32(rows), inputs: inputs,
          weights: memory.floats(w.values), weight_row: w.stride, first_output: 0,
          outputs: outputs, bias: hasBias ? memory.floats(bias) : nil,
          slopes: memory.floats(slopes), epilogue: epilogue, output: memory.floats(y.values),
          output_row: y.stride)
        set.kernels.linear(&job)
        let values = y.elements(job.output)
        expectClose(
          values,
          y.each { n, o in
            let sum = (0..<inputs).reduce(hasBias ? Double(bias[o]) : 0) {
              $0 + x[n, $1] * w[o, $1]
            }
            switch epilogue.activation {
            case rectified.activation: return max(sum, 0)
            case sloped.activation: return sum > 0 ? sum : sum * Double(slopes[o])
            default: return sum
            }
          },
          scale: Array(repeating: Double(inputs), count: values.count),
          "\(rows) rows, \(inputs) to \(outputs)")

        job.output = memory.floats(y.values)
        for cut in cuts {
          (job.first_output, job.outputs) = (cut.lowerBound, cut.count)
          set.kernels.linear(&job)
        }
        #expect(sameBits(y.elements(job.output), values))
        for cut in rowCuts {
          var piece = job
          (piece.first_output, piece.outputs) = (0, outputs)
          piece.rows = Int32(cut.count)
          piece.input += cut.lowerBound * x.stride
          piece.output += cut.lowerBound * y.stride
          set.kernels.linear(&piece)
        }
        #expect(sameBits(y.elements(job.output), values))
      }
    }
  }

  @Test(
    "The weights of outputs without a signal aren't read", arguments: InstructionSet.supported)
  func silentOutputs(_ set: InstructionSet) {
    for (seed, (rows, inputs, outputs)) in Self.layers.enumerated() {
      var numbers = Numbers(seed + 150)
      let x = Matrix(rows, inputs, &numbers)
      var w = Matrix(outputs, inputs, &numbers)
      var y = Matrix(rows, outputs, &numbers)
      let silent = (0..<outputs).map { _ in seed % 5 == 0 || numbers.integer(0...2) > 0 }
      for o in 0..<outputs where silent[o] {
        for n in 0..<rows { y.values[n * y.stride + o] = n % 2 == 0 ? 0 : -0.0 }
        for k in 0..<inputs { w.values[o * w.stride + k] = .nan }
      }
      let live = (0..<outputs).filter { !silent[$0] }
      for adds in 0...1 {
        withMemory { memory in
          var job = facet_linear_gradient(
            gradient: memory.floats(y.values), gradient_row: y.stride, rows: Int32(rows),
            inputs: inputs, outputs: outputs, first: 0, weights: memory.floats(w.values),
            weight_row: w.stride, input: nil, input_row: 0, output: memory.floats(x.values),
            output_row: x.stride, adds: Int32(adds))
          set.kernels.linear_input_gradient(&job)
          let found = x.elements(job.output)
          expectClose(
            found,
            x.each { n, k in
              live.reduce(adds == 1 ? x[n, k] : 0) { $0 + y[n, $1] * w[$1, k] }
            },
            scale: Array(repeating: Double(outputs), count: found.count),
            "gx: \(rows) rows, \(inputs) to \(outputs), \(live.count) live")
        }
      }
    }
  }

  @Test(
    "The gradients of fully connected layers, however they are cut",
    arguments: InstructionSet.supported)
  func linearGradients(_ set: InstructionSet) {
    for (seed, (rows, inputs, outputs)) in Self.layers.enumerated() {
      var numbers = Numbers(seed + 50)
      let x = Matrix(rows, inputs, &numbers)
      let w = Matrix(outputs, inputs, &numbers)
      let y = Matrix(rows, outputs, &numbers)
      let (inputCuts, outputCuts) = (parts(of: inputs, &numbers), parts(of: outputs, &numbers))
      for adds in 0...1 {
        withMemory { memory in
          var job = facet_linear_gradient(
            gradient: memory.floats(y.values), gradient_row: y.stride, rows: Int32(rows),
            inputs: inputs, outputs: outputs, first: 0, weights: memory.floats(w.values),
            weight_row: w.stride, input: memory.floats(x.values), input_row: x.stride,
            output: memory.floats(x.values), output_row: x.stride, adds: Int32(adds))
          set.kernels.linear_input_gradient(&job)
          let toInput = x.elements(job.output)
          expectClose(
            toInput,
            x.each { n, k in
              (0..<outputs).reduce(adds == 1 ? x[n, k] : 0) { $0 + y[n, $1] * w[$1, k] }
            },
            scale: Array(repeating: Double(outputs), count: toInput.count),
            "gx: \(rows) rows, \(inputs) to \(outputs)")
          job.output = memory.floats(x.values)
          for cut in inputCuts {
            (job.first, job.inputs) = (cut.lowerBound, cut.count)
            set.kernels.linear_input_gradient(&job)
          }
          #expect(sameBits(x.elements(job.output), toInput))

          job.output = memory.floats(w.values)
          (job.first, job.inputs, job.output_row) = (0, inputs, w.stride)
          set.kernels.linear_weight_gradient(&job)
          let toWeights = w.elements(job.output)
          expectClose(
            toWeights,
            w.each { o, k in
              (0..<rows).reduce(adds == 1 ? w[o, k] : 0) { $0 + y[$1, o] * x[$1, k] }
            },
            scale: Array(repeating: Double(rows + 1), count: toWeights.count),
            "gw: \(rows) rows, \(inputs) to \(outputs)")
          job.output = memory.floats(w.values)
          for cut in outputCuts {
            (job.first, job.outputs) = (cut.lowerBound, cut.count)
            set.kernels.linear_weight_gradient(&job)
          }
          #expect(sameBits(w.elements(job.output), toWeights))
        }
      }
    }
  }

  /// Rows, columns and inner extents.
  private static let products = [
    (1, 1, 1), (14, 32, 16), (3, 5, 7), (13, 17, 33), (27, 31, 200), (29, 40, 20), (130, 20, 9),
    (150, 70, 65), (9, 530, 12), (2, 16, 400), (41, 48, 193), (6, 6, 0), (12, 15, 64), (1, 40, 90),
  ]

  @Test(
    "Matrix products, transposed or not, however they are cut", arguments: InstructionSet.supported)
  func matrixProduct(_ set: InstructionSet) {
    for (seed, (rows, columns, inner)) in Self.products.enumerated() {
      for transposed in 0..<4 {
        var numbers = Numbers(seed * 4 + transposed)
        let (isA, isB) = (transposed & 1 == 1, transposed & 2 == 2)
        let a = isA ? Matrix(inner, rows, &numbers) : Matrix(rows, inner, &numbers)
        let b = isB ? Matrix(columns, inner, &numbers) : Matrix(inner, columns, &numbers)
        let c = Matrix(rows, columns, &numbers)
        let adds = seed % 2 == 1
        let cuts = (parts(of: rows, &numbers), parts(of: columns, &numbers))
        withMemory { memory in
          var job = facet_matrix_product(
            rows: rows, columns: columns, inner: inner, a: memory.floats(a.values),
            a_row: isA ? 1 : a.stride, a_column: isA ? a.stride : 1, b: memory.floats(b.values),
            b_row: isB ? 1 : b.stride, b_column: isB ? b.stride : 1, c: memory.floats(c.values),
            c_row: c.stride, adds: adds ? 1 : 0, scratch: nil)
          // Of the size that is asked for, between guards.
          job.scratch = memory.floats(set.kernels.matrix_scratch(&job))
          set.kernels.matrix_product(&job)
          let values = c.elements(job.c)
          expectClose(
            values,
            c.each { m, n in
              (0..<inner).reduce(adds ? c[m, n] : 0) {
                $0 + (isA ? a[$1, m] : a[m, $1]) * (isB ? b[n, $1] : b[$1, n])
              }
            },
            scale: Array(repeating: Double(inner + 1), count: values.count),
            "\(rows) x \(columns) x \(inner), transposed \(transposed)")

          job.c = memory.floats(c.values)
          for rowCut in cuts.0 {
            for columnCut in cuts.1 {
              var piece = job
              (piece.rows, piece.columns) = (rowCut.count, columnCut.count)
              piece.a += rowCut.lowerBound * job.a_row
              piece.b += columnCut.lowerBound * job.b_column
              piece.c += rowCut.lowerBound * job.c_row + columnCut.lowerBound
              piece.scratch = memory.floats(set.kernels.matrix_scratch(&piece))
              set.kernels.matrix_product(&piece)
            }
          }
          #expect(sameBits(c.elements(job.c), values))
        }
      }
    }
  }

  @Test("The peak counts its operations", arguments: InstructionSet.supported)
  func peak(_ set: InstructionSet) {
    let once = set.kernels.multiply_adds(1)
    #expect(once > 0)
    #expect(set.kernels.multiply_adds(1000) == 1000 * once)
    #expect(String(cString: set.kernels.name) == set.rawValue)
  }
}
