import FacetGraph

/// A network that was read from an ONNX file.
public struct ONNXImported: Sendable {
  /// Something a user may want to know of how the file was read.
  public struct Note: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable {
      /// What was decided, and on which grounds.
      case information
      /// What may make results wrong.
      case warning
    }

    public let kind: Kind
    public let text: String

    public init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }

    public var description: String { kind == .warning ? "warning: " + text : text }
  }

  public let model: Model
  public let notes: [Note]
  /// The operator set of the standard domain.
  public let opset: Int
  /// The name of the input in the file.
  public let input: String
  /// The input's extents as the file declares them; `nil` for those it leaves open.
  public let declaredExtents: [Int?]
  /// The name of the output in the file.
  public let output: String
  /// Other outputs of the file that are layers of the graph, by name.
  public let otherOutputs: [String]
  /// Outputs that aren't computed, and why.
  public let droppedOutputs: [String: String]
  /// Whether a card beside the file says how photos become the input; otherwise the options or
  /// defaults do, and may be wrong.
  public let saysItsInput: Bool
  /// Whether the graph begins with arithmetic by constants on its input.
  public let normalisesItsInput: Bool
}
