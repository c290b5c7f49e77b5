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

  public func result() throws -> (result: Result, loaded: LoadedModel) {
    let loaded = try source.load()
    let input = loaded.model.card.input
    let layers = try loaded.model.summary(height: input.height, width: input.width)
    return (
      Result(
        card: loaded.model.card, parameters: loaded.model.parameterCount,
        multiplyAccumulates: layers.reduce(0) { $0 + $1.multiplyAccumulates }, layers: layers,
        sha256: loaded.sha256.hex), loaded
    )
  }

  /// What `--json` prints, as text.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    if let weights = try PlainWeights(source) {
      return String(decoding: try encoder.encode(weights), as: UTF8.self)
    }
    return String(decoding: try encoder.encode(result().result), as: UTF8.self)
  }

  /// For a terminal.
  public func text() throws -> String {
    if let weights = try PlainWeights(source) { return try weights.text() }
    let (result, loaded) = try result()
    let card = result.card
    var lines = [
      "\(card.name): \(NumberFormat.integer.string(Double(result.parameters))) parameters, "
        + "\(NumberFormat.integer.string(Double(result.multiplyAccumulates))) multiply-accumulates "
        + "for an image of \(card.input.height)x\(card.input.width)",
      "Embedding: \(card.embeddingLayer)   Grad-CAM: \(card.camLayer)   Source: \(card.source)   "
        + "Licence: \(card.licence)",
      "Input: \(card.input.text)"
        + (loaded.saysItsInput
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
    if let report = loaded.report {
      if let adaptation = report.adaptation { lines.append("File: \(adaptation)") }
      if report.problems != "nothing" { lines.append("File: \(report.problems)") }
    }
    lines += loaded.notes.map { "Note: \($0)" }
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
