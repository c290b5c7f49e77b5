import FacetGraph
import FacetTensor

/// One window of a pool: the part inside the input, and PyTorch's divisor for it.
struct PoolWindow {
  let rows: Range<Int>
  let columns: Range<Int>
  /// Elements of the window inside the padded input.
  let paddedCount: Int

  init(_ pool: Pooling, _ y: Int, _ x: Int, height: Int, width: Int) {
    let top = y * pool.stride.height - pool.padding.height
    let left = x * pool.stride.width - pool.padding.width
    let bottom = min(top + pool.kernel.height, height + pool.padding.height)
    let right = min(left + pool.kernel.width, width + pool.padding.width)
    rows = max(top, 0)..<max(max(top, 0), min(bottom, height))
    columns = max(left, 0)..<max(max(left, 0), min(right, width))
    paddedCount = (bottom - top) * (right - left)
  }

  /// Window `(y, x)` of the adaptive pool: from floor(i * in / out) to ceil((i + 1) * in / out).
  init(adaptive y: Int, _ x: Int, out: Extent, height: Int, width: Int) {
    rows = y * height / out.height..<((y + 1) * height + out.height - 1) / out.height
    columns = x * width / out.width..<((x + 1) * width + out.width - 1) / out.width
    paddedCount = rows.count * columns.count
  }
}

/// The windows of a max pool along both directions, inside the input.
private struct PoolGrid {
  let rows: [Range<Int>]
  let columns: [Range<Int>]

  init(_ pool: Pooling, input: Shape, output: Shape) {
    func ranges(_ count: Int, _ size: Int, _ axis: KeyPath<Extent, Int>) -> [Range<Int>] {
      (0..<count).map { i in
        let start = i * pool.stride[keyPath: axis] - pool.padding[keyPath: axis]
        return max(start, 0)..<min(start + pool.kernel[keyPath: axis], size)
      }
    }
    rows = ranges(output[2], input[2], \.height)
    columns = ranges(output[3], input[3], \.width)
  }

  /// Calls `body` for every window of a plane, row-major, with the place of its first largest element;
  /// a NaN counts as largest, as in PyTorch.
  func forMaxima(
    _ plane: UnsafePointer<Float>, width: Int, _ body: (_ window: Int, _ place: Int) -> Void
  ) {
    var window = 0
    for rows in rows {
      for columns in columns {
        var place = rows.lowerBound * width + columns.lowerBound
        var largest = plane[place]
        for y in rows {
          let line = plane + y * width
          for x in columns where line[x] > largest || line[x].isNaN {
            largest = line[x]
            place = y * width + x
          }
        }
        body(window, place)
        window += 1
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
        y.base[output + window] = plane[place]
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
        let upstream = gy.base[output + window]
        target[place] = lastWins ? upstream : target[place] + upstream
      }
    }
  }

  func averageForward(
    _ x: Source, into y: Destination, _ window: @Sendable (Int, Int) -> (PoolWindow, divisor: Int)
  ) {
    let width = x.shape[3]
    forPlanes(x.shape, y.shape) { input, output in
      let plane = x.base + input
      for oy in 0..<y.shape[2] {
        for ox in 0..<y.shape[3] {
          let (window, divisor) = window(oy, ox)
          var sum: Float = 0
          for iy in window.rows {
            sum += Sums.sum(plane + iy * width + window.columns.lowerBound, window.columns.count)
          }
          y.base[output + oy * y.shape[3] + ox] = sum / Float(divisor)
        }
      }
    }
  }

  func averageBackward(
    _ gy: Source, into gx: Destination, _ window: @Sendable (Int, Int) -> (PoolWindow, divisor: Int)
  ) {
    let width = gx.shape[3]
    gx.clear()
    forPlanes(gx.shape, gy.shape) { input, output in
      let plane = gx.base + input
      for oy in 0..<gy.shape[2] {
        for ox in 0..<gy.shape[3] {
          let (window, divisor) = window(oy, ox)
          let share = gy.base[output + oy * gy.shape[3] + ox] / Float(divisor)
          for iy in window.rows {
            for ix in window.columns { plane[iy * width + ix] += share }
          }
        }
      }
    }
  }

  /// The windows of an average pool over maps of the given size.
  static func windows(_ pool: Pooling, countsPadding: Bool, height: Int, width: Int)
    -> @Sendable (Int, Int) -> (PoolWindow, divisor: Int)
  {
    { y, x in
      let window = PoolWindow(pool, y, x, height: height, width: width)
      let inside = window.rows.count * window.columns.count
      return (window, countsPadding ? window.paddedCount : max(inside, 1))
    }
  }

  /// The windows of an adaptive pool over maps of the given size.
  static func windows(adaptive out: Extent, height: Int, width: Int)
    -> @Sendable (Int, Int) -> (PoolWindow, divisor: Int)
  {
    { y, x in
      let window = PoolWindow(adaptive: y, x, out: out, height: height, width: width)
      return (window, window.paddedCount)
    }
  }
}
