import FacetGraph
import FacetTensor

/// The windows that occlusion covers, one at every multiple of a stride.
struct OcclusionGrid {
  struct Window: Hashable {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  let stride: Extent
  let windows: [Window]
  private let overlap: Occlusion.Overlap
  private let height: Int
  private let width: Int

  init(
    window: Extent, stride: Extent, height: Int, width: Int,
    overlap: Occlusion.Overlap = .averaged
  ) {
    (self.stride, self.height, self.width, self.overlap) = (stride, height, width, overlap)
    func starts(_ size: Int, _ window: Int, _ stride: Int) -> [Int] {
      let beyond = overlap == .averaged ? stride - 1 : 0
      let steps = size > window ? (size - window + beyond) / stride : 0
      return (0...steps).map { $0 * stride }
    }
    windows = starts(height, window.height, stride.height).flatMap { top in
      starts(width, window.width, stride.width).map { left in
        Window(
          rows: top..<min(top + window.height, height),
          columns: left..<min(left + window.width, width))
      }
    }
  }

  /// The stride doubled as often as windows still leave no pixel out, down to the stride itself: a map
  /// of any of these has no holes, and what one measures serves the finer ones.
  static func coarseToFine(window: Extent, stride: Extent) -> [Extent] {
    func doublings(_ window: Int, _ stride: Int) -> Int {
      var count = 0
      while stride <= window >> (count + 1) { count += 1 }
      return count
    }
    let most = (
      height: doublings(window.height, stride.height), width: doublings(window.width, stride.width)
    )
    return (0...max(most.height, most.width)).reversed().map { count in
      Extent(stride.height << min(count, most.height), stride.width << min(count, most.width))
    }
  }

  /// For each pixel, the mean or the sum of the losses of the windows over it, `[height, width]`.
  func spread(_ loss: (Window) -> Double) -> Tensor {
    var sums = [Double](repeating: 0, count: height * width)
    var counts = [Double](repeating: 0, count: height * width)
    for window in windows {
      let loss = loss(window)
      for y in window.rows {
        for x in window.columns {
          sums[y * width + x] += loss
          counts[y * width + x] += 1
        }
      }
    }
    return Tensor(
      [height, width],
      Swift.zip(sums, counts).map { sum, count in
        Float(overlap == .averaged && count > 0 ? sum / count : sum)
      })
  }
}
