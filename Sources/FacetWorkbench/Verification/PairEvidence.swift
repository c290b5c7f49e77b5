import FacetEvaluation
import FacetFiles
import Foundation

/// Scored pairs and where they come from: a table, or a network.
struct PairEvidence {
  let pairs: [ScoredPair]
  /// One for each pair; `nil` when there are none.
  let folds: [Int]?
  let network: NetworkPairs?
  /// Of the files, and their paths, by what they are.
  let digests: [String: String]
  let paths: [String: String]
  /// The file the pairs are listed in.
  let list: String

  init(scores path: String) throws {
    let data = try FileReading.data(at: path)
    do {
      let table = try ScoreTable(csv: String(decoding: data, as: UTF8.self))
      pairs = table.pairs
      folds = table.folds
    } catch {
      throw WorkbenchError.badData("\(path): \(error)")
    }
    network = nil
    digests = ["data": SHA256Digest(of: data).hex]
    paths = ["data": path]
    list = path
  }

  init(_ network: NetworkPairs, _ source: EvaluateJob.NetworkSource) {
    self.network = network
    pairs = network.pairs
    // A list without folds puts all pairs into one.
    folds = Set(network.folds).count > 1 ? network.folds : nil
    digests = [
      "model": network.loaded.sha256.hex, "pairs": network.listDigest.hex,
      "images": network.images.sha256,
    ]
    paths = ["model": source.model.path, "pairs": source.pairs, "images": source.images]
    list = source.pairs
  }
}

/// What `results.json` holds: the error rates and, for a network, what became of the protocol.
struct EvaluationResult: Encodable, Sendable {
  /// What doesn't depend on whether embeddings were kept: the same run twice gives the same results.
  struct PairSet: Encodable, Sendable {
    let listed: Int
    let missing: Int
    let missingImages: [String]
    let images: Int
    let distinctImages: Int
    let falseMatches: Int
    let falseNonMatches: Int
    let hardestImpostor: [HardPair]
    let hardestGenuine: [HardPair]
  }

  let verification: VerificationReport
  let pairs: PairSet?

  private enum CodingKeys: String, CodingKey {
    case pairs
  }

  init(_ verification: VerificationReport, _ network: NetworkPairs?, _ hardest: HardPairs) {
    self.verification = verification
    pairs = network.map { network in
      PairSet(
        listed: network.listed, missing: network.missing,
        missingImages: network.images.missing.map(\.name), images: network.images.files.count,
        distinctImages: network.run.embeddings.count, falseMatches: hardest.falseMatches,
        falseNonMatches: hardest.falseNonMatches, hardestImpostor: hardest.impostor,
        hardestGenuine: hardest.genuine)
    }
  }

  /// The error rates' own keys, and `pairs` beside them.
  func encode(to encoder: any Encoder) throws {
    try verification.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(pairs, forKey: .pairs)
  }
}
