import FacetGraph
import FacetReport
import FacetTensor
import FacetZoo

/// A file of tensors without a network: what `facet inspect` tells of it, from its header alone.
public struct PlainWeights: Codable, Sendable {
  public struct Entry: Codable, Sendable {
    public let name: String
    public let type: String
    public let shape: [Int]
  }

  public let path: String
  public let tensors: [Entry]
  /// Designs whose every parameter is in the file, with its shape but for the number of classes.
  public let architectures: [String]

  /// The file of a source that names no design; `nil` when that is a model.
  init?(_ source: ModelSource) throws {
    guard case .file(let path) = source.place, !path.lowercased().hasSuffix(".onnx") else {
      return nil
    }
    guard try !ModelFile.isModel(path) else { return nil }
    let archive = try TensorFile.open(path)
    self.path = path
    tensors = archive.entries.map {
      Entry(name: $0.name, type: $0.type.rawValue, shape: $0.shape.extents)
    }
    architectures = Architecture.all.filter { $0.fits(archive.entries) }.map(\.name)
  }

  /// For a terminal.
  func text() throws -> String {
    let count = tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let advice =
      architectures.isEmpty
      ? "They are the weights of no design Facet knows."
      : "They fit \(architectures.joined(separator: ", ")): --arch "
        + "\(architectures[0]) --weights \(path)"
    let table = Table(
      columns: ["Tensor", "Type", "Shape"],
      rows: tensors.map { entry in
        [
          .text(entry.name), .text(entry.type),
          .text(
            entry.shape.isEmpty ? "scalar" : entry.shape.map(String.init).joined(separator: "x")),
        ]
      })
    return
      "\(path): \(tensors.count) tensors, \(NumberFormat.integer.string(Double(count))) numbers, "
      + "and no graph. \(advice)\n\n" + (try TextRenderer.render(table))
  }
}
