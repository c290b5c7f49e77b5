import FacetEvaluation
import FacetGraph
import FacetImage
import FacetReport

/// The page of `facet crops`.
struct CropPage {
  let result: CropsJob.Result
  let bench: TestBench
  let gallery: CropGallery
  let provenance: ReportProvenance

  private var crops: CropReport { result.crops }
  private var fused: CropReport.Fused? { crops.fused.first { $0.rule == .meanSoftmax } }
  private var centre: CropReport.Position { crops.positions[4] }

  func report() throws -> Report {
    Report(
      title: "Does the decision survive a shifted face?",
      subtitle: "\(bench.model.card.name), five crops of \(crops.images) test photos",
      summary: ReportSummary(figures: figures, verdicts: [verdict], warnings: warnings),
      sections: [
        positionsSection, try heatmapsSection(),
        DataPage(faces: bench.faces, parts: bench.parts.description).section,
      ], provenance: provenance)
  }

  private var figures: [HeadlineFigure] {
    var figures: [HeadlineFigure] = []
    if let fused {
      figures.append(
        HeadlineFigure(
          "Five crops together", fused.accuracy.value,
          interval: ReportInterval(of: fused.accuracy, overIdentities: fused.identityInterval),
          count: "\(fused.accuracy.successes) of \(crops.images) photos",
          definition: "Accuracy of the mean of the five crops' softmax. "
            + ClassificationPage.accuracyDefinition))
    }
    figures.append(
      HeadlineFigure(
        "Centre crop alone", centre.accuracy.value,
        interval: ReportInterval(of: centre.accuracy, overIdentities: centre.identityInterval),
        count: "\(centre.accuracy.successes) of \(crops.images) photos",
        definition: "Accuracy of the centre crop by itself, by the same definition."))
    figures.append(
      HeadlineFigure(
        "All five agree", crops.fullAgreement.value,
        interval: ReportInterval(crops.fullAgreement.interval),
        count: "\(crops.fullAgreement.successes) of \(crops.images) photos",
        definition: "Share of photos for which the five crops name one person, right or wrong."))
    if let centreEER = result.centreEER, let fusedEER = result.fusedEER {
      figures.append(
        HeadlineFigure(
          "EER, five crops", fusedEER.midpoint, .percent(2),
          interval: result.fusedEERInterval.map(ReportInterval.init),
          count: "centre crop: \(NumberFormat.percent(2).string(centreEER.midpoint))"
            + (result.eerDifference.map {
              ", difference \(NumberFormat.points(2).string($0.value)) ["
                + NumberFormat.points(2).string(ReportInterval($0.interval)) + "]"
            } ?? ""),
          definition: "Of the mean of the five crops' unit embeddings. "
            + VerificationPage.eerDefinition))
    }
    return figures
  }

  private var verdict: FacetReport.Verdict {
    guard let fused, let gain = fused.gainOverCentre else {
      return Verdict("Too few people for an interval of the gain.", tone: .caution)
    }
    let points = NumberFormat.points(1)
    let numbers =
      "\(points.string(gain.value)) [\(points.string(ReportInterval(gain.interval)))], McNemar p = "
      + NumberFormat.significant(2).string(fused.mcNemar.p)
    if gain.interval.low > 0 {
      return Verdict("Five crops together beat the centre crop: \(numbers).", tone: .good)
    }
    if gain.interval.high < 0 {
      return Verdict("Five crops together do worse than the centre crop: \(numbers).", tone: .bad)
    }
    return Verdict("No effect of fusing five crops shown: \(numbers).", tone: .neutral)
  }

  private var warnings: [String] {
    var warnings: [String] = []
    if crops.ruleDisagreement.successes > 0 {
      warnings.append(
        "The fusion rules disagree on \(crops.ruleDisagreement.successes) of \(crops.images) photos; "
          + "the headline is the mean softmax.")
    }
    return warnings
  }

  private var frameWidth: Int { CropBench.frameSize(bench.model.card.input).width }

