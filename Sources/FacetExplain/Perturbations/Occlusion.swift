import FacetEngine
import FacetGraph
import FacetTensor

/// Occlusion (Zeiler and Fergus 2014, section 3.1): what the score loses when a window of the image
/// is covered.
///
/// A window starts at every multiple of the stride; all channels are covered at once.
public struct Occlusion: Explainer {
  /// Which windows there are, and what several over one pixel make of it.
  public enum Overlap: String, CaseIterable, Hashable, Codable, Sendable {
    /// The last windows are cut at the border; the mean loss of those that cover a pixel: captum's.
    case averaged
    /// Windows that lie within the image; the sum of the losses, larger the more windows cover a
    /// pixel: xplique's.
    case added
  }

  /// In pixels.
  public var window: Extent
  public var stride: Extent
  /// What windows are filled with, in network space: 0 is the mean colour.
  public var baseline: Float
  public var overlap: Overlap

  public init(
    window: Extent = Extent(16), stride: Extent = Extent(8), baseline: Float = 0,
    overlap: Overlap = .averaged
  ) {
    self.window = window
    self.stride = stride
    self.baseline = baseline
    self.overlap = overlap
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
    if overlap == .added, x.shape.rank == 4 {
      let image = Extent(x.shape[2], x.shape[3])
      try require(
        window.height <= image.height && window.width <= image.width, "window",
        "at most the image's \(image)", got: window)
    }
    return try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: [
        "window": "\(window)", "stride": "\(stride)", "baseline": "\(baseline)",
        "overlap": overlap.rawValue,
      ]
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
      let beyond = overlap == .averaged ? stride - 1 : 0
      let steps = size > window ? (size - window + beyond) / stride : 0
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

  /// For each pixel, the mean or the sum of the losses of the windows over it.
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
    let plane = Swift.zip(sums, counts).map { sum, count in
      Float(overlap == .averaged && count > 0 ? sum / count : sum)
    }
    return Tensor([height, width], plane).repeated(channels: shape[0])
  }
}
