import FacetEvaluation
import FacetReport

/// The page's part on verification.
struct VerificationPage {
  let report: VerificationReport
  let pairs: [ScoredPair]
  /// How the pairs were chosen.
  let pairing: String
  /// What a score is, for the axis.
  var score = "cosine of embeddings"

  static let eerDefinition =
    "The error rate where false matches and false non-matches are equally frequent. FVC2000: with t1 "
    + "the last threshold where FMR >= FNMR and t2 the first where FNMR >= FMR, [low, high] are the "
    + "two rates at the one of them with the smaller sum; the EER is their midpoint. The 95% interval "
    + "resamples people with all their photos (1,000 times, percentile), never pairs; where all resamples "
    + "agree it is Clopper and Pearson's over the fewer pairs."

  private static let rateDefinition = Definition(
    "FMR and FNMR",
    "A pair is accepted when its score is at least the threshold. False match rate: accepted pairs of "
      + "two people among all such pairs. False non-match rate: rejected pairs of one person among "
      + "all such pairs.")

  var headline: HeadlineFigure {
    HeadlineFigure(
      "EER", report.eer.midpoint, .percent(2),
      interval: report.eerInterval.map(ReportInterval.init),
      count: (report.eer.low == report.eer.high
        ? "" : "between \(percent(report.eer.low)) and \(percent(report.eer.high)) ") + "on "
        + "\(counted(report.genuine, "genuine pair")) and "
        + "\(counted(report.impostor, "impostor pair"))", definition: Self.eerDefinition)
  }

  /// FNMR at the smallest of the wished false match rates that so many impostor pairs can show.
  var operatingHeadline: HeadlineFigure? {
    let shown = report.operatingPoints.filter {
      ($0.requestedFMR ?? 0) >= 3 / Double(report.impostor)
    }
    guard let point = shown.min(by: { ($0.requestedFMR ?? 1) < ($1.requestedFMR ?? 1) }),
      let requested = point.requestedFMR
    else { return nil }
    return HeadlineFigure(
      "FNMR at FMR \u{2264} \(NumberFormat.significant(3).string(100 * requested))%",
      point.fnmr.value,
      .percent(2), interval: ReportInterval(of: point.fnmr, overIdentities: point.fnmrInterval),
      count:
        "\(point.falseNonMatches) of \(counted(report.genuine, "genuine pair")) rejected; achieved "
        + "FMR \(percent(point.fmr.value)), \(counted(point.falseMatches, "false match", "false matches"))",
      definition: Self.operatingDefinition)
  }

  /// The share of pairs decided rightly at one threshold for all, beside what deciding blindly reaches.
  var decisionHeadline: HeadlineFigure {
    let decision = report.decision
    let blind = max(decision.alwaysReject, decision.alwaysAccept)
    return HeadlineFigure(
      "Accuracy", decision.accuracy.value, .percent(2),
      interval: ReportInterval(of: decision.accuracy, overIdentities: decision.accuracyInterval),
      count: "\(decision.accuracy.successes) of \(pairs.count) pairs at a threshold "
        + "\(thresholdSource); \(decision.alwaysReject >= decision.alwaysAccept ? "rejecting" : "accepting") "
        + "all: \(percent(blind))",
      definition: "The share of pairs that one threshold decides rightly. "
        + Self.intervalDefinition,
      tone: decision.source == .testPairs ? .caution : .neutral)
  }

  var areaHeadline: HeadlineFigure {
    HeadlineFigure(
      "AUC", report.auc, .decimals(4), count: "\(pairs.count) pairs",
      definition:
        "The chance that a genuine pair scores higher than an impostor pair; ties count half.")
  }

  private static let operatingDefinition =
    "False non-match rate at the smallest threshold whose false match rate does not exceed the wish. "
    + intervalDefinition

  private static let intervalDefinition =
    "Its 95% interval resamples people with all their photos (1,000 times, percentile) and holds the "
    + "threshold fixed. Where no resample differs, because nothing or everything went wrong, it is "
    + "Clopper-Pearson's, which takes pairs as independent and is too narrow."

  /// For the summary: rates that rest on few errors in one sentence, the rest as they are.
  var summaryWarnings: [String] {
    let few = report.warnings.count(where: Self.isAboutCounts)
    let others = report.warnings.filter { !Self.isAboutCounts($0) }.map { "\($0)".sentence }
    return others
      + (few == 0
        ? []
        : [
          "\(counted(few, "verification rate rests", "verification rates rest")) on fewer than 30 "
            + "errors and \(few == 1 ? "is" : "are") rough; the section on pairs says which."
        ])
  }

  private static func isAboutCounts(_ warning: EvaluationWarning) -> Bool {
    switch warning {
    case .fewErrors, .fmrBelowResolution: true
    default: false
    }
  }

  private func percent(_ value: Double) -> String { NumberFormat.percent(2).string(value) }

