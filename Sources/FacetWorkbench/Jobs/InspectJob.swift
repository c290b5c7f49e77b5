import FacetFiles
import FacetGraph
import FacetReport
import FacetZoo
import Foundation

/// `facet inspect`: what a network is made of.
public struct InspectJob: Sendable {
  public let source: ModelSource

  public init(_ source: ModelSource) { self.source = source }

  /// What `--json` prints.
  public struct Result: Codable, Sendable {
    public let card: ModelCard
    public let parameters: Int
    public let multiplyAccumulates: Int
    public let layers: [LayerSummary]
    public let sha256: String
  }

  private func result(_ outline: NetworkOutline) throws -> Result {
    let input = outline.card.input
    let layers = try outline.graph.summary(height: input.height, width: input.width)
    return Result(
      card: outline.card, parameters: outline.graph.parameterCount,
      multiplyAccumulates: layers.multiplyAccumulates, layers: layers, sha256: outline.sha256.hex)
  }

  /// What `--json` prints, as text.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    if let weights = try PlainWeights(source) {
      return String(decoding: try encoder.encode(weights), as: UTF8.self)
    }
    return String(decoding: try encoder.encode(result(source.outline())), as: UTF8.self)
  }

  /// For a terminal.
  public func text() throws -> String {
    if let weights = try PlainWeights(source) { return try weights.text() }
    let outline = try source.outline()
    let result = try result(outline)
    let card = result.card
    var lines = [
      "\(card.name): \(NumberFormat.integer.string(Double(result.parameters))) parameters, "
        + "\(NumberFormat.integer.string(Double(result.multiplyAccumulates))) multiply-accumulates "
        + "for an image of \(card.input.height)x\(card.input.width)",
      "Embedding: \(card.embeddingLayer)   Grad-CAM: \(card.camLayer)   Source: \(card.source)   "
        + "Licence: \(card.licence)",
      "Input: \(card.input.text)"
        + (outline.saysItsInput
          ? "" : " (not in the file; see --mean, --std, --channels and --size)"),
    ]
    if !card.classes.isEmpty {
      lines.append(
        "\(card.classes.count) classes: \(card.classes.prefix(8).joined(separator: ", "))"
          + (card.classes.count > 8 ? ", ..." : ""))
    }
    if let training = card.training {
      lines.append(
        "Trained (\(training.strategy), seed \(training.seed)) on \(training.train.count) photos, "
          + "best of \(training.epochs) epochs: \(training.bestEpoch)")
    }
    if let report = outline.report {
      if let adaptation = report.adaptation { lines.append("File: \(adaptation)") }
      if report.problems != "nothing" { lines.append("File: \(report.problems)") }
    }
    lines += outline.notes.map { "Note: \($0)" }
    let table = Table(
      columns: ["Layer", "Kind", "Output", "Parameters", "MACs"],
      rows: result.layers.map { layer in
        [
          .text(layer.path.name), .text(layer.kind),
          .text(layer.outputShape.map(String.init).joined(separator: "x")),
          layer.parameters == 0 ? .missing : .count(layer.parameters),
          layer.multiplyAccumulates == 0 ? .missing : .count(layer.multiplyAccumulates),
        ]
      })
    return lines.joined(separator: "\n") + "\n\n" + (try TextRenderer.render(table))
  }
}
