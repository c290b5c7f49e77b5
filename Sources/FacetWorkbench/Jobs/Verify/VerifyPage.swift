import FacetEvaluation
import FacetExplain
import FacetGraph
import FacetImage
import FacetReport
import FacetTensor

/// The page of one pair.
struct VerifyPage {
  let finding: PairFinding

  private var card: ModelCard { finding.loaded.model.card }
  private let number = NumberFormat.decimals(4)

  func report(_ provenance: ReportProvenance) throws -> Report {
    let photos = try PairPictures(finding.photos[0], finding.photos[1])
    return Report(
      title: title,
      subtitle: "\(finding.photos[0].name) and \(finding.photos[1].name), by \(card.name)",
      summary: ReportSummary(figures: figures, verdicts: verdicts, warnings: finding.warnings),
      sections: [
        try facesSection(photos), try mapSection(.similarity, photos),
        try mapSection(.dissimilarity, photos), PairEvidenceBlocks(finding: finding).section,
        RandomisationBlocks(result: finding.randomisation).section,
      ] + (calibrationSection.map { [$0] } ?? []),
      definitions: finding.maps.map { Definition($0.method.title, $0.method.definition) },
      provenance: provenance)
  }

  private var title: String {
    switch finding.isAccepted {
    case true?: "Why are these two the same person to the network?"
    case false?: "Why are these two different people to the network?"
    case nil: "How alike are these two to the network?"
    }
  }

  /// `nil` where there is none, or it is of another network.
  private var usableCalibration: PairCalibration? {
    if finding.obstacle?.concernsThreshold == true { return nil }
    return finding.calibration
  }

  // MARK: - Summary

  private var figures: [HeadlineFigure] {
    let cosine = HeadlineFigure(
      "Cosine", finding.cosine, number,
      count: "of the two embeddings, \(finding.pairs.firstEmbeddings.shape[1]) values of "
        + "'\(card.embeddingLayer)'",
      definition:
        "The inner product of the two faces' embeddings divided by their lengths, in -1...1; 1 "
        + "for the same direction. It has no interval: it is of these two photos.")
    guard let calibration = usableCalibration else { return [cosine] }
    let rates = calibration.rates
    let pairs =
      "\(NumberFormat.integer.string(Double(calibration.report.genuine))) genuine and "
      + "\(grouped(calibration.report.impostor, "impostor pair"))"
    return [
      cosine,
      HeadlineFigure(
        "Threshold", rates.threshold ?? .infinity, number,
        count: "at the EER of \(pairs)",
        definition: "A pair is accepted when its cosine is at least the threshold: that of the "
          + "calibration pairs' equal error rate (FVC2000)."),
      HeadlineFigure(
        "FMR at the threshold", rates.fmr.value, .percent(2),
        interval: ReportInterval(of: rates.fmr, overIdentities: rates.fmrInterval),
        count: "\(Self.count(rates.fmr)) of two people",
        definition: "False match rate: the share of pairs of two people that are accepted. "
          + Self.interval),
      HeadlineFigure(
        "FNMR at the threshold", rates.fnmr.value, .percent(2),
        interval: ReportInterval(of: rates.fnmr, overIdentities: rates.fnmrInterval),
        count: "\(Self.count(rates.fnmr)) of one person",
        definition: "False non-match rate: the share of pairs of one person that are rejected. "
          + Self.interval),
    ]
  }

  private static func count(_ rate: Proportion) -> String {
    "\(NumberFormat.integer.string(Double(rate.successes))) of "
      + grouped(rate.trials, "calibration pair")
  }

  private static let interval =
    "The threshold was chosen on the same pairs, so both rates are a little too good. Intervals resample "
    + "people with all their photos (1,000 times, percentile); where nothing went wrong they are "
    + "Clopper-Pearson's."

  private var verdicts: [FacetReport.Verdict] {
    var verdicts: [FacetReport.Verdict] = []
    if let obstacle = finding.obstacle {
      verdicts.append(FacetReport.Verdict("No decision: \(obstacle.reason)", tone: .caution))
    } else if let calibration = finding.calibration {
      let gap = number.string(abs(finding.cosine - calibration.threshold))
      verdicts.append(
        FacetReport.Verdict(
          finding.isAccepted == true
            ? "Accepted as one person: the cosine is \(gap) above the threshold."
            : "Rejected as two people: the cosine is \(gap) below the threshold."))
      verdicts.append(FacetReport.Verdict(company(calibration)))
    } else {
      verdicts.append(
        FacetReport.Verdict(
          "No decision: without calibration pairs there is no threshold. Give --scores, or "
            + "--calibration with --images.", tone: .caution))
    }
    return verdicts + PairEvidenceBlocks(finding: finding).verdicts
  }

