import FacetEvaluation
import FacetExplain
import FacetReport

/// The page of a list of pairs: the evaluation's, with the worst errors' maps and the removal curves
/// before it.
struct VerifyListPage {
  let finding: ListFinding
  let network: NetworkPairs

  func report(_ provenance: ReportProvenance) throws -> Report {
    var report = try EvaluationPage(
      evidence: finding.evidence, verification: finding.verification, hardest: finding.hardest
    ).report(provenance, hasPhotos: false)
    report.title = "Where does this network go wrong, and why?"
    let curves = RemovalBlocks(result: finding.removal)
    report.sections.insert(
      contentsOf: [
        try errorSection(same: false), try errorSection(same: true), curves.section,
        RandomisationBlocks(result: finding.randomisation).section,
      ],
      at: 0)
    report.definitions += finding.explained.methods.map { Definition($0.title, $0.definition) }
    report.summary.verdicts +=
      curves.verdicts + RandomisationBlocks(result: finding.randomisation).verdicts
    if let calibration = finding.calibration,
      calibration.origin(network.loaded) == .unknown
    {
      report.summary.warnings.append(PairCalibration.unknownOrigin(calibration.evidence.list))
    }
    if !finding.options.isAligned {
      report.summary.warnings.append(
        "No alignment was done: each image was fitted to the input as the network's card says. Where "
          + "the list's images are aligned crops, say so with --aligned.")
    }
    return report
  }

  // MARK: - The worst pairs

  private func errorSection(same: Bool) throws -> ReportSection {
    let entries = same ? finding.explained.genuine : finding.explained.impostor
    let errors = same ? finding.hardest.falseNonMatches : finding.hardest.falseMatches
    let kind = same ? "false non-match" : "false match"
    let shown = entries.count(where: \.pair.isError)
    let count =
      shown == 0
      ? "There is no \(kind). The pairs nearest to one are shown."
      : "\(shown == errors ? "All" : "The worst") \(shown) of "
        + "\(grouped(errors, kind, kind + "es")), the worst first."
    let side: PairSide = entries.first?.side ?? .similarity
    let shows =
      side == .similarity
      ? "The maps show what speaks for one person: why the network took them for one."
      : "The maps show what speaks against: why the network took them for two."
    let gallery = HeatmapGallery(
      scale: side.scale, cards: try entries.map(card), initialFade: 0.85)
    return ReportSection(
      same ? "One person taken for two" : "Two people taken for one", lead: "\(count) \(shows)",
      (entries.isEmpty ? [] : [.heatmapGallery(gallery)])
        + (same ? [] : finding.explained.refused.map { .note($0.text) }))
  }

  private func card(_ entry: ExplainedPairs.Entry) throws -> HeatmapCard {
    let photos = try PairPictures(entry.first, entry.second)
    let decimals = NumberFormat.decimals(4)
    let gap = entry.pair.threshold.map {
      ", \(decimals.string(abs(entry.pair.score - $0))) "
        + (entry.pair.score >= $0 ? "above" : "below") + " the threshold"
    }
    let panels = try entry.maps.map { map in
      let label = finding.label(map.method)
      let evidence = finding.evidence(map.method)
      return try map.panels(
        entry.side, 0, photos, labels: [label, label], evidence: [evidence, evidence])
    }
    return HeatmapCard(
      photo: photos.first,
      name: "\(entry.pair.probe.photoName) and \(entry.pair.reference.photoName)", predicted: "",
      // A row for each face: its photo, then each method's map of it.
      panels: panels.map { $0[0] } + [photos.secondPanel] + panels.map { $0[1] },
      note: "Cosine \(decimals.string(entry.pair.score))\(gap ?? "; nothing is accepted")."
        + (entry.pair.isError ? "" : " Decided rightly."), photoTitle: "first photo",
      picturesPerRow: panels.count + 1)
  }
}
