import FacetEngine
import FacetGraph
import FacetTensor

extension Explainer {
  /// Runs a batch part by part and joins what `body` makes of each part.
  ///
  /// - Parameters:
  ///   - onStep: hears of the steps that `body` tells of by ``CleanRun/tell(_:of:)``.
  ///   - body: gives the part's map, `[n, ...]`.
  func explanation(
    of model: Model, _ x: Tensor, _ objective: some Objective, on engine: Engine, keeping: Keep,
    space: Explanation.Space, layer: LayerPath? = nil, options: [String: String] = [:],
    onStep: StepListener? = nil, _ body: (CleanRun) throws(ExplainError) -> Tensor
  ) throws(ExplainError) -> Explanation {
    guard x.shape.rank == 4, x.count > 0 else {
      throw .graph(
        .badInput(expected: "images [N, \(model.graph.inputChannels), H, W]", got: x.shape))
    }
    let chunks = try Chunks(model, height: x.shape[2], width: x.shape[3])
    let deadline = Deadline()
    var maps: [Tensor] = []
    var scores: [Float] = []
    var targets: [Int?] = []
    var rivals: [[Int]] = []
    for range in Chunks.ranges(x.shape[0], by: chunks.backward) {
      let run = try CleanRun(
        model, x, range, objective, on: engine, keeping: keeping, chunks: chunks,
        deadline: deadline, onStep: onStep)
      maps.append(try body(run))
      scores += run.scores
      targets += run.functions.map(\.target)
      rivals += run.functions.map(\.rivals)
    }
    var all = options
    all["objective"] = objective.name
    var explanation = Explanation(
      map: .concatenate(maps), space: space, method: name, layer: layer, scores: scores,
      targets: targets, imageSize: Extent(x.shape[2], x.shape[3]), options: all)
    if rivals.contains(where: { !$0.isEmpty }) { explanation.rivals = rivals }
    return explanation
  }

  /// The node a path names, by its own path.
  func layer(_ path: LayerPath, of model: Model) throws(ExplainError) -> LayerPath {
    try ExplainError.wrappingGraph({ () throws(GraphError) in
      try model.graph.node(at: path).path
    })
  }
}
