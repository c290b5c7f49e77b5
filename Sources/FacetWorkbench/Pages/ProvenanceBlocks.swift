import FacetReport

extension ReportProvenance {
  /// The foot of a page from a result's provenance.
  init(_ provenance: Provenance, context: JobContext, paths: [String: String]) {
    self.init(
      command: context.command.joined(separator: " "), version: facetVersion,
      seed: provenance.seed,
      options: provenance.options.sorted { $0.key < $1.key }.map { Definition($0.key, $0.value) },
      digests: provenance.sha256.sorted { $0.key < $1.key }.map {
        FileDigest(
          role: Self.role($0.key, paths[$0.key]), path: paths[$0.key] ?? "", sha256: $0.value)
      }, machine: provenance.machine, seconds: provenance.seconds)
  }

  /// What was hashed: a file's bytes, or of a folder each photo's, then the sorted list of those.
  private static func role(_ key: String, _ path: String?) -> String {
    let isFile = [".csv", ".txt"].contains { path?.lowercased().hasSuffix($0) == true }
    return isFile ? key : roles[key] ?? key
  }

  private static let roles = [
    "data": "the photos used, each hashed and the sorted list hashed",
    "gallery": "the photos enrolled, each hashed and the sorted list hashed",
  ]
}
