import FacetEngine
import FacetGraph
import FacetTensor

/// Occlusion (Zeiler and Fergus 2014, section 3.1): what the score loses when a window of the image
/// is covered.
///
/// A window starts at every multiple of the stride; all channels are covered at once.
///
/// Some of the windows would make a map with holes. So with a budget the windows stand far apart first,
/// just so that they cover every pixel, then at half that stride, and so on; the map is that of the last
/// stride for which there was time.
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
  /// After which no finer windows are tried; `nil` for the stride as it is.
  public var budget: TimeBudget?
  /// Hears of the windows covered; with a budget each stride's are counted from the beginning.
  public var onStep: StepListener?
  public var overlap: Overlap

  public init(
    window: Extent = Extent(16), stride: Extent = Extent(8), baseline: Float = 0,
    overlap: Overlap = .averaged, budget: TimeBudget? = nil, onStep: StepListener? = nil
  ) {
    self.window = window
    self.stride = stride
    self.baseline = baseline
    self.overlap = overlap
    self.budget = budget
    self.onStep = onStep
  }

  public var name: String { "occlusion" }

  /// The map is `[N, C, H, W]`, equal in all channels; pixels that no window covers are 0. Its samples
  /// are windows. Cost: one forward run for each window.
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
    let strides =
      budget == nil ? [stride] : OcclusionGrid.coarseToFine(window: window, stride: stride)
    var used: [OcclusionGrid] = []
    var explanation = try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: [
        "window": "\(window)", "stride": "\(stride)", "baseline": "\(baseline)",
        "overlap": overlap.rawValue,
      ], onStep: onStep
    ) { (run) throws(ExplainError) in
      let grids = strides.map {
        OcclusionGrid(
          window: window, stride: $0, height: x.shape[2], width: x.shape[3], overlap: overlap)
      }
      var grid = grids[0]
      var losses = try self.losses(grid, [:], run) ?? [:]
      for finer in grids.dropFirst() {
        guard let more = try self.losses(finer, losses, run) else { break }
        (grid, losses) = (finer, more)
      }
      used += run.places.map { _ in grid }
      return .stack(
        (0..<run.places.count).map { image in
          grid.spread { losses[$0]?[image] ?? 0 }.repeated(channels: x.shape[1])
        })
    }
    explanation.samples = used.map(\.windows.count)
    let reached = Set(used.map(\.stride)).map(\.description).sorted()
    if reached != [stride.description] {
      explanation.options["stride"] = reached.joined(separator: ", ")
      explanation.options["stride asked for"] = stride.description
    }
    return explanation
  }

  /// What is known of windows, one loss for each image of a run.
  private typealias Losses = [OcclusionGrid.Window: [Double]]

  /// The losses of all windows of a grid beside those `known`; `nil` where time ran out, which it never
  /// does while nothing is known.
  private func losses(_ grid: OcclusionGrid, _ known: Losses, _ run: CleanRun)
    throws(ExplainError) -> Losses?
  {
    var losses = known
    let missing = grid.windows.filter { known[$0] == nil }
    for range in Chunks.ranges(missing.count, by: run.chunks.forward) {
      if !known.isEmpty, run.isOver(budget, image: run.places.count - 1) { return nil }
      for image in 0..<run.places.count {
        let clean = run.images.slice(image)
        let covered = run.stack(clean.shape, range) { index, picture in
          cover(clean, missing[index], into: picture)
        }
        let scores = try run.scores(ofImages: covered, as: image)
        for (window, score) in Swift.zip(missing[range], scores) {
          losses[window, default: []].append(Double(run.scores[image]) - Double(score))
        }
      }
      run.tell(range.upperBound * run.places.count, of: missing.count)
    }
    return losses
  }

  private func cover(
    _ image: Tensor, _ window: OcclusionGrid.Window,
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
}
