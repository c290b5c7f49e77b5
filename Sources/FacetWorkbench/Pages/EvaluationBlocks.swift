import FacetEvaluation
import FacetReport

/// Figures of FacetEvaluation as FacetReport shows them.
extension ReportInterval {
  init(_ interval: ConfidenceInterval) {
    let method =
      switch interval.method {
      case .clopperPearson: "Clopper-Pearson"
      case .identityBootstrap: "bootstrap over identities"
      case .candidateBootstrap: "bootstrap over candidates"
      }
    self.init(interval.low, interval.high, level: interval.confidence, method: method)
  }
}

extension Table.Cell {
  /// A rate with its interval.
  static func rate(_ proportion: Proportion, interval: ConfidenceInterval? = nil) -> Table.Cell {
    .percentage(proportion.value, interval: ReportInterval(interval ?? proportion.interval))
  }
}

/// The page's part on closed-set identification.
struct ClassificationPage {
  let report: ClassificationReport

  static let accuracyDefinition =
    "Share of test photos whose most probable class is the right person. The interval in the "
    + "summary resamples people with all their photos (1,000 times, percentile); where there is one "
    + "rate only, it is Clopper-Pearson's exact one."

  var headline: HeadlineFigure {
    HeadlineFigure(
      "Accuracy", report.accuracy.value,
      interval: ReportInterval(report.identityInterval ?? report.accuracy.interval),
      count: "\(report.accuracy.successes) of \(report.images) test photos, "
        + "\(report.classes.count) people", definition: Self.accuracyDefinition)
  }

  var section: ReportSection {
    ReportSection(
      "Who is it?",
      lead: "Every test photo, and the person the network names. Always answering "
        + "\(report.majorityBaseline.name) would be right in "
        + "\(NumberFormat.percent(1).string(report.majorityBaseline.accuracy)) of them.",
      [
        .figure(
          Figure(
            "Confusion matrix",
            .matrix(
              .confusion(report.confusion.flatMap { $0 }, names: report.classes.map(\.name))),
            caption: "Rows are the true people; what lies off the diagonal is a mistake.",
            name: "confusion")), .table(table),
      ])
  }

  private var table: Table {
    Table(
      "Each person", columns: ["Person", "Photos", "Right", "Accuracy", "Precision"],
      rows: report.classes.map { entry in
        Table.Row(
          [
            .name(entry.name), .count(entry.accuracy?.trials ?? 0),
            .count(entry.accuracy?.successes ?? 0), entry.accuracy.map { .rate($0) } ?? .missing,
            entry.precision.map { .rate($0) } ?? .missing,
          ], emphasis: entry.accuracy.map { $0.value < 0.8 } ?? false ? .strong : .none)
      })
  }
}

/// The page's part on verification.
struct VerificationPage {
  let report: VerificationReport
  let pairs: [ScoredPair]
  /// How the pairs were chosen.
  let pairing: String

  static let eerDefinition =
    "FVC2000: with t1 the last threshold where FMR >= FNMR and t2 the first where FNMR >= FMR, the "
    + "interval [low, high] is the two rates at the one of them with the smaller sum; the EER is its "
    + "midpoint. A pair is accepted when the cosine of its embeddings is at least the threshold."

  var headline: HeadlineFigure {
    HeadlineFigure(
      "EER", report.eer.midpoint, .percent(2),
      interval: report.eerInterval.map(ReportInterval.init),
      count: "[\(percent(report.eer.low)), \(percent(report.eer.high))] over \(report.genuine) "
        + "genuine and \(report.impostor) impostor pairs", definition: Self.eerDefinition)
  }

  /// For the summary: rates that rest on few errors in one sentence, the rest as they are.
  var summaryWarnings: [String] {
    let few = report.warnings.count(where: Self.isAboutCounts)
    let others = report.warnings.filter { !Self.isAboutCounts($0) }.map { "\($0)".sentence }
    return others
      + (few == 0
        ? []
        : [
          "\(few) of the verification rates rest on fewer than 30 errors and are rough; the section "
            + "on pairs says which."
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
      lead: "Scores are cosines of embeddings, of \(pairing).",
      [
        .figure(
          Figure("ROC", .line(.roc([curve])), name: "roc", width: .half)),
        .figure(
          Figure(
            "DET", .line(.det([curve])), caption: "Straight lines are Gaussian scores.",
            name: "det", width: .half)),
        .figure(
          Figure(
            "Scores",
            .histogram(
              HistogramPlot(
                [
                  (name: "one person", values: pairs.filter(\.same).map(\.score)),
                  (name: "two people", values: pairs.filter { !$0.same }.map(\.score)),
                ], x: PlotAxis("cosine"),
                rules: report.decision.threshold.map { [.vertical($0, label: "threshold")] } ?? [])),
            caption: "Each as shares of its own pairs.", name: "scores")),
        .table(rates), .table(operatingPoints),
      ]
        + report.warnings.filter(Self.isAboutCounts).map { .note("\($0)".sentence) })
  }

  private var rates: Table {
    var rows: [Table.Row] = [
      Table.Row(
        [
          "EER, FVC2000 midpoint",
          .percentage(
            report.eer.midpoint, decimals: 2, interval: report.eerInterval.map(ReportInterval.init)),
          .text("interval [\(percent(report.eer.low)), \(percent(report.eer.high))]"),
        ], emphasis: .strong),
      ["EER, linear", .percentage(report.eer.linear, decimals: 2), "crossing of the polyline"],
      ["EER, ROCCH", .percentage(report.eer.rocch, decimals: 2), "crossing of the convex hull"],
      ["AUC", .number(report.auc, .decimals(4)), "area under the ROC, ties count half"],
    ]
    if let dPrime = report.dPrime {
      rows.append(
        ["d'", .number(dPrime, .decimals(3)), "distance of means, population s.d."])
    }
    let decision = report.decision
    rows.append([
      "Pairs decided rightly",
      .rate(decision.accuracy),
      .text(
        "at \(decision.threshold.map { NumberFormat.decimals(4).string($0) } ?? "no threshold") "
          + "(\(thresholdSource)); rejecting all: \(percent(decision.alwaysReject))"),
    ])
    rows.append(["HTER", .percentage(decision.hter, decimals: 2), "(FMR + FNMR) / 2 there"])
    return Table("Error rates", columns: ["Figure", "Value", "What it is"], rows: rows)
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
      "FNMR at the smallest threshold whose FMR does not exceed a wish",
      columns: ["FMR at most", "Threshold", "Achieved FMR", "False matches", "FNMR"],
      rows: report.operatingPoints.map { point in
        [
          point.requestedFMR.map { .percentage($0) } ?? .missing,
          point.threshold.map { .number($0, .decimals(4)) } ?? .text("above every score"),
          .rate(point.fmr), .count(point.falseMatches), .rate(point.fnmr),
        ]
      })
  }
}
