import CFacetKernels
import FacetGraph
import FacetTensor
import FacetThreads

/// Max, average and adaptive pooling of blocked maps, forward and backward, block by block.
struct BlockedPooling {
  let machine: Machine

  /// A grid's windows as the kernels take them.
  private struct Windows: Sendable {
    let rows: [facet_span]
    let columns: [facet_span]
    let divisors: [Float]

    init(_ grid: PoolGrid) {
      func span(_ span: PoolSpan) -> facet_span {
        facet_span(
          start: Int32(span.range.lowerBound), end: Int32(span.range.upperBound),
          step: Int32(span.step))
      }
      rows = grid.rows.map(span)
      columns = grid.columns.map(span)
      divisors = grid.rows.flatMap { row in grid.columns.map { grid.divisor(row, $0) } }
    }

    func with(_ body: (inout facet_pool) -> Void) {
      rows.withUnsafeBufferPointer { rows in
        columns.withUnsafeBufferPointer { columns in
          divisors.withUnsafeBufferPointer { divisors in
            var pool = facet_pool()
            pool.rows = rows.baseAddress
            pool.row_count = Int32(rows.count)
            pool.columns = columns.baseAddress
            pool.column_count = Int32(columns.count)
            pool.divisors = divisors.baseAddress
            body(&pool)
          }
        }
      }
    }
  }

  /// The pool of one block of one image, without its output.
  private static func fill(_ pool: inout facet_pool, _ x: Value, _ image: Int, _ block: Int) {
    pool.input = UnsafePointer(x.image(image)) + block * x.blockStride
    pool.input_block = x.blockStride
    pool.height = Int32(x.height)
    pool.width = Int32(x.width)
    pool.blocks = 1
    pool.channels = Int32(min(16, x.channels - block * 16))
  }

  private func forward(
    _ grid: PoolGrid, _ x: Value, into y: Value,
    _ kernel: @escaping @Sendable (UnsafePointer<facet_pool>?) -> Void
  ) {
    let windows = Windows(grid)
    machine.parallel.forEach(x.images * x.blocks) { item in
      let (image, block) = (item / x.blocks, item % x.blocks)
      windows.with { pool in
        Self.fill(&pool, x, image, block)
        pool.output = y.image(image) + block * y.blockStride
        pool.output_block = y.blockStride
        kernel(&pool)
      }
    }
  }

  func maxForward(_ pool: Pooling, _ x: Value, into y: Value) {
    let kernels = machine.kernels
    forward(PoolGrid(pool, input: x.shape, output: y.shape), x, into: y) {
      kernels.maps.max_pool($0)
    }
  }

  func averageForward(_ grid: PoolGrid, _ x: Value, into y: Value) {
    let kernels = machine.kernels
    forward(grid, x, into: y) { kernels.maps.average_pool($0) }
  }

  /// The upstream value of each window goes to the place of its maximum: added up where windows
  /// overlap (the gradient), or the last window in row-major order wins.
  ///
  /// - Parameter y: the forward output.
  func maxBackward(
    _ pool: Pooling, _ x: Value, output y: Value, _ gy: Value, into gx: Value,
    lastWins: Bool = false
  ) {
    let kernels = machine.kernels
    backward(PoolGrid(pool, input: x.shape, output: gy.shape), x, gy, into: gx) {
      job, image, block in
      job.pool.output = y.image(image) + block * y.blockStride
      job.pool.output_block = y.blockStride
      job.last_wins = lastWins ? 1 : 0
      kernels.maps.max_pool_gradient(&job)
    }
  }

  func averageBackward(_ grid: PoolGrid, _ gy: Value, into gx: Value) {
    let kernels = machine.kernels
    backward(grid, gx, gy, into: gx) { job, _, _ in
      kernels.maps.average_pool_gradient(&job)
    }
  }

  private func backward(
    _ grid: PoolGrid, _ x: Value, _ gy: Value, into gx: Value,
    _ kernel: @escaping @Sendable (inout facet_pool_gradient, Int, Int) -> Void
  ) {
    let windows = Windows(grid)
    machine.parallel.forEach(x.images * x.blocks) { item in
      let (image, block) = (item / x.blocks, item % x.blocks)
      windows.with { pool in
        var job = facet_pool_gradient()
        Self.fill(&pool, x, image, block)
        job.pool = pool
        job.gradient = UnsafePointer(gy.image(image)) + block * gy.blockStride
        job.gradient_block = gy.blockStride
        job.input_gradient = gx.image(image) + block * gx.blockStride
        job.input_gradient_block = gx.blockStride
        kernel(&job, image, block)
      }
    }
  }
}
