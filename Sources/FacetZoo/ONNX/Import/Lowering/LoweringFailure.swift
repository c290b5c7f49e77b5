/// Why a node can't be put into a graph.
enum LoweringFailure: Error {
  /// It is valid, but Facet doesn't compute it.
  case unsupported(String)
  /// It isn't what ONNX says such a node is.
  case invalid(String)
  /// It can only be computed when these axes of the input have a fixed size; the graph is read again.
  case needsFixedAxes(Set<Int>)
  /// The file can't be read.
  case file(ZooError)
}

/// What is wrong with one node of an ONNX graph.
public struct ONNXProblem: Hashable, Sendable, CustomStringConvertible {
  /// The node's name, or the name of its first output.
  public let node: String
  /// The operator, with its domain where that isn't the standard one.
  public let operatorName: String
  public let opset: Int
  public let reason: String

  public init(node: String, operatorName: String, opset: Int, reason: String) {
    self.node = node
    self.operatorName = operatorName
    self.opset = opset
    self.reason = reason
  }

  public var description: String {
    "node '\(node)' (\(operatorName), opset \(opset)): \(reason)"
  }
}
