import FacetFiles
import FacetGraph
import FacetTensor
import Foundation

/// A Facet model on disk: one safetensors file whose metadata holds the graph and the card as JSON,
/// so that any tool reads the tensors and Facet needs nothing else.
public enum ModelFile {
  private static let format = "facet-model-1"

  /// Writes a model whole or not at all. Equal models give equal files.
  public static func write(_ model: Model, to path: String) throws(ZooError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let metadata = [
        "format": format,
        "facet.graph": String(decoding: try encoder.encode(model.graph), as: UTF8.self),
        "facet.card": String(decoding: try encoder.encode(model.card), as: UTF8.self),
      ]
      try SafeTensors(tensors: model.parameters, metadata: metadata).write(to: path)
    } catch let error as ZooError {
      throw error
    } catch {
      throw .unsupported(path: path, reason: "the model can't be encoded: \(error)")
    }
  }

  /// Whether the file is a model and not plain weights; only its header is read.
  public static func isModel(_ path: String) throws(ZooError) -> Bool {
    guard let archive = try? SafeTensorsFile(path) else { return false }
    return archive.metadata["facet.graph"] != nil
  }

  /// What the header says of a model: everything but the numbers. Its tensors are there, with the shapes
  /// that the graph asks for.
  public static func outline(_ path: String) throws(ZooError) -> (graph: Graph, card: ModelCard) {
    try outline(of: try TensorFile.open(path))
  }

  /// Reads a model that ``write(_:to:)`` wrote.
  public static func read(_ path: String) throws(ZooError) -> Model {
    let archive = try TensorFile.open(path)
    let (graph, card) = try outline(of: archive)
    let tensors = try archive.tensors()
    do { return try Model(graph: graph, parameters: tensors, card: card) } catch {
      throw .graph(path: path, error)
    }
  }

  private static func outline(of archive: any TensorArchive) throws(ZooError) -> (
    graph: Graph, card: ModelCard
  ) {
    let metadata = (archive as? SafeTensorsFile)?.metadata ?? [:]
    guard let graph = metadata["facet.graph"], let card = metadata["facet.card"] else {
      throw .unsupported(
        path: archive.path,
        reason: "it holds \(archive.entries.count) tensors but no Facet model; plain weights need "
          + "--arch and --weights")
    }
    let decoder = JSONDecoder()
    do {
      let decoded = (
        graph: try decoder.decode(Graph.self, from: Data(graph.utf8)),
        card: try decoder.decode(ModelCard.self, from: Data(card.utf8))
      )
      let shapes = Dictionary(archive.entries.map { ($0.name, $0.shape) }) { first, _ in first }
      for (name, shape, layer) in decoded.graph.parameterShapes {
        guard let got = shapes[name] else {
          throw GraphError.missingParameter(name: name, layer: layer)
        }
        guard got == shape else {
          throw GraphError.parameterShape(name: name, expected: shape, got: got)
        }
      }
      return decoded
    } catch let error as GraphError {
      throw .graph(path: archive.path, error)
    } catch {
      throw .malformed(
        path: archive.path, offset: 8, reason: "its graph or card can't be read: \(error)")
    }
  }
}

extension Architecture {
  /// A model from a plain file of weights, of any format that ``TensorFile`` opens, with this design's
  /// parameter names.
  ///
  /// The number of classes is the file's own; `classes` names them where the numbers agree.
  public func model(weights path: String, classes: [String] = []) throws(ZooError) -> (
    model: Model, report: LoadReport
  ) {
    let tensors = try TensorFile.open(path).tensors()
    do {
      let adapted = try adapting(tensors)
      let count = adapted.tensors[head.appending("weight").name]?.shape.extents.first ?? 1000
      let graph = try graph(classes: max(count, 1))
      var (parameters, report) = graph.applying(adapted.tensors)
      report.adaptation = adapted.summary
      guard report.isComplete else {
        throw ZooError.weightsDoNotFit(path: path, architecture: name, report: report)
      }
      let card = card(classes: classes.count == count ? classes : [])
      return (try Model(graph: graph, parameters: parameters, card: card), report)
    } catch let error as ZooError {
      throw error
    } catch let error as GraphError {
      throw .graph(path: path, error)
    } catch {
      throw .unsupported(path: path, reason: "\(error)")
    }
  }
}

extension Graph {
  /// The parameters that a file's tensors give, and how the two met.
  public func applying(_ tensors: [String: Tensor]) -> ([String: Tensor], LoadReport) {
    var report = LoadReport()
    var parameters: [String: Tensor] = [:]
    for (name, shape, _) in parameterShapes {
      guard let tensor = tensors[name] else {
        report.missing.append(name)
        continue
      }
      guard tensor.shape == shape else {
        report.mismatched.append(.init(name: name, expected: shape, got: tensor.shape))
        continue
      }
      parameters[name] = tensor
      report.applied.append(name)
      if !tensor.isFinite { report.nonFinite.append(name) }
    }
    let used = Set(parameterShapes.map(\.name))
    // PyTorch counts batches beside every batch norm; nothing is computed from it.
    report.unused = tensors.keys.filter { !used.contains($0) }
      .filter { !$0.hasSuffix("num_batches_tracked") }.sorted()
    return (parameters, report)
  }
}
