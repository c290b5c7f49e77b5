import CFacetKernels
import Testing

/// A map and windows over it.
private struct PoolCase {
  let channels: Int
  let height: Int
  let width: Int
  let rows: [facet_span]
  let columns: [facet_span]
  let values: [Float]
  let upstream: [Float]
  let divisors: [Float]

  var windows: Int { rows.count * columns.count }

  init(_ seed: Int) {
    var numbers = Numbers(seed)
    channels = numbers.integer(1...40)
    height = numbers.integer(1...14)
    width = numbers.integer(1...14)
    let kind = seed % 5
    rows = Self.spans(kind, height, &numbers)
    columns = Self.spans(kind, width, &numbers)
    values = numbers.coarse(channels * height * width, special: seed % 2 == 1)
    upstream = numbers.floats(channels * rows.count * columns.count)
    divisors = (0..<rows.count * columns.count).map { _ in Float(numbers.integer(1...9)) }
  }

  /// Full windows of 2 or 3, a global pool, adaptive ones, and padded ones with steps, some empty.
  private static func spans(_ kind: Int, _ size: Int, _ numbers: inout Numbers) -> [facet_span] {
    switch kind {
    case 0, 1:
      let kernel = Int32(kind + 2)
      let stride = Int32(numbers.integer(1...3))
      let starts = stride <= Int32(size) ? Array(0...Int32(size) / stride) : [0]
      return starts.map { i in
        facet_span(
          start: min(i * stride, Int32(size)), end: min(i * stride + kernel, Int32(size)), step: 1)
      }
    case 2: return [facet_span(start: 0, end: Int32(size), step: 1)]
    case 3:
      let out = numbers.integer(1...5)
      return (0..<out).map { i in
        facet_span(
          start: Int32(i * size / out), end: Int32(((i + 1) * size + out - 1) / out), step: 1)
      }
    default:
      return (0..<numbers.integer(1...6)).map { _ in
        let start = numbers.integer(0...size)
        let end = numbers.integer(max(0, start - 1)...size)
        return facet_span(start: Int32(start), end: Int32(end), step: Int32(numbers.integer(1...3)))
      }
    }
  }

  /// The places of window `w` of channel `c`, in order.
  func places(_ c: Int, _ w: Int) -> [Int] {
    let (row, column) = (rows[w / columns.count], columns[w % columns.count])
    return stride(from: row.start, to: max(row.start, row.end), by: Int(row.step)).flatMap { y in
      stride(from: column.start, to: max(column.start, column.end), by: Int(column.step)).map { x in
        (c * height + Int(y)) * width + Int(x)
      }
    }
  }

  /// The first of the largest places, the last NaN if there is one.
  func largest(_ c: Int, _ w: Int) -> Int? {
    var best: Int?
    for place in places(c, w) {
      guard let known = best else {
        best = place
        continue
      }
      if values[place].isNaN || values[place] > values[known] { best = place }
    }
    return best
  }

  func pool(_ memory: Memory, _ input: BlockMap, _ output: BlockMap) -> facet_pool {
    facet_pool(
      input: input.base, input_block: input.stride, height: Int32(height), width: Int32(width),
      blocks: Int32(input.blocks), channels: Int32(channels), rows: memory.spans(rows),
      row_count: Int32(rows.count), columns: memory.spans(columns),
      column_count: Int32(columns.count), output: output.base, output_block: output.stride,
      divisors: memory.floats(divisors))
  }

  /// The same job in parts: block by block, and cut between rows.
  func pieces(_ pool: facet_pool, _ numbers: inout Numbers) -> [facet_pool] {
    var pieces: [facet_pool] = []
    for block in 0..<Int(pool.blocks) {
      for part in parts(of: rows.count, &numbers) {
        var piece = pool
        piece.blocks = 1
        piece.channels = Int32(channels - block * 16)
        piece.input += block * pool.input_block
        piece.output += block * pool.output_block + part.lowerBound * columns.count * 16
        piece.rows += part.lowerBound
        piece.row_count = Int32(part.count)
        piece.divisors += part.lowerBound * columns.count
        pieces.append(piece)
      }
    }
    return pieces
  }
}

