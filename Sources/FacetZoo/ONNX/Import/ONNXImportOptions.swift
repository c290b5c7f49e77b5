import FacetGraph
import FacetTensor

/// What a user knows of a network that its ONNX file doesn't say.
public struct ONNXImportOptions: Sendable {
  /// How the first input is taken.
  public enum InputKind: Hashable, Sendable {
    /// As images where it has four axes: height and width stay free where the graph allows it, and
    /// `[N, H, W, C]` is turned to `[N, C, H, W]`.
    case automatic
    /// As it is declared, axis by axis; a batch of one isn't opened.
    case array
  }

  /// The output that the graph computes; `nil` for the first.
  public var output: String?
  /// Values of inputs that are no images; all but one must have one.
  public var bindings: [String: Tensor] = [:]
  public var inputKind: InputKind = .automatic
  /// The model's name; `nil` for the file's.
  public var name: String?
  /// Height and width of images in pixels; `nil` for what the file declares, else 224.
  public var height: Int?
  public var width: Int?
  /// How photos become the input; `nil` for the card file's, else raw bytes in RGB.
  public var scale: Float?
  public var mean: [Float]?
  public var standardDeviation: [Float]?
  /// `rgb` or `bgr`.
  public var channels: String?
  public var resize: InputCard.Resize?
  /// Names of the classes, in the order of the output.
  public var classes: [String]?
  public var embeddingLayer: LayerPath?
  public var camLayer: LayerPath?
  /// Whether `<model>.card.json` beside the file is read.
  public var readsCardFile = true
  /// How many elements may be computed while the graph is read, all constants together.
  public var foldingLimit = 1 << 26

  public init() {}
}
