import FacetFiles
import FacetWorkbench
import Foundation

/// Everything a run of the benchmark found, as its JSON file has it.
public struct BenchResults: Equatable, Codable, Sendable {
  public var schema = 1
  public var facet = facetVersion
  /// When it began, in ISO 8601.
  public var date: String
  public var command: String
  public var options: BenchOptions
  public var machine: Machine
  /// The environment's `FACET_` variables, which may change what the engine does.
  public var environment: [String: String]
  /// 1e9 operations a second that the machine reaches with all threads of the run; `nil` when that
  /// was not measured.
  public var peakGigaflops: Double?
  public var rows: [BenchRow]

  public init(
    date: String, command: String, options: BenchOptions, machine: Machine,
    environment: [String: String] = [:], peakGigaflops: Double? = nil, rows: [BenchRow] = []
  ) {
    self.date = date
    self.command = command
    self.options = options
    self.machine = machine
    self.environment = environment
    self.peakGigaflops = peakGigaflops
    self.rows = rows
  }

  /// Every version that was at work, by name.
  public var versions: [String: String] {
    rows.flatMap(\.sides).map(\.versions).reduce(into: ["facet": facet]) { all, some in
      all.merge(some) { _, new in new }
    }
  }

  /// Whether a row's numbers differ or a row failed.
  public var hasFailures: Bool {
    rows.contains { $0.status == .disagrees || $0.status == .failed }
  }

  /// Writes the file whole or not at all; keys sorted, so that equal results give equal text.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(self) + Data("\n".utf8), to: path)
  }

  /// Writes the tables of these results, whole or not at all.
  public func writeTables(to path: String) throws {
    try AtomicFile.write(MarkdownTables(self).text, to: path)
  }

  /// Reads what ``write(to:)`` wrote.
  public static func read(_ path: String) throws -> BenchResults {
    let data = try FileReading.data(at: path, limit: 1 << 28)
    do { return try JSONDecoder().decode(BenchResults.self, from: data) } catch {
      throw BenchError.usage("\(path) is no file of results that facet-bench wrote: \(error)")
    }
  }
}
