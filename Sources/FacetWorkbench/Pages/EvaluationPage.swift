import FacetEvaluation
import FacetGraph
import FacetReport
import Foundation

/// The page of an evaluation.
struct EvaluationPage {
  let evidence: PairEvidence
  let verification: VerificationReport
  let hardest: HardPairs

  /// - Parameter hasPhotos: whether the worst pairs' photos are read and shown, for a network.
  func report(_ provenance: ReportProvenance, hasPhotos: Bool) throws -> Report {
    let folds = foldPage
    let rates = verificationPage
    var sections: [ReportSection] = []
    if let folds { sections.append(folds.section) }
    if let network = evidence.network, hasPhotos {
      sections.append(try photoSection(network))
    }
    sections.append(rates.section)
    if let network = evidence.network {
      sections.append(
        PairImagePage(network: network, list: lastComponent(evidence.list)).section)
    }
    var figures = [
      folds?.headline ?? (evidence.network == nil ? nil : rates.decisionHeadline),
      rates.headline, rates.operatingHeadline, rates.areaHeadline,
    ].compactMap { $0 }
    if let network = evidence.network, network.missing > 0 {
      // Figures of another set of pairs than the list's must not look like the list's.
      for place in figures.indices { figures[place].tone = .caution }
    }
    return Report(
      title: evidence.network == nil
        ? "How well do these scores tell people apart?"
        : "How well does this network tell people apart?",
      subtitle: subtitle,
      summary: ReportSummary(
        figures: figures, verdicts: verdicts, warnings: rates.summaryWarnings),
      sections: sections, provenance: provenance)
  }

  private var subtitle: String {
    let kinds =
      "\(grouped(verification.genuine, "genuine pair")) and "
      + "\(grouped(verification.impostor, "impostor pair"))"
    guard let network = evidence.network else { return kinds }
    return "\(network.loaded.model.card.name) on \(kinds) of "
      + "\(grouped(verification.identities, "person", "people")) in \(lastComponent(evidence.list))"
  }

  private var foldPage: FoldPage? {
    guard let folds = evidence.folds, let accuracy = verification.foldedAccuracy else { return nil }
    return FoldPage(accuracy: accuracy, pairs: evidence.pairs, folds: folds)
  }

  private var verificationPage: VerificationPage {
    var shown = verification
    if verification.foldedAccuracy != nil {
      // The folds' thresholds were not; the table still says where that of the EER is from.
      shown.warnings.removeAll { $0 == .thresholdChosenOnTestPairs }
    }
    return VerificationPage(
      report: shown, pairs: evidence.pairs,
      pairing: "\(grouped(evidence.pairs.count, "pair")) of "
        + "\(grouped(verification.identities, "person", "people")) in "
        + lastComponent(evidence.list),
      score: evidence.network == nil ? "score in the table" : "cosine of embeddings")
  }

  private var verdicts: [FacetReport.Verdict] {
    guard evidence.network != nil else { return [] }
    let errors = hardest.falseMatches + hardest.falseNonMatches
    let rule =
      switch verification.decision.source {
      case .given: "at the threshold that was given"
      case .developmentSet: "at the threshold of the calibration pairs"
      case .testPairs where hardest.usesFolds:
        "each fold at the threshold that is best on the others"
      case .testPairs: "at the threshold of the EER"
      }
    return [
      FacetReport.Verdict(
        "\(NumberFormat.integer.string(Double(evidence.pairs.count - errors))) of "
          + "\(grouped(evidence.pairs.count, "pair")) are decided rightly, \(rule): "
          + "\(grouped(hardest.falseMatches, "false match", "false matches")) and "
          + "\(grouped(hardest.falseNonMatches, "false non-match", "false non-matches")).")
    ]
  }

  private func photoSection(_ network: NetworkPairs) throws -> ReportSection {
    let files = Dictionary(
      network.images.files.values.map { ($0.name, $0.path) },
      uniquingKeysWith: { first, _ in first })
    let preprocessing = network.loaded.model.card.input.preprocessing
    return try HardPairPage(hardest: hardest) { pair in
      try PairPicture.image(
        files[pair.probe] ?? "", files[pair.reference] ?? "", preprocessing)
    }.section()
  }

  private func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
