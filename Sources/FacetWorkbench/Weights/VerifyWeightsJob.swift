import FacetDownload
import FacetFiles
import FacetReport
import FacetZoo

/// `facet weights verify`: whether fetched files are still what was published. Deletes nothing.
public struct VerifyWeightsJob: Sendable {
  public enum State: String, Hashable, Sendable {
    case ok, corrupt, missing
  }

  /// What was found of one file.
  public struct Finding: Hashable, Sendable {
    public let weights: PublishedWeights
    public let state: State
    /// The digest of what is there.
    public let sha256: SHA256Digest?
  }

  private let wanted: [PublishedWeights]
  private let isNamed: Bool
  private let cache: WeightsCache

  /// - Parameter name: a design's name; `nil` for every published file.
  public init(_ name: String? = nil, cache: WeightsCache = WeightsCache()) throws {
    wanted =
      try name.map { [try PublishedWeights.named($0, set: "imagenet")] } ?? PublishedWeights.all
    isNamed = name != nil
    self.cache = cache
  }

  /// Reads the files that are there, whole.
  public func findings(_ progress: Progress) throws -> [Finding] {
    try wanted.map { weights in
      let path = cache.path(of: weights)
      guard cache.presence(of: weights) == .whole else {
        return Finding(weights: weights, state: .missing, sha256: nil)
      }
      let file = try FileBytes(path: path)
      let digest = try SHA256Digest(of: file) {
        progress.step(
          "checking \(weights.architecture)", Double($0) / Double(max(1, file.count)))
      }
      return Finding(
        weights: weights, state: cache.file(weights).matches(digest) ? .ok : .corrupt,
        sha256: digest)
    }
  }

  /// For a terminal.
  public func text(_ findings: [Finding]) throws -> String {
    let table = Table(
      columns: ["Name", "State", "SHA-256 begins", "Expected", "File"],
      rows: findings.map { finding in
        [
          .name(finding.weights.architecture), .text(finding.state.rawValue),
          finding.sha256.map { .text(String($0.hex.prefix(8))) } ?? .missing,
          .text(finding.weights.sha256Prefix), .name(cache.path(of: finding.weights)),
        ]
      })
    return try TextRenderer.render(table)
  }

  /// Throws when a file is corrupt, or when the one that was named isn't there.
  public func judge(_ findings: [Finding]) throws {
    let corrupt = findings.filter { $0.state == .corrupt }.map { cache.path(of: $0.weights) }
    guard corrupt.isEmpty else {
      throw WorkbenchError.badData(
        "\(corrupt.joined(separator: ", ")): not what was published. "
          + "'facet weights fetch NAME' replaces it")
    }
    if isNamed, let finding = findings.first, finding.state == .missing {
      throw FileError.notFound(path: cache.path(of: finding.weights))
    }
  }
}
