import FacetEngine
import FacetGraph
import FacetTensor

/// Integrated gradients (Sundararajan et al. 2017, equation 1): the gradient averaged over the
/// straight path from a baseline to the image, times their difference.
///
/// The path integral is by ``Quadrature``. The map should add up to `s(x) - s(baseline)`; by how much
/// it doesn't is ``Explanation/completenessGaps``.
public struct IntegratedGradients: Explainer {
  /// Points on the path.
  public var steps: Int
  /// The value of every element of the baseline, in network space: 0 is the mean colour.
  public var baseline: Float
  /// Where on the path the points lie and how they count.
  public var quadrature: Quadrature
  /// Hears of the points done.
  public var onStep: StepListener?

  public init(
    steps: Int = 50, baseline: Float = 0, quadrature: Quadrature = .gaussLegendre,
    onStep: StepListener? = nil
  ) {
    self.steps = steps
    self.baseline = baseline
    self.quadrature = quadrature
    self.onStep = onStep
  }

  public var name: String { "integrated-gradients" }

  /// The map is `[N, C, H, W]`. Cost: `steps` forward and backward runs.
  public func explain(
    _ model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine
  ) throws(ExplainError) -> Explanation {
    let fewest = quadrature.fewestPoints
    try require(fewest...10_000 ~= steps, "steps", "\(fewest) to 10000", got: steps)
    let points = quadrature.points(steps)
    var gaps: [Float] = []
    var explanation = try explanation(
      of: model, x, objective, on: engine, keeping: .output, space: .input,
      options: [
        "steps": "\(steps)", "baseline": "\(baseline)", "quadrature": quadrature.rawValue,
      ], onStep: onStep
    ) { (run) throws(ExplainError) in
      var maps: [Tensor] = []
      for image in 0..<run.places.count {
        let clean = run.images.slice(image)
        var sum = [Double](repeating: 0, count: clean.count)
        for range in Chunks.ranges(steps, by: run.chunks.backward) {
          let path = range.map { step in
            clean.map { baseline + Float(points.nodes[step]) * ($0 - baseline) }
          }
          let gradients = try run.inputGradients(.stack(path), of: image)
          gradients.withUnsafeBufferPointer { g in
            for (row, step) in range.enumerated() {
              let weight = points.weights[step]
              for i in sum.indices { sum[i] += weight * Double(g[row * sum.count + i]) }
            }
          }
          run.tell(image * steps + range.upperBound, of: steps)
        }
        let map = Tensor(
          clean.shape,
          sum.indices.map { Float(sum[$0] * Double(clean.scalars[$0] - baseline)) })
        let flat = Tensor(clean.shape.prepending(1), repeating: baseline)
        let change =
          try Double(run.scores[image]) - Double(run.scores(ofImages: flat, as: image)[0])
        gaps.append(Float(map.sum - change))
        maps.append(map)
      }
      return .stack(maps)
    }
    explanation.completenessGaps = gaps
    return explanation
  }
}
