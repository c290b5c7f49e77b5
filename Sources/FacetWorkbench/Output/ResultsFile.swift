import FacetFiles
import Foundation

/// Facet's version, in every result.
public let facetVersion = "0.1.0"

/// Where a result comes from: enough to get it again.
public struct Provenance: Codable, Sendable {
  public var seed: UInt64
  public var options: [String: String]
  /// SHA-256 of the model file and of the set of photos; names are what they are digests of.
  public var sha256: [String: String]
  public var machine: String
  public var seconds: Double

  public init(
    seed: UInt64, options: [String: String], sha256: [String: String], seconds: Double
  ) {
    self.seed = seed
    self.options = options
    self.sha256 = sha256
    self.seconds = (seconds * 100).rounded() / 100
    let processor =
      (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
      .split(separator: "\n").first { $0.hasPrefix("model name") }?
      .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    machine =
      "\(processor ?? "unknown processor"), \(cores) cores, "
      + ProcessInfo.processInfo.operatingSystemVersionString
  }
}

/// A job's `results.json`: numbers as fractions, named as in the definitions.
public struct ResultsFile<Result: Encodable & Sendable>: Encodable, Sendable {
  public let schema = 1
  public let command: String
  public let facet = facetVersion
  public let provenance: Provenance
  public let result: Result

  public init(command: String, provenance: Provenance, result: Result) {
    self.command = command
    self.provenance = provenance
    self.result = result
  }

  /// Writes the file whole or not at all; keys sorted, so that equal results give equal text.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: path)
  }
}
