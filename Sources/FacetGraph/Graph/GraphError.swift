import FacetTensor

/// What can be wrong with a graph, a model, or a request about one of their layers.
public enum GraphError: Error, Equatable, CustomStringConvertible {
  case unknownLayer(LayerPath, suggestion: String?)
  case duplicatePath(LayerPath)
  /// An operator can't take these inputs; `reason` gives what was expected and what it got.
  case shapeMismatch(LayerPath, op: String, reason: String)
  case badInput(expected: String, got: Shape)
  case missingParameter(name: String, layer: LayerPath)
  case parameterShape(name: String, expected: Shape, got: Shape)
  /// A graph read from a file refers to a node that doesn't come before its user.
  case malformed(reason: String)

  public var description: String {
    switch self {
    case .unknownLayer(let path, let suggestion):
      "there is no layer '\(path)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    case .duplicatePath(let path): "two layers are named '\(path)'"
    case .shapeMismatch(let path, let op, let reason): "layer '\(path)' (\(op)): \(reason)"
    case .badInput(let expected, let got): "the network takes \(expected), not \(got)"
    case .missingParameter(let name, let layer):
      "the parameter '\(name)' of layer '\(layer)' is missing"
    case .parameterShape(let name, let expected, let got):
      "the parameter '\(name)' has shape \(got); \(expected) was expected"
    case .malformed(let reason): "the graph is not valid: \(reason)"
    }
  }
}
