import FacetFiles
import FacetGraph
import FacetImage
import FacetZoo

/// Where a model comes from, and what the user says of it.
public struct ModelSource: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    /// A file Facet wrote, or an ONNX graph.
    case file(String)
    /// A design and a plain file of weights with its parameter names, or the name of a published set.
    case weights(architecture: String, path: String)
  }

  public var place: Place
  public var settings: NetworkSettings

  public init(_ place: Place, settings: NetworkSettings = NetworkSettings()) {
    self.place = place
    self.settings = settings
  }

  /// A file Facet wrote, or an ONNX graph.
  public static func file(_ path: String) -> ModelSource { ModelSource(.file(path)) }

  /// A design and its weights: a file of any format, or `imagenet` for the published ones.
  public static func weights(architecture: String, path: String) -> ModelSource {
    ModelSource(.weights(architecture: architecture, path: path))
  }

  /// What is on the command line for it.
  public var path: String {
    switch place {
    case .file(let path), .weights(_, let path): path
    }
  }

  /// Reads the model.
  public func load() throws -> LoadedModel {
    var loaded =
      switch place {
      case .file(let path):
        path.lowercased().hasSuffix(".onnx")
          ? try Self.graph(path, settings) : try Self.model(path)
      case .weights(let architecture, let path): try Self.weights(architecture, path)
      }
    loaded.model.card = try settings.applied(to: loaded.model.card, of: loaded.model.graph)
    if settings.changesInput { loaded.saysItsInput = false }
    // The reader of graphs tells this itself.
    let damaged =
      path.lowercased().hasSuffix(".onnx") ? [] : TensorFile.nonFinite(loaded.model.parameters)
    if !damaged.isEmpty {
      loaded.notes.append(
        "\(damaged.count) of the network's tensors hold NaN or infinity, so its answers mean nothing: "
          + damaged.prefix(3).joined(separator: ", ") + (damaged.count > 3 ? ", ..." : ""))
    }
    return loaded
  }

  /// The network without its numbers: of a file Facet wrote, only the header is read.
  func outline() throws -> NetworkOutline {
    guard case .file(let path) = place, !path.lowercased().hasSuffix(".onnx") else {
      return NetworkOutline(try load())
    }
    let (graph, card) = try ModelFile.outline(path)
    return NetworkOutline(
      graph: graph, card: try settings.applied(to: card, of: graph), sha256: try Self.digest(path),
      saysItsInput: !settings.changesInput)
  }

  private static func model(_ path: String) throws -> LoadedModel {
    LoadedModel(model: try ModelFile.read(path), path: path, sha256: try digest(path))
  }

  private static func graph(_ path: String, _ settings: NetworkSettings) throws -> LoadedModel {
    var options = ONNXImportOptions()
    options.output = settings.output
    options.height = settings.size?.height
    options.width = settings.size?.width
    let imported = try ONNXImporter.model(path: path, options: options)
    var loaded = LoadedModel(model: imported.model, path: path, sha256: try digest(path))
    loaded.notes = imported.notes.filter { $0.kind == .warning }.map(\.text)
    loaded.saysItsInput = imported.saysItsInput
    return loaded
  }

  private static func weights(_ architecture: String, _ path: String) throws -> LoadedModel {
    let design = try Architecture.named(architecture)
    let file = try file(path, for: design)
    let (model, report) = try design.model(weights: file)
    return LoadedModel(model: model, path: file, sha256: try digest(file), report: report)
  }

  /// The file that `--weights` means: a path, or the name of a published set.
  static func file(_ path: String, for design: Architecture) throws -> String {
    PublishedWeights.sets.contains(path)
      ? try publishedWeights(architecture: design.name, set: path) : path
  }

  private static func digest(_ path: String) throws -> SHA256Digest {
    try SHA256Digest(of: try FileBytes(path: path))
  }
}

/// What can be told of a network without its numbers.
struct NetworkOutline: Sendable {
  let graph: Graph
  let card: ModelCard
  let sha256: SHA256Digest
  var report: LoadReport?
  var notes: [String] = []
  let saysItsInput: Bool
}

extension NetworkOutline {
  init(_ loaded: LoadedModel) {
    self.init(
      graph: loaded.model.graph, card: loaded.model.card, sha256: loaded.sha256,
      report: loaded.report, notes: loaded.notes, saysItsInput: loaded.saysItsInput)
  }
}

/// A model and the file it was read from.
public struct LoadedModel: Sendable {
  public internal(set) var model: Model
  public let path: String
  public let sha256: SHA256Digest
  /// How plain weights met the design; `nil` for other files.
  public var report: LoadReport?
  /// What was noticed while it was read.
  public var notes: [String] = []
  /// Whether the file, and not the user, says how photos become the input; where it doesn't, the first
  /// images are looked at to see whether the choice can be right.
  public var saysItsInput = true
}

extension InputCard {
  /// The card's preprocessing as FacetImage carries it out.
  public var preprocessing: Preprocessing {
    Preprocessing(
      height: height, width: width,
      resize: {
        switch resize {
        case .stretch: .stretch
        case .shorterSide(let length): .shorterSide(length)
        }
      }(),
      mean: mean, standardDeviation: standardDeviation, scale: scale,
      channels: Preprocessing.Channels(rawValue: channels) ?? .rgb)
  }
}
