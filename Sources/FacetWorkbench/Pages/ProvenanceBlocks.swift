import FacetReport

extension ReportProvenance {
  /// The foot of a page from a result's provenance.
  init(_ provenance: Provenance, context: JobContext, paths: [String: String]) {
    self.init(
      command: context.command.joined(separator: " "), version: facetVersion,
      seed: provenance.seed,
      options: provenance.options.sorted { $0.key < $1.key }.map { Definition($0.key, $0.value) },
      digests: provenance.sha256.sorted { $0.key < $1.key }.map {
        FileDigest(role: $0.key, path: paths[$0.key] ?? "", sha256: $0.value)
      }, machine: provenance.machine, seconds: provenance.seconds)
  }
}
