import FacetFaces
import FacetGraph
import FacetImage
import FacetReport
import FacetZoo

/// `facet convert`: a model file from another, or from plain weights; and fully connected layers as
/// convolutions, which is proven on the way.
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
    let loaded = try source.load()
    guard fullyConvolutional else {
      try ModelFile.write(loaded.model, to: output)
      return "\(loaded.model.card.name): \(output)"
    }
    let (converted, proof) = try prove(loaded.model, context)
    guard proof.holds else {
      throw WorkbenchError.notProven(
        "the converted network is not the same network; nothing was written\n"
          + Self.text(proof))
    }
    try ModelFile.write(converted, to: output)
    return Self.text(proof) + "\nModel: \(output)"
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
