import FacetEngine
import FacetGraph
import FacetTensor

/// Why an explanation can't be made.
public enum ExplainError: Error, Equatable, CustomStringConvertible {
  /// The network refused the images or the layer.
  case engine(EngineError)
  case graph(GraphError)
  case unknownMethod(String, suggestion: String?, known: [String])
  /// A class that the network's output doesn't have.
  case classOutOfRange(Int, classes: Int)
  /// A choice for each image doesn't fit the number of images.
  case countMismatch(what: String, expected: Int, got: Int)
  /// The method needs a class to explain; the objective has none.
  case needsClass(method: String, objective: String)
  /// A class activation map or a projection needs a layer whose value is `[N, K, h, w]`.
  case notAMap(LayerPath, got: Shape)
  case embeddingShape(expected: Int, got: Shape)
  /// The method explains a cosine of embeddings; the objective is another.
  case needsCosine(method: String, objective: String)
  /// The embedding is no sum over the cells of a map, because of one layer.
  case notAdditive(embedding: LayerPath, because: LayerPath, op: String)
  /// A pair whose faces can't be compared.
  case noCosine(pair: Int, reason: String)
  case unitOutOfRange(LayerPath, unit: FeatureUnit, shape: Shape)
  case badOption(name: String, expected: String, got: String)
  /// A layer whose cells have no common stride or see an area that depends on the image's size.
  case noReceptiveField(LayerPath, reason: String)

  public var description: String {
    switch self {
    case .engine(let error): error.description
    case .graph(let error): error.description
    case .unknownMethod(let name, let suggestion, let known):
      "there is no method '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        + " Known: \(known.joined(separator: ", "))"
    case .classOutOfRange(let index, let classes):
      "the network has no class \(index); it has 0 to \(classes - 1)"
    case .countMismatch(let what, let expected, let got):
      "\(got) \(what) were given for \(expected) images"
    case .needsClass(let method, let objective):
      "\(method) explains a class; the objective '\(objective)' has none"
    case .notAMap(let layer, let got):
      "the value of '\(layer)' is \(got), not maps [N, channels, height, width]"
    case .embeddingShape(let expected, let got):
      "an embedding of \(expected) features was expected, not \(got)"
    case .needsCosine(let method, let objective):
      "\(method) explains a cosine of embeddings, not the objective '\(objective)'"
    case .notAdditive(let embedding, let layer, let op):
      "the embedding '\(embedding)' is not a sum over the cells of a map, because '\(layer)' (\(op)) is "
        + "not linear or joins several maps; use gradcam, corrrise or occlusion for this network"
    case .noCosine(let pair, let reason):
      "pair \(pair) has no cosine: \(reason)"
    case .unitOutOfRange(let layer, let unit, let shape):
      "'\(layer)' has no unit \(unit); its value is \(shape)"
    case .badOption(let name, let expected, let got): "\(name) must be \(expected), not \(got)"
    case .noReceptiveField(let layer, let reason):
      "the cells of '\(layer)' have no receptive fields on one grid: \(reason)"
    }
  }

  /// Runs `body`, with an engine's error as an explanation's.
  static func wrapping<R>(_ body: () throws(EngineError) -> R) throws(ExplainError) -> R {
    do { return try body() } catch { throw .engine(error) }
  }

  /// Runs `body`, with a graph's error as an explanation's.
  static func wrappingGraph<R>(_ body: () throws(GraphError) -> R) throws(ExplainError) -> R {
    do { return try body() } catch { throw .graph(error) }
  }
}
