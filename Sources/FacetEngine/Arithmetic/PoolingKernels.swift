import FacetGraph
import FacetTensor

/// The places of one window along one direction, every `step`-th of a range inside the input.
struct PoolSpan {
  let range: Range<Int>
  let step: Int
  /// How many of the window's places are inside the padded input.
  let paddedCount: Int

  /// Window `i` of a pool whose padding is given as numbers.
  init(_ pool: Pooling, _ i: Int, size: Int, _ axis: KeyPath<Extent, Int>) {
    let start = i * pool.stride[keyPath: axis] - pool.padding[keyPath: axis]
    let (count, step) = (pool.kernel[keyPath: axis], pool.dilation[keyPath: axis])
    let end = start + (count - 1) * step + 1
    let limit = min(end, size + pool.trailingPadding[keyPath: axis])
    // The first place inside: windows with a dilation step over the edge.
    let first = start >= 0 ? start : start + (-start + step - 1) / step * step
    range = first..<max(first, min(end, size))
    self.step = step
    paddedCount = (limit - start + step - 1) / step
  }

  /// Window `i` of the adaptive pool: from floor(i * in / out) to ceil((i + 1) * in / out).
  init(adaptive i: Int, of out: Int, size: Int) {
    range = i * size / out..<((i + 1) * size + out - 1) / out
    step = 1
    paddedCount = range.count
  }

  var count: Int { (range.count + step - 1) / step }
}

/// The windows of a pool along both directions, inside the input.
struct PoolGrid {
  let rows: [PoolSpan]
  let columns: [PoolSpan]
  /// Whether padded zeros count in an average's divisor.
  private let countsPadding: Bool

  init(_ pool: Pooling, countsPadding: Bool = false, input: Shape, output: Shape) {
    let pool = pool.resolved(height: input[2], width: input[3])
    rows = (0..<output[2]).map { PoolSpan(pool, $0, size: input[2], \.height) }
    columns = (0..<output[3]).map { PoolSpan(pool, $0, size: input[3], \.width) }
    self.countsPadding = countsPadding
  }

  /// The cells of an adaptive pool.
  init(adaptive input: Shape, output: Shape) {
    rows = (0..<output[2]).map { PoolSpan(adaptive: $0, of: output[2], size: input[2]) }
    columns = (0..<output[3]).map { PoolSpan(adaptive: $0, of: output[3], size: input[3]) }
    countsPadding = false
  }

  /// PyTorch's divisor of a window; 1 for one that sees padding only.
  func divisor(_ rows: PoolSpan, _ columns: PoolSpan) -> Float {
    Float(
      countsPadding
        ? rows.paddedCount * columns.paddedCount : max(rows.count * columns.count, 1))
  }

  /// Calls `body` for every window of a plane, row-major, with the place of its first largest element,
  /// -1 for a window that sees padding only; a NaN counts as largest, as in PyTorch.
  func forMaxima(
    _ plane: UnsafePointer<Float>, width: Int, _ body: (_ window: Int, _ place: Int) -> Void
  ) {
    var window = 0
    for rows in rows {
      for columns in columns {
        defer { window += 1 }
        guard !rows.range.isEmpty, !columns.range.isEmpty else {
          body(window, -1)
          continue
        }
        var place = rows.range.lowerBound * width + columns.range.lowerBound
        var largest = plane[place]
        var y = rows.range.lowerBound
        while y < rows.range.upperBound {
          let line = plane + y * width
          var x = columns.range.lowerBound
          while x < columns.range.upperBound {
            if line[x] > largest || line[x].isNaN {
              largest = line[x]
              place = y * width + x
            }
            x += columns.step
          }
          y += rows.step
        }
        body(window, place)
      }
    }
  }
}

/// Max, average and adaptive pooling, forward and backward, plane by plane.
struct PoolingKernels {
  let parallel: Parallel

  /// Runs `body` for every plane `[H, W]` of a map.
  private func forPlanes(
    _ input: Shape, _ output: Shape,
    _ body: @Sendable (_ inputOffset: Int, _ outputOffset: Int) -> Void
  ) {
    let inner = input[2] * input[3]
    let outer = output[2] * output[3]
    parallel.forBlocks(of: 8, in: input[0] * input[1]) { planes in
      for plane in planes { body(plane * inner, plane * outer) }
    }
  }

  func maxForward(_ pool: Pooling, _ x: Source, into y: Destination) {
    let grid = PoolGrid(pool, input: x.shape, output: y.shape)
    forPlanes(x.shape, y.shape) { input, output in
      let plane = x.base + input
      grid.forMaxima(plane, width: x.shape[3]) { window, place in
        y.base[output + window] = place < 0 ? -Float.infinity : plane[place]
      }
    }
  }

  /// The upstream value of each window goes to the place of its maximum: added up where windows
  /// overlap (`sum`, the gradient), or the last window in row-major order wins.
  func maxBackward(
    _ pool: Pooling, _ x: Source, _ gy: Source, into gx: Destination, lastWins: Bool = false
  ) {
    let grid = PoolGrid(pool, input: x.shape, output: gy.shape)
    gx.clear()
    forPlanes(x.shape, gy.shape) { input, output in
      let target = gx.base + input
      grid.forMaxima(x.base + input, width: x.shape[3]) { window, place in
        guard place >= 0 else { return }
        let upstream = gy.base[output + window]
        target[place] = lastWins ? upstream : target[place] + upstream
      }
    }
  }

  func averageForward(_ grid: PoolGrid, _ x: Source, into y: Destination) {
    let width = x.shape[3]
    forPlanes(x.shape, y.shape) { input, output in
      var target = y.base + output
      for rows in grid.rows {
        for columns in grid.columns {
          var sum: Float = 0
          var iy = rows.range.lowerBound
          while iy < rows.range.upperBound {
            sum += Self.sum(x.base + input + iy * width, columns)
            iy += rows.step
          }
          target[0] = sum / grid.divisor(rows, columns)
          target += 1
        }
      }
    }
  }

  /// The sum of a line's places in a span.
  private static func sum(_ line: UnsafePointer<Float>, _ span: PoolSpan) -> Float {
    // Lanes pay only for long lines, as those of a global pool are.
    if span.step == 1, span.range.count >= 16 {
      return Sums.sum(line + span.range.lowerBound, span.range.count)
    }
    var sum: Float = 0
    var x = span.range.lowerBound
    while x < span.range.upperBound {
      sum += line[x]
      x += span.step
    }
    return sum
  }

  func averageBackward(_ grid: PoolGrid, _ gy: Source, into gx: Destination) {
    let width = gx.shape[3]
    gx.clear()
    forPlanes(gx.shape, gy.shape) { input, output in
      var source = gy.base + output
      for rows in grid.rows {
        for columns in grid.columns {
          let share = source[0] / grid.divisor(rows, columns)
          source += 1
          var iy = rows.range.lowerBound
          while iy < rows.range.upperBound {
            let line = gx.base + input + iy * width
            var ix = columns.range.lowerBound
            while ix < columns.range.upperBound {
              line[ix] += share
              ix += columns.step
            }
            iy += rows.step
          }
        }
      }
    }
  }
}
