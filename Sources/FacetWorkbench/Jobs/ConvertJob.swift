import FacetFaces
import FacetGraph
import FacetImage
import FacetReport
import FacetZoo

/// `facet convert`: from any format that is read to any that is written, by the output's name:
/// `.safetensors` (a Facet model, or plain weights where the input has no graph), `.npz` (weights) and
/// `.onnx`; and fully connected layers as convolutions, which is proven on the way.
public struct ConvertJob: Sendable {
  public let source: ModelSource
  public let output: String
  public let fullyConvolutional: Bool

  public init(_ source: ModelSource, output: String, fullyConvolutional: Bool) {
    self.source = source
    self.output = output
    self.fullyConvolutional = fullyConvolutional
  }

  /// Converts; returns what to tell the user.
  ///
  /// - Throws: `notProven`, and writes nothing, when the converted network doesn't give the same
  ///   numbers.
  public func run(_ context: JobContext) throws -> String {
    try OutputPlace.checkFile(output)
    guard let format = Format(output) else {
      throw WorkbenchError.usage(
        "the output's name must end in \(Format.list), not '\(output)'")
    }
    if !fullyConvolutional, try PlainWeights(source) != nil {
      return try convertWeights(format)
    }
    let loaded = try source.load()
    let notes = loaded.notes.map { "\nNote: \($0)" }.joined()
    guard fullyConvolutional else {
      try format.write(loaded.model, to: output)
      return "\(loaded.model.card.name): \(output)" + notes
    }
    let (converted, proof) = try prove(loaded.model, context)
    guard proof.holds else {
      throw WorkbenchError.notProven(
        "the converted network is not the same network; nothing was written\n"
          + Self.text(proof))
    }
    try format.write(converted, to: output)
    return Self.text(proof) + "\nModel: \(output)" + notes
  }

  /// What the output's name asks for.
  private enum Format: String, CaseIterable {
    case safetensors
    case npz
    case onnx

    static let list = allCases.map { "." + $0.rawValue }.joined(separator: ", ")

    init?(_ path: String) {
      guard
        let found = Self.allCases.first(where: { path.lowercased().hasSuffix("." + $0.rawValue) })
      else { return nil }
      self = found
    }

    func write(_ model: Model, to path: String) throws {
      switch self {
      case .safetensors: try ModelFile.write(model, to: path)
      case .npz: try TensorFile.write(model.parameters, to: path)
      case .onnx: try ONNXExporter.write(model, to: path)
      }
    }
  }

  /// Tensors without a graph stay tensors.
  private func convertWeights(_ format: Format) throws -> String {
    guard format != .onnx else {
      throw WorkbenchError.usage(
        "\(source.path) holds weights without a graph, and an ONNX file is a graph; name the design "
          + "with --arch")
    }
    let tensors = try TensorFile.open(source.path).tensors()
    try TensorFile.write(tensors, to: output)
    return "\(tensors.count) tensors: \(output)"
  }

  /// The proof on drawn faces, which every machine has.
  private func prove(_ model: Model, _ context: JobContext) throws -> (Model, ConversionProof) {
    let preprocessing = model.card.input.preprocessing
    let larger = DenseMap.preprocessing(for: model.card)
    let faces = try RenderedFaceSet(
      people: 4, photosPerPerson: 1, size: max(larger.height, larger.width), seed: context.seed)
    let images = faces.allFaces().map(\.image)
    return try ConversionProof.prove(
      model, images: images.map { preprocessing.tensor($0) }, larger: larger.tensor(images[0]),
      on: context.engine)
  }

  static func text(_ proof: ConversionProof) -> String {
    let number = NumberFormat.significant(2)
    func line(_ name: String, _ value: String) -> String { "  \(name): \(value)" }
    var lines = [
      proof.sites.isEmpty
        ? "No fully connected layer; the pool before the scores is left out."
        : "\(proof.sites.map(\.name).joined(separator: ", ")): "
          + (proof.isPooled
            ? "1x1 convolutions before the pool"
            : "convolutions, the first of \(proof.window[0])x\(proof.window[1])"),
      line(
        proof.isPooled ? "T5 mean of the map = logits" : "T1 at native size = logits",
        "largest difference \(number.string(Double(proof.nativeDifference))) over \(proof.images) "
          + "images (at most 1e-4)"),
    ]
    if let wrong = proof.wrongOrderDifference {
      lines.append(
        line(
          "T2 control, weights in NHWC order",
          "difference \(number.string(Double(wrong))) (must be large)"))
    }
    lines += [
      line(
        "T3 every cell = the head on its window",
        "largest difference \(number.string(Double(proof.windowDifference))) over "
          + "\(proof.windows) windows (at most 1e-4)"),
      line("T6 reshaped back", proof.roundTripIsExact ? "the same bits" : "NOT the same bits"),
    ]
    return lines.joined(separator: "\n")
  }
}
