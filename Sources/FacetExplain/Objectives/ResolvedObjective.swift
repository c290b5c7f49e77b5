import FacetEngine
import FacetGraph
import FacetTensor

/// An objective whose choices (the predicted class, the rivals) are made already: the same functions
/// for other pictures of the same images.
struct ResolvedObjective: Objective {
  let name: String
  private let path: LayerPath
  private let functions: [any Score]

  /// - Parameter x: the clean images, by which the choices are made.
  init(_ objective: some Objective, _ model: Model, _ x: Tensor, on engine: Engine)
    throws(ExplainError)
  {
    name = objective.name
    path = objective.layer(in: model)
    let chunks = try Chunks(model, height: x.shape[2], width: x.shape[3])
    var functions: [any Score] = []
    for range in Chunks.ranges(x.shape[0], by: chunks.forward) {
      functions += try CleanRun(
        model, x, range, objective, on: engine, keeping: .output, chunks: chunks
      ).functions
    }
    self.functions = functions
  }

  func layer(in model: Model) -> LayerPath { path }

  func score(image: Int, of count: Int, clean: [Float]) throws(ExplainError) -> any Score {
    guard functions.indices.contains(image) else {
      throw .countMismatch(what: "chosen scores", expected: count, got: functions.count)
    }
    return functions[image]
  }
}