@Suite("Pooling kernels") struct MapKernelsPoolingTests {
  @Test(
    "Pools are those of the definition, however they are cut",
    arguments: InstructionSet.supported)
  func forward(_ set: InstructionSet) {
    let kernels = set.kernels
    for seed in 0..<60 {
      let test = PoolCase(seed)
      var numbers = Numbers(seed + 1000)
      withMemory { memory in
        let pixels = test.height * test.width
        let input = BlockMap(memory, channels: test.channels, pixels: pixels, test.values)
        let output = BlockMap(memory, channels: test.channels, pixels: test.windows)
        let again = BlockMap(memory, channels: test.channels, pixels: test.windows)
        var job = test.pool(memory, input, output)
        let indices = (0..<test.channels * test.windows).map {
          ($0 / test.windows, $0 % test.windows)
        }

        kernels.max_pool(&job)
        let maxima = output.planes()
        expectClose(
          maxima,
          indices.map { c, w in test.largest(c, w).map { Double(test.values[$0]) } ?? -.infinity },
          tolerance: 0, "max pool, seed \(seed)")
        var cut = test.pool(memory, input, again)
        for var piece in test.pieces(cut, &numbers) { kernels.max_pool(&piece) }
        #expect(sameBits(again.planes(), maxima))

        kernels.average_pool(&job)
        let averages = output.planes()
        expectClose(
          averages,
          indices.map { c, w in
            test.places(c, w).reduce(0) { $0 + Double(test.values[$1]) } / Double(test.divisors[w])
          },
          scale: Array(repeating: 200, count: averages.count), tolerance: 1e-7,
          "average pool, seed \(seed)")
        cut = test.pool(memory, input, again)
        for var piece in test.pieces(cut, &numbers) { kernels.average_pool(&piece) }
        #expect(sameBits(again.planes(), averages))
      }
    }
  }

  @Test(
    "Gradients go where the maxima were, and evenly from averages",
    arguments: InstructionSet.supported)
  func backward(_ set: InstructionSet) {
    let kernels = set.kernels
    for seed in 0..<60 {
      let test = PoolCase(seed)
      withMemory { memory in
        let pixels = test.height * test.width
        let count = test.channels * pixels
        var numbers = Numbers(seed + 2000)
        let before = numbers.floats(count)
        let input = BlockMap(memory, channels: test.channels, pixels: pixels, test.values)
        let output = BlockMap(memory, channels: test.channels, pixels: test.windows)
        let gradient = BlockMap(
          memory, channels: test.channels, pixels: test.windows, test.upstream)
        var forward = test.pool(memory, input, output)
        kernels.max_pool(&forward)

        for (lastWins, adds) in [(0, 0), (0, 1), (1, 0)] {
          let target = BlockMap(
            memory, channels: test.channels, pixels: pixels, adds == 1 ? before : nil)
          let job = facet_pool_gradient(
            pool: forward, gradient: gradient.base, gradient_block: gradient.stride,
            input_gradient: target.base, input_gradient_block: target.stride,
            last_wins: Int32(lastWins), adds: Int32(adds))
          var sums = adds == 1 ? before.map(Double.init) : Array(repeating: 0, count: count)
          for i in 0..<test.channels * test.windows {
            guard let place = test.largest(i / test.windows, i % test.windows) else { continue }
            sums[place] = Double(test.upstream[i]) + (lastWins == 1 ? 0 : sums[place])
          }
          run(job, blocks: target.blocks) { kernels.max_pool_gradient(&$0) }
          expectClose(
            target.planes(), sums, scale: Array(repeating: 10, count: count),
            "max, seed \(seed), last wins \(lastWins), adds \(adds)")
        }

        for adds in 0...1 {
          let target = BlockMap(
            memory, channels: test.channels, pixels: pixels, adds == 1 ? before : nil)
          // Neither input nor output are read.
          forward.input = nil
          forward.output = nil
          let job = facet_pool_gradient(
            pool: forward, gradient: gradient.base, gradient_block: gradient.stride,
            input_gradient: target.base, input_gradient_block: target.stride, last_wins: 0,
            adds: Int32(adds))
          var sums = adds == 1 ? before.map(Double.init) : Array(repeating: 0, count: count)
          for i in 0..<test.channels * test.windows {
            let share = Double(test.upstream[i]) / Double(test.divisors[i % test.windows])
            for place in test.places(i / test.windows, i % test.windows) { sums[place] += share }
          }
          var whole = job
          kernels.average_pool_gradient(&whole)
          expectClose(
            target.planes(), sums, scale: Array(repeating: 10, count: count),
            "average, seed \(seed), adds \(adds)")
        }
      }
    }
  }

  /// Block by block: what comes out must be what the definition says in any case.
  private func run(
    _ job: facet_pool_gradient, blocks: Int, _ kernel: (inout facet_pool_gradient) -> Void
  ) {
    for block in 0..<blocks {
      var part = job
      part.pool.blocks = 1
      part.pool.channels -= Int32(block * 16)
      part.pool.input += block * job.pool.input_block
      part.pool.output += block * job.pool.output_block
      part.gradient += block * job.gradient_block
      part.input_gradient += block * job.input_gradient_block
      kernel(&part)
    }
  }
}
