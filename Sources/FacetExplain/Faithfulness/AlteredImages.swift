import FacetEngine
import FacetGraph
import FacetTensor

/// Which class's probability is watched while images are altered.
public enum WatchedClass: Hashable, Sendable {
  /// The one that was answered for the clean image.
  case predicted
  /// A class for each image.
  case given([Int])

  var objective: ProbabilityObjective {
    switch self {
    case .predicted: ProbabilityObjective(.predicted)
    case .given(let classes): ProbabilityObjective(.perImage(classes))
    }
  }
}

/// Runs the images of a batch and altered copies of each. What is found of an image doesn't depend on
/// its neighbours.
enum AlteredImages {
  /// What `body` finds of every image, in order.
  ///
  /// - Parameters:
  ///   - maps: one for each image, `[N, H, W]`; checked here.
  ///   - body: gets the clean run, the image's place in it, and the image's map.
  static func map<Finding>(
    _ model: Model, _ x: Tensor, maps: Tensor, _ objective: some Objective, on engine: Engine,
    _ body: (_ run: CleanRun, _ place: Int, _ map: Tensor) throws(ExplainError) -> Finding
  ) throws(ExplainError) -> [Finding] {
    guard x.shape.rank == 4, x.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: x.shape))
    }
    try check(maps, for: x)
    let chunks = try Chunks(model, height: x.shape[2], width: x.shape[3])
    var findings: [Finding] = []
    for range in Chunks.ranges(x.shape[0], by: chunks.forward) {
      let run = try CleanRun(
        model, x, range, objective, on: engine, keeping: .output, chunks: chunks)
      for place in 0..<range.count {
        findings.append(try body(run, place, maps.slice(range.lowerBound + place)))
      }
    }
    return findings
  }

  private static func check(_ maps: Tensor, for x: Tensor) throws(ExplainError) {
    let expected: Shape = [x.shape[0], x.shape[2], x.shape[3]]
    guard maps.shape == expected else {
      throw .badOption(name: "maps", expected: "\(expected)", got: "\(maps.shape)")
    }
    for image in 0..<maps.shape[0] where !maps.slice(image).isFinite {
      throw .badOption(
        name: "the map of image \(image)", expected: "finite numbers", got: "NaN or infinity in it")
    }
  }
}

extension CleanRun {
  /// The score of image `place` for `count` altered copies of it, run in parts.
  ///
  /// - Parameter write: writes copy `index`, `[C, H, W]`.
  func scores(
    ofCopies count: Int, of place: Int,
    _ write: @Sendable (_ index: Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws(ExplainError) -> [Float] {
    let shape = images.shape.dropFirst()
    var scores: [Float] = []
    for range in Chunks.ranges(count, by: chunks.forward) {
      scores += try self.scores(ofImages: stack(shape, range, write), as: place)
    }
    return scores
  }
}
