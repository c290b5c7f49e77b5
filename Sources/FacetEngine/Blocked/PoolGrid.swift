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
}