  /// How the cosine stands among those of known pairs.
  private func company(_ calibration: PairCalibration) -> String {
    let percent = NumberFormat.percent(2)
    func text(_ rate: Proportion) -> String {
      "\(NumberFormat.integer.string(Double(rate.successes))) of \(grouped(rate.trials, "pair")) (\(percent.string(rate.value)), 95% "
        + "\(percent.string(ReportInterval(rate.interval))))"
    }
    return
      "Of the calibration pairs of two people, \(text(calibration.impostors(atLeast: finding.cosine))) "
      + "are at least as alike; of those of one person, "
      + "\(text(calibration.genuine(below: finding.cosine))) are less alike."
  }

  // MARK: - Sections

  private func facesSection(
    _ photos: PairPictures
  ) throws -> ReportSection {
    let items = zip(PairFace.allCases, finding.photos).map { face, photo in
      ImageGrid.Item(
        face == .first ? photos.first : photos.second,
        caption: "\(face.rawValue) face: \(photo.name), \(photo.width)x\(photo.height) in the file",
        alternative: "\(face.rawValue) face: \(photo.name)")
    }
    return ReportSection(
      "The two faces",
      lead: "As the network sees them: "
        + (finding.options.isAligned
          ? "given as aligned crops, fitted to \(card.input.width)x\(card.input.height)."
          : "fitted to \(card.input.width)x\(card.input.height) without looking for a face.")
        + " Nothing was detected: whether there is a face on a photo is not known here.",
      [.imageGrid(ImageGrid(items, itemWidth: 224))])
  }

  private func mapSection(
    _ side: PairSide, _ photos: PairPictures
  ) throws -> ReportSection {
    let cards = try finding.maps.enumerated().map { index, map in
      let panels = try map.panels(
        side, 0, photos,
        labels: PairFace.allCases.map { finding.label(index, $0, side) },
        evidence: finding.evidence.map {
          [Definition("evidence", $0.methods[index].claim(side).text)]
        })
      // Each face beside its own map.
      return HeatmapCard(
        photo: photos.first, name: map.method.title, predicted: "",
        panels: [panels[0], photos.secondPanel, panels[1]],
        note: map.isFlat(0)
          ? "Nothing to show: the cosine is at its maximum, where its gradient is zero, or the map is "
            + "constant."
          : note(map), photoTitle: "first photo", picturesPerRow: 4)
    }
    let isFor = side == .similarity
    return ReportSection(
      isFor ? "What speaks for one person?" : "What speaks against?",
      lead: isFor
        ? "Where each face raises the cosine, by each method; the other face's embedding is held fixed."
        : "Where each face lowers the cosine: the same maps' other sign, in other colours.",
      [.heatmapGallery(HeatmapGallery(scale: side.scale, cards: cards, initialFade: 0.85))]
        + (isFor ? finding.refused.map { .note($0.text) } : []) + [
          .paragraph(
            "The raw signed maps are in maps/*.npy (32-bit floats), the pictures in heatmaps/*.png."
          )
        ])
  }

  private func note(_ map: PairMaps) -> String {
    let layer = map.explanation.first.layer.map { " Layer: \($0)." } ?? ""
    guard map.method == .additive else { return "In units of: \(map.method.unit).\(layer)" }
    let remainders = PairFace.allCases.map { face in
      let found = map.explanation(face)
      let sum = found.map.scalars.reduce(0.0) { $0 + Double($1) }
      return "\(face.rawValue) face: cells \(number.string(sum)) + remainder "
        + "\(number.string(Double(found.remainders.first ?? 0))) = \(number.string(finding.cosine))"
    }
    return "In units of: \(map.method.unit).\(layer) " + remainders.joined(separator: "; ") + "."
  }

  private var calibrationSection: ReportSection? {
    guard let calibration = usableCalibration else { return nil }
    let scored = calibration.evidence.pairs
    var rules: [PlotRule] = [.vertical(finding.cosine, label: "this pair")]
    if let threshold = calibration.rates.threshold {
      rules.append(.vertical(threshold, label: "threshold"))
    }
    return ReportSection(
      "Where does this pair stand?",
      lead: "The cosine among those of \(grouped(scored.count, "calibration pair")) of "
        + "\(grouped(calibration.report.identities, "person", "people")).",
      [
        .figure(
          Figure(
            "Scores",
            .histogram(
              HistogramPlot(
                [
                  (name: "one person", values: scored.filter(\.same).map(\.score)),
                  (name: "two people", values: scored.filter { !$0.same }.map(\.score)),
                ], x: PlotAxis("cosine of embeddings"), rules: rules)),
            caption: "Each as shares of its own pairs.", name: "scores")),
        .definitionList([
          Definition(
            "EER of the calibration pairs",
            Table.Cell.percentage(
              calibration.report.eer.midpoint, decimals: 2,
              interval: calibration.report.eerInterval.map(ReportInterval.init)
            ).plainText),
          Definition("Taken from", calibration.evidence.list),
        ]),
      ])
  }
}