  var section: ReportSection {
    let curve = ErrorRateCurve(
      "this network", fmr: report.curve.map(\.fmr), fnmr: report.curve.map(\.fnmr))
    return ReportSection(
      "Are two photos of one person?",
      lead: "A score is the \(score), the larger the more alike, of \(pairing).",
      [
        .figure(
          Figure(
            "ROC", .line(.roc([curve])),
            caption: "The further to the upper left, the better; the steps are single pairs.",
            name: "roc", width: .half, definition: Self.rateDefinition)),
        .figure(
          Figure(
            "DET", .line(.det([curve])),
            caption:
              "The nearer to the lower left, the better; Gaussian scores give a straight line.",
            name: "det", width: .half)),
        .figure(
          Figure(
            "Scores",
            .histogram(
              HistogramPlot(
                [
                  (name: "one person", values: pairs.filter(\.same).map(\.score)),
                  (name: "two people", values: pairs.filter { !$0.same }.map(\.score)),
                ], x: PlotAxis(score),
                rules: report.decision.threshold.map { [.vertical($0, label: "threshold")] } ?? [])),
            caption:
              "Each as shares of its own pairs: \(counted(report.genuine, "pair")) of one person, "
              + "\(report.impostor) of two.", name: "scores")),
        .table(rates), .table(operatingPoints),
      ]
        + fewErrors.map { .note($0) })
  }

  /// Which rates are rough, in one text.
  private var fewErrors: [String] {
    let rates = report.warnings.compactMap { warning -> String? in
      guard case .fewErrors(let rate, let errors, let trials) = warning else { return nil }
      return "\(rate.replacing("<=", with: "\u{2264}")) (\(errors) in \(trials))"
    }
    let hidden = report.warnings.compactMap { warning -> String? in
      guard case .fmrBelowResolution = warning else { return nil }
      return "\(warning)".sentence
    }
    return
      (rates.isEmpty
      ? []
      : [
        "Rates that rest on fewer than 30 errors are not known to within 30%. Errors in pairs: "
          + rates.joined(separator: "; ") + "."
      ]) + hidden
  }

  private var rates: Table {
    var rows: [Table.Row] = [
      Table.Row(
        [
          "EER, FVC2000 midpoint",
          .percentage(
            report.eer.midpoint, decimals: 2, interval: report.eerInterval.map(ReportInterval.init)),
          .text(
            report.eer.low == report.eer.high
              ? "both rates are equal there"
              : "between \(percent(report.eer.low)) and \(percent(report.eer.high))"),
        ], emphasis: .strong),
      ["EER, linear", .percentage(report.eer.linear, decimals: 2), "crossing of the polyline"],
      ["EER, ROCCH", .percentage(report.eer.rocch, decimals: 2), "crossing of the convex hull"],
      [
        "AUC", .number(report.auc, .decimals(4)),
        "chance that a genuine pair scores higher than an impostor pair; ties count half",
      ],
    ]
    if let dPrime = report.dPrime {
      rows.append(
        [
          "d\u{2032}", .number(dPrime, .decimals(3)),
          "distance of the means in standard deviations",
        ])
    }
    let decision = report.decision
    rows.append([
      "Pairs decided rightly",
      .rate(decision.accuracy, interval: decision.accuracyInterval),
      .text(
        "at \(decision.threshold.map { NumberFormat.decimals(4).string($0) } ?? "no threshold") "
          + "(\(thresholdSource)); rejecting all: \(percent(decision.alwaysReject))"),
    ])
    rows.append(["HTER", .percentage(decision.hter, decimals: 2), "(FMR + FNMR) / 2 there"])
    return Table(
      "Error rates, with 95% intervals over people",
      columns: ["Figure", "Value", "What it is"], rows: rows)
  }

  private var thresholdSource: String {
    switch report.decision.source {
    case .testPairs: "chosen on the test pairs"
    case .developmentSet: "chosen on the calibration photos"
    case .given: "given"
    }
  }

  private var operatingPoints: Table {
    Table(
      "FNMR at the smallest threshold whose FMR does not exceed a wish. Intervals resample people, the "
        + "threshold held fixed; a rate that no resample changes has Clopper-Pearson's.",
      columns: ["FMR at most", "Threshold", "Achieved FMR", "False matches", "FNMR"],
      rows: report.operatingPoints.map { point in
        [
          point.requestedFMR.map { .percentage($0) } ?? .missing,
          point.threshold.map { .number($0, .decimals(4)) } ?? .text("above every score"),
          .percentage(
            point.fmr.value, decimals: 2,
            interval: ReportInterval(of: point.fmr, overIdentities: point.fmrInterval)),
          .count(point.falseMatches),
          .percentage(
            point.fnmr.value, decimals: 2,
            interval: ReportInterval(of: point.fnmr, overIdentities: point.fnmrInterval)),
        ]
      })
  }
}
