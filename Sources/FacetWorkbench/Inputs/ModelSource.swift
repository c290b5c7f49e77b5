import FacetFiles
import FacetGraph
import FacetImage
import FacetZoo

/// Where a model comes from.
public enum ModelSource: Hashable, Sendable {
  /// A file Facet wrote.
  case file(String)
  /// A design and a plain file of weights with its parameter names.
  case weights(architecture: String, path: String)

  /// What is on the command line for it.
  public var path: String {
    switch self {
    case .file(let path), .weights(_, let path): path
    }
  }

  /// Reads the model.
  public func load() throws -> LoadedModel {
    let digest = SHA256Digest(of: try FileReading.data(at: path))
    switch self {
    case .file(let path):
      return LoadedModel(model: try ModelFile.read(path), path: path, sha256: digest, report: nil)
    case .weights(let architecture, let path):
      let (model, report) = try Architecture.named(architecture).model(weights: path)
      return LoadedModel(model: model, path: path, sha256: digest, report: report)
    }
  }
}

/// A model and the file it was read from.
public struct LoadedModel: Sendable {
  public let model: Model
  public let path: String
  public let sha256: SHA256Digest
  /// How plain weights met the design; `nil` for a file Facet wrote.
  public let report: LoadReport?
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
      channels: channels == "bgr" ? .bgr : .rgb)
  }
}
