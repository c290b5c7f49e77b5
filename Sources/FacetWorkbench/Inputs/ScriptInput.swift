import FacetEngine
import FacetFiles
import FacetGraph
import FacetImage
import FacetTensor
import FacetZoo
import Foundation

/// What scripts give to `predict` and `explain`: a picture, a folder of pictures, or a normalised
/// `.npy` batch.
public struct ScriptInput: Sendable {
  public let names: [String]
  /// `[C, H, W]` each, of one size.
  public let tensors: [Tensor]
  /// What pictures of maps are drawn on.
  public let images: [Image]
  /// SHA-256 of the file, or of a folder's pictures: of their digests, sorted.
  public let sha256: String
  /// Files of a folder that are no pictures, and why.
  public let skipped: [String]
  /// Whether the numbers are the user's own, so that no preprocessing was done.
  public let isNormalised: Bool

  /// - Throws: errors of the file; `badData` when a folder has no picture or an array isn't a batch of
  ///   images.
  public init(_ path: String, _ preprocessing: Preprocessing) throws {
    if path.lowercased().hasSuffix(".npy") {
      try self.init(batch: path, preprocessing)
    } else if FileReading.isDirectory(path) {
      try self.init(folder: path, preprocessing)
    } else {
      let image = preprocessing.fitted(try ImageDecoder.decode(path: path))
      self.init(
        names: [path], tensors: [preprocessing.tensor(fitted: image)], images: [image],
        sha256: try Self.digest(path), skipped: [])
    }
  }

  /// What a user must know beside the result: how pictures became the input, where the model's file
  /// doesn't say it, and what looks wrong about that.
  func notes(_ loaded: LoadedModel, on engine: Engine) throws -> String {
    let warnings =
      isNormalised ? loaded.notes : try loaded.warnings(tensors, on: engine)
    var lines = warnings.map { "Warning: \($0)" }
    if !isNormalised, !loaded.saysItsInput {
      lines.insert("Input: \(loaded.model.card.input.text)", at: 0)
    }
    return lines.map { "\n" + $0 }.joined()
  }

  private init(
    names: [String], tensors: [Tensor], images: [Image], sha256: String, skipped: [String],
    isNormalised: Bool = false
  ) {
    self.sha256 = sha256
    self.isNormalised = isNormalised
    self.names = names
    self.tensors = tensors
    self.images = images
    self.skipped = skipped
  }

  private init(batch path: String, _ preprocessing: Preprocessing) throws {
    let batch = try NumPyArray.read(path)
    let channels = preprocessing.channels.count
    guard batch.shape.rank == 4, batch.shape[1] == channels, batch.shape[0] > 0 else {
      throw WorkbenchError.badData(
        "\(path) holds an array of \(batch.shape); a batch of images is N x \(channels) x height x "
          + "width, normalised as the network wants it")
    }
    let tensors = (0..<batch.shape[0]).map(batch.slice)
    if let bad = tensors.firstIndex(where: { !$0.isFinite }) {
      throw WorkbenchError.badData("\(path) holds NaN or infinity, first in image \(bad)")
    }
    self.init(
      names: tensors.indices.map { "\(path)[\($0)]" }, tensors: tensors,
      images: tensors.map(preprocessing.image), sha256: try Self.digest(path), skipped: [],
      isNormalised: true)
  }

  private init(folder: String, _ preprocessing: Preprocessing) throws {
    var names: [String] = []
    var images: [Image] = []
    var skipped: [String] = []
    var digests: [String] = []
    for name in try Self.files(in: folder) {
      do {
        images.append(preprocessing.fitted(try ImageDecoder.decode(path: folder + "/" + name)))
        names.append(name)
        digests.append(try Self.digest(folder + "/" + name))
      } catch {
        skipped.append("\(error)")
      }
    }
    guard !images.isEmpty else {
      throw WorkbenchError.badData(
        "\(folder) has no picture"
          + (skipped.first.map { " (\(skipped.count) other files; for example \($0))" } ?? ""))
    }
    self.init(
      names: names, tensors: images.map(preprocessing.tensor(fitted:)), images: images,
      sha256: SHA256Digest(of: Data(digests.sorted().joined(separator: "\n").utf8)).hex,
      skipped: skipped)
  }

  private static func digest(_ path: String) throws -> String {
    SHA256Digest(of: try FileReading.data(at: path)).hex
  }

  /// Files of a folder and of the folders in it, sorted.
  private static func files(in folder: String) throws -> [String] {
    try FileReading.names(in: folder).flatMap { name -> [String] in
      guard FileReading.isDirectory(folder + "/" + name) else { return [name] }
      return try FileReading.names(in: folder + "/" + name).map { name + "/" + $0 }
        .filter { !FileReading.isDirectory(folder + "/" + $0) }
    }
  }
}
