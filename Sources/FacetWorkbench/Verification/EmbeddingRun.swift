import FacetEngine
import FacetFaces
import FacetFiles
import FacetGraph
import FacetImage
import FacetTensor
import FacetThreads
import Foundation
import Synchronization

/// The embeddings of images, each distinct one computed once: from a cache where it has them, else by
/// the network, while the next ones are decoded.
struct EmbeddingRun {
  /// By the SHA-256 of the images' bytes.
  private(set) var embeddings: [String: Embedding] = [:]
  /// Images that can't be decoded, by their SHA-256, and why.
  private(set) var unusable: [String: String] = [:]
  /// How many the network was run on.
  private(set) var embedded = 0
  /// How many the cache had.
  private(set) var fromCache = 0
  /// What to know of the network and its input.
  let warnings: [String]
  /// What went wrong with the cache.
  private(set) var notes: [String] = []

  /// Images in memory at a time, twice over; results do not depend on it.
  private static let chunk = 64

  /// - Parameters:
  ///   - files: distinct by their hash.
  ///   - cacheFolder: `nil` keeps and uses nothing.
  init(
    _ loaded: LoadedModel, _ files: [PairImages.File], cacheFolder: String?, _ context: JobContext
  ) throws {
    let preprocessing = try loaded.model.card.input.preprocessing.validated()
    // The same images are looked at whether or not their embeddings are kept.
    let first = try DecodedImage.decode(Array(files.prefix(8)), preprocessing)
      .compactMap { try? $0.picture.get().tensor }
    warnings = try loaded.warnings(first, on: context.engine)
    var cache = cacheFolder.map {
      EmbeddingCache(
        folder: $0, key: EmbeddingCache.key(of: loaded), wanted: Set(files.map(\.hash)))
    }
    embeddings = cache?.entries ?? [:]
    fromCache = embeddings.count
    let misses = files.filter { embeddings[$0.hash] == nil }
    let predictor = Predictor(loaded.model, engine: context.engine)
    let starts = Array(stride(from: 0, to: misses.count, by: Self.chunk))
    for start in starts {
      let part = Array(misses[start..<min(start + Self.chunk, misses.count)])
      let images = try DecodedImage.decode(part, preprocessing)
      let new = try Self.embed(images, predictor, expected: embeddings.values.first)
      for image in images {
        if case .failure(let error) = image.picture { unusable[image.file.hash] = "\(error)" }
      }
      for (hash, embedding) in new { embeddings[hash] = embedding }
      cache?.add(new)
      embedded += new.count
      let done = min(start + Self.chunk, misses.count)
      context.progress.step("embedding images", Double(done) / Double(misses.count))
    }
    notes = cache?.notes ?? []
  }

  private static func embed(
    _ images: [DecodedImage], _ predictor: Predictor, expected: Embedding?
  ) throws -> [(hash: String, embedding: Embedding)] {
    let usable = images.compactMap { image in
      (try? image.picture.get()).map { (file: image.file, picture: $0) }
    }
    guard !usable.isEmpty else { return [] }
    let rows = try predictor.answers(usable.map(\.picture.tensor)).embeddings
    let layer = predictor.model.card.embeddingLayer
    guard rows.shape.rank == 2 else {
      throw WorkbenchError.badData(
        "the value of '\(layer)' is \(rows.shape), not an embedding [N, D] or a map [N, D, H, W]; "
          + "the model's card names the wrong layer")
    }
    let width = rows.shape[1]
    if let expected, expected.values.count != width {
      throw WorkbenchError.badData(
        "'\(layer)' gave \(width) values for an image and \(expected.values.count) for another")
    }
    return try usable.enumerated().map { row, image in
      let values = Array(rows.scalars[row * width..<(row + 1) * width])
      guard values.allSatisfy(\.isFinite) else {
        throw WorkbenchError.badData(
          "the network's embedding of \(image.file.name) holds values that are not finite; "
            + "its weights or its preprocessing are damaged")
      }
      return (image.file.hash, Embedding(values: values, perceptualHash: image.picture.bits))
    }
  }
}

/// A file's pixels as the network takes them, or why there are none.
private struct DecodedImage: Sendable {
  struct Picture: Sendable {
    /// `[3, H, W]`.
    let tensor: Tensor
    /// Of the perceptual hash.
    let bits: UInt64
  }

  let file: PairImages.File
  let picture: Result<Picture, ImageError>

  /// Decodes on all cores, in the order of `files`.
  ///
  /// - Throws: `badData` for a file that is no longer the one that was looked at.
  static func decode(
    _ files: [PairImages.File], _ preprocessing: Preprocessing
  ) throws -> [DecodedImage] {
    let results = Mutex<[Int: Result<DecodedImage, any Error>]>([:])
    Parallel().forEach(files.count) { index in
      let result = Result { try decode(files[index], preprocessing) }
      results.withLock { $0[index] = result }
    }
    let decoded = results.withLock { $0 }
    return try files.indices.compactMap { try decoded[$0]?.get() }
  }

  private static func decode(
    _ file: PairImages.File, _ preprocessing: Preprocessing
  ) throws -> DecodedImage {
    let data = try FileReading.data(at: file.path, limit: ImageDecoder.maximumFileSize)
    guard SHA256Digest(of: data).hex == file.hash else {
      throw WorkbenchError.badData("\(file.path) changed while it was being read; run it again")
    }
    let picture = Result { () throws(ImageError) -> Picture in
      let image = try ImageDecoder.decode(data, name: file.path)
      return Picture(
        tensor: preprocessing.tensor(image), bits: PerceptualHash(of: image).bits)
    }
    return DecodedImage(file: file, picture: picture)
  }
}