  private var positionsSection: ReportSection {
    let names = CropPosition.allCases.map(\.title)
    return ReportSection(
      "Where the window lies",
      lead: "The same photo, seen through five windows: the corners and the centre.",
      [
        .figure(
          Figure(
            "Accuracy by crop position",
            .bars(
              BarChart(
                categories: names + ["five together"],
                series: [
                  BarSeries(
                    "accuracy",
                    crops.positions.map(\.accuracy.value) + [fused?.accuracy.value ?? .nan],
                    intervals: crops.positions.map { interval($0.accuracy, $0.identityInterval) }
                      + [fused.map { interval($0.accuracy, $0.identityInterval) } ?? nil],
                    highlighted: [names.count])
                ], axis: .percent("accuracy", range: 0...1))),
            caption:
              "Accuracy over \(counted(crops.images, "photo")); lines are 95% intervals over people.",
            name: "positions")),
        .note(
          "A crop of \(bench.model.card.input.width) of \(frameWidth) pixels shares 73 to 86% of its "
            + "area with each other one: damage to the middle of a face hits all five."),
        .table(positionTable), .table(fusionTable),
        .paragraph(
          "Two of a photo's crops name the same person in "
            + NumberFormat.percent(1).string(crops.meanPairwiseAgreement)
            + " of pairs; the votes' mean entropy is "
            + NumberFormat.decimals(3).string(crops.meanVoteEntropy) + " bits."),
      ])
  }

  private func interval(_ rate: Proportion, _ identity: ConfidenceInterval?) -> ReportInterval? {
    ReportInterval(of: rate, overIdentities: identity)
  }

  private var positionTable: Table {
    Table(
      "Each position, over \(counted(crops.images, "photo")); intervals of accuracy are over people",
      columns: [
        "Crop", "Accuracy",
        Table.Column(
          "Decides otherwise than the centre",
          help:
            "Share of photos for which it names another person than the centre crop does, right "
            + "or wrong, with Clopper-Pearson's interval."),
      ],
      rows: zip(CropPosition.allCases, crops.positions).map { position, result in
        [
          .text(position.title), .rate(result.accuracy, interval: result.identityInterval),
          position == .center ? .missing : .rate(result.flipsAgainstCentre),
        ]
      })
  }

  private var fusionTable: Table {
    Table(
      "Ways to fuse; the gain's interval is over people, the tests are over photos",
      columns: [
        "Rule", "Accuracy", "Gain over the centre",
        Table.Column("McNemar p", help: "Exact, two-sided, on the photos decided differently."),
        Table.Column("Holm p", help: "The same, adjusted for testing all rules."),
      ],
      rows: crops.fused.map { fused in
        Table.Row(
          [
            .text(Self.name(fused.rule)), .rate(fused.accuracy, interval: fused.identityInterval),
            fused.gainOverCentre.map {
              .number($0.value, .points(1), interval: ReportInterval($0.interval))
            } ?? .missing, .number(fused.mcNemar.p, .significant(2)),
            .number(fused.holm, .significant(2)),
          ], emphasis: fused.rule == .meanSoftmax ? .strong : .none)
      })
  }

  private static func name(_ rule: CropFusion) -> String {
    switch rule {
    case .meanSoftmax: "mean softmax"
    case .meanLogits: "mean logits"
    case .majority: "majority"
    case .maximum: "largest softmax"
    }
  }

  private func heatmapsSection() throws -> ReportSection {
    let values = result.heatmaps.compactMap(\.spearman)
    let priors = result.heatmaps.compactMap(\.centrePriorSpearman)
    func mean(_ list: [Double]) -> String {
      list.isEmpty
        ? "n/a" : NumberFormat.decimals(2).string(list.reduce(0, +) / Double(list.count))
    }
    let number = NumberFormat.decimals(2)
    let range =
      values.count > 1
      ? ", \(number.string(values.min() ?? 0)) to \(number.string(values.max() ?? 0))" : ""
    let blocks = try gallery.blocks()
    return ReportSection(
      "Do the reasons survive too?",
      lead: "Each crop's Grad-CAM, back in the photo's frame, for the person the five crops name "
        + "together. Where crops overlap, maps should agree: mean rank correlation \(mean(values)) "
        + "(\(counted(values.count, "photo"))\(range)). The control, maps of nothing but the crops' "
        + "centres, has \(mean(priors)).",
      blocks + [
        .note(
          "Photos on which the crops disagree come first, so these photos are no fair sample. Each "
            + "map is coloured up to its own strongest value; darkened is what the crop doesn't see. "
            + "Raw maps are in maps/*.npy.")
      ])
  }
}
