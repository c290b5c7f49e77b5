import FacetEngine
import FacetExplain
import FacetFiles
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// `facet verify A B`: how alike a network finds two faces, what it would decide, and why.
public struct VerifyJob: Sendable {
  public let options: VerifyOptions
  public let first: String
  public let second: String

  /// - Parameters:
  ///   - first: a photo's file.
  ///   - second: another's.
  public init(_ first: String, _ second: String, _ options: VerifyOptions) {
    self.first = first
    self.second = second
    self.options = options
  }

  /// Runs the job and returns the report, which is on disk then.
  @discardableResult
  public func run(_ context: JobContext) throws -> Report {
    let run = try VerifyRun(options, context)
    let loaded = try options.model.load()
    let preprocessing = try loaded.model.card.input.preprocessing.validated()
    let photos = try [first, second].map { try PairPhoto($0, preprocessing) }
    let calibration = try options.calibration.map {
      try PairCalibration($0, options.model, context)
    }
    let pairs = try FacePairs(
      loaded.model, .stack([photos[0].tensor]), .stack([photos[1].tensor]), on: context.engine)
    let (maps, refused) = try run.methods.maps(pairs, loaded.model, context)
    let faces = [
      PairRandomisation.Face(
        probe: photos[0].tensor, reference: photos[1].tensor, person: 0),
      PairRandomisation.Face(
        probe: photos[1].tensor, reference: photos[0].tensor, person: 1),
    ]
    let finding = PairFinding(
      options: options, loaded: loaded, photos: photos, calibration: calibration, pairs: pairs,
      maps: maps,
      evidence: try RemovalEvidence.ofBothFaces(maps, pairs, loaded.model, context),
      randomisation: try PairRandomisation(
        faces, maps.map(\.method), loaded.model, run.methods.settings(seed: context.seed), context),
      refused: refused,
      inputWarnings: try loaded.warnings(photos.map(\.tensor), on: context.engine),
      obstacle: PairObstacle(photos, calibration, loaded, cosine: pairs.cosines[0]))
    let provenance = provenance(finding, run)
    let report = try VerifyPage(finding: finding).report(
      ReportProvenance(
        provenance, context: context,
        paths: [
          "model": options.model.path, "first": first, "second": second,
        ].merging(calibration?.evidence.paths ?? [:]) { own, _ in own }))
    let files = try finding.write(to: run.folder)
    try run.finish(report, provenance, VerifyResult(finding, files))
    return report
  }

  private func provenance(_ finding: PairFinding, _ run: VerifyRun) -> Provenance {
    let digests = [
      "model": finding.loaded.sha256.hex, "first": finding.photos[0].hash,
      "second": finding.photos[1].hash,
    ]
    return run.provenance(
      finding.loaded.model.card, finding.maps.map(\.method),
      finding.calibration.map { ["calibration": $0.evidence.list] } ?? [:],
      sha256: digests.merging(finding.calibration?.evidence.digests ?? [:]) { own, _ in own })
  }
}
