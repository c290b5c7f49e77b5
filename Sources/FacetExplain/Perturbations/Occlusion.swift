import FacetEngine
import FacetGraph
import FacetTensor

/// Occlusion (Zeiler and Fergus 2014, section 3.1): what the score loses when a window of the image
/// is covered.
///
/// A window starts at every multiple of the stride, the last ones cut at the border; all channels are
/// covered at once. A pixel's value is the mean loss over the windows that cover it.
public struct Occlusion: Explainer {
  /// In pixels.
  public var window: Extent
  public var stride: Extent
  /// What windows are filled with, in network space: 0 is the mean colour.
  public var baseline: Float

  public init(
    window: Extent = Extent(16), stride: Extent = Extent(8), baseline: Float = 0
  ) {
    self.window = window
    self.stride = stride
    self.baseline = baseline
  }

  public var name: String { "occlusion" }

  /// The map is `[N, C, H, W]`, equal in all channels; pixels that no window covers are 0. Cost: one
  /// forward run for each window.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    try require(window.height > 0 && window.width > 0, "window", "at least 1x1", got: window)
    try require(
      1...window.height ~= stride.height && 1...window.width ~= stride.width, "stride",
      "1x1 to the window's \(window)", got: stride)
    return try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: ["window": "\(window)", "stride": "\(stride)", "baseline": "\(baseline)"]
    ) { (run) throws(ExplainError) in
      let windows = windows(height: x.shape[2], width: x.shape[3])
      var maps: [Tensor] = []
      for image in 0..<run.places.count {
        let clean = run.images.slice(image)
        var losses: [Double] = []
        for range in Chunks.ranges(windows.count, by: run.chunks.forward) {
          let covered = run.stack(clean.shape, range) { index, picture in
            cover(clean, windows[index], into: picture)
          }
          losses += try run.scores(ofImages: covered, as: image)
            .map { Double(run.scores[image]) - Double($0) }
        }
        maps.append(spread(losses, windows, clean.shape))
      }
      return .stack(maps)
    }
  }

  private func windows(height: Int, width: Int) -> [(rows: Range<Int>, columns: Range<Int>)] {
    func starts(_ size: Int, _ window: Int, _ stride: Int) -> [Int] {
      let steps = size > window ? (size - window + stride - 1) / stride : 0
      return (0...steps).map { $0 * stride }
    }
    return starts(height, window.height, stride.height).flatMap { top in
      starts(width, window.width, stride.width).map { left in
        (top..<min(top + window.height, height), left..<min(left + window.width, width))
      }
    }
  }

  private func cover(
    _ image: Tensor, _ window: (rows: Range<Int>, columns: Range<Int>),
    into picture: UnsafeMutableBufferPointer<Float>
  ) {
    image.withUnsafeBufferPointer { source in
      _ = picture.initialize(from: source)
    }
    let (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
    for channel in 0..<channels {
      for y in window.rows {
        for x in window.columns { picture[(channel * height + y) * width + x] = baseline }
      }
    }
  }

  /// For each pixel, the mean of the losses of the windows over it.
  private func spread(
    _ losses: [Double], _ windows: [(rows: Range<Int>, columns: Range<Int>)], _ shape: Shape
  ) -> Tensor {
    let (height, width) = (shape[1], shape[2])
    var sums = [Double](repeating: 0, count: height * width)
    var counts = [Double](repeating: 0, count: height * width)
    for (loss, window) in Swift.zip(losses, windows) {
      for y in window.rows {
        for x in window.columns {
          sums[y * width + x] += loss
          counts[y * width + x] += 1
        }
      }
    }
    let plane = Swift.zip(sums, counts).map { $1 > 0 ? Float($0 / $1) : 0 }
    return Tensor([height, width], plane).repeated(channels: shape[0])
  }
}
