import FacetEvaluation
import FacetFaces
import FacetFiles
import FacetGraph
import Foundation

/// A protocol's pairs scored by a network: cosines of its embeddings.
struct NetworkPairs {
  let loaded: LoadedModel
  /// Of the list's file.
  let listDigest: SHA256Digest
  let images: PairImages
  let run: EmbeddingRun
  /// Those of which both images could be used, in the list's order.
  let pairs: [ScoredPair]
  /// The fold of each.
  let folds: [Int]
  /// Pairs in the list.
  let listed: Int
  /// What is wrong with images and pairs.
  let warnings: [EvaluationWarning]

  var missing: Int { listed - pairs.count }

  /// - Throws: `badData` when more than half of the pairs are missing, or all genuine or all impostor
  ///   ones.
  init(
    _ source: ModelSource, list path: String, images folder: String, cacheFolder: String?,
    _ context: JobContext
  ) throws {
    let text = try FileReading.data(at: path)
    let list = try Self.list(text, path)
    listDigest = SHA256Digest(of: text)
    listed = list.entries.count
    var images = try PairImages(list, listPath: path, folder: folder, context.progress)
    try Self.check(images, list, path)
    loaded = try source.load()
    run = try EmbeddingRun(loaded, images.distinct, cacheFolder: cacheFolder, context)
    images.remove(run.unusable)
    try Self.check(images, list, path)
    self.images = images
    let complete = images.complete(list)
    let embeddings = run.embeddings
    pairs = complete.compactMap { entry, probe, reference in
      guard let a = embeddings[probe.hash], let b = embeddings[reference.hash] else { return nil }
      return ScoredPair(
        probe: probe.name, reference: reference.name, same: entry.same,
        score: CosineScores.cosine(a.values[...], b.values[...]))
    }
    folds = complete.map(\.entry.fold)
    warnings = Self.warnings(complete, listed, images, run, loaded.model.card)
  }

  private static func list(_ data: Data, _ path: String) throws -> PairList {
    do {
      return try PairList(contents: String(decoding: data, as: UTF8.self))
    } catch {
      throw WorkbenchError.badData("\(path): \(error)")
    }
  }

  /// Refuses a list of which too little is there to say anything.
  private static func check(_ images: PairImages, _ list: PairList, _ path: String) throws {
    let complete = images.complete(list)
    let lost = list.entries.count - complete.count
    let example = images.missing.first.map { " (\($0.name): \($0.reason))" } ?? ""
    if lost * 2 > list.entries.count {
      throw WorkbenchError.badData(
        "\(lost) of the \(list.entries.count) pairs in \(path) lack an image in "
          + "\(images.folder)\(example); expected \(images.folder)/Name/Name_0001.jpg "
          + "(or .jpeg, .png) for image 1 of Name")
    }
    for same in [true, false] where !complete.contains(where: { $0.entry.same == same }) {
      throw WorkbenchError.badData(
        "no \(same ? "genuine" : "impostor") pair of \(path) has both its images in "
          + "\(images.folder)\(example); error rates need both kinds")
    }
  }

  private static func warnings(
    _ complete: [(entry: PairList.Entry, probe: PairImages.File, reference: PairImages.File)],
    _ listed: Int, _ images: PairImages, _ run: EmbeddingRun, _ card: ModelCard
  ) -> [EvaluationWarning] {
    var warnings = run.warnings.map { EvaluationWarning.suspiciousInput(reason: $0) }
    if complete.count < listed {
      warnings.append(.missingPairs(missing: listed - complete.count, of: listed))
    }
    if let record = card.training {
      let seen = Set(record.train)
      let used = images.distinct
      let count = used.count { seen.contains($0.hash) }
      if count > 0 { warnings.append(.trainedOnImages(count: count, of: used.count)) }
    }
    var (identical, near, impostors): ([String], [String], [String]) = ([], [], [])
    for (entry, probe, reference) in complete {
      let name = "\(probe.name.photoName) and \(reference.name.photoName)"
      if probe.hash == reference.hash {
        if entry.same { identical.append(name) } else { impostors.append(name) }
      } else if entry.same, let a = run.embeddings[probe.hash],
        let b = run.embeddings[reference.hash],
        PerceptualHash(bits: a.perceptualHash).distance(to: PerceptualHash(bits: b.perceptualHash))
          <= PerceptualHash.nearDuplicateDistance
      {
        near.append(name)
      }
    }
    if !impostors.isEmpty { warnings.append(.identicalImpostorPairs(names: impostors)) }
    if !identical.isEmpty { warnings.append(.identicalGenuinePairs(names: identical)) }
    if !near.isEmpty { warnings.append(.nearlyIdenticalGenuinePairs(names: near)) }
    return warnings
  }
}
