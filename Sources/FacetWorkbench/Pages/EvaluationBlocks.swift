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

extension ReportInterval {
  /// The interval of a rate over identities. When nothing (or everything) went wrong every resample
  /// agrees and the bootstrap says nothing; then it is Clopper-Pearson's.
  init(of rate: Proportion, overIdentities interval: ConfidenceInterval?) {
    if let interval, interval.low < interval.high {
      self.init(interval)
    } else {
      self.init(rate.interval)
    }
  }
}

extension Table.Cell {
  /// A rate with its interval.
  static func rate(_ proportion: Proportion, interval: ConfidenceInterval? = nil) -> Table.Cell {
    .percentage(
      proportion.value, interval: ReportInterval(of: proportion, overIdentities: interval))
  }
}

/// The page's part on closed-set identification.
struct ClassificationPage {
  let report: ClassificationReport

  static let accuracyDefinition =
    "Share of test photos whose most probable class is the right person. Intervals resample people "
    + "with all their photos (1,000 times, percentile); for one person, and where nothing or "
    + "everything is right, so that resampling shows no spread, they are Clopper-Pearson's exact ones."

  /// Whether the whole interval lies above what one answer for all photos reaches.
  private var isAboveBaseline: Bool {
    ReportInterval(of: report.accuracy, overIdentities: report.identityInterval).low
      > report.majorityBaseline.accuracy
  }

  var headline: HeadlineFigure {
    HeadlineFigure(
      "Accuracy", report.accuracy.value,
      interval: ReportInterval(of: report.accuracy, overIdentities: report.identityInterval),
      count: "\(report.accuracy.successes) of \(report.images) test photos, "
        + "\(report.classes.count) people; always one answer: "
        + NumberFormat.percent(1).string(report.majorityBaseline.accuracy),
      definition: Self.accuracyDefinition, tone: isAboveBaseline ? .neutral : .caution)
  }

  var section: ReportSection {
    let percent = NumberFormat.percent(1)
    return ReportSection(
      "Who is it?",
      lead: "Every test photo, and the person the network names. Always answering "
        + "\(report.majorityBaseline.name) would be right in "
        + "\(percent.string(report.majorityBaseline.accuracy)) of them; the mean of each person's "
        + "accuracy is \(percent.string(report.meanClassAccuracy)).",
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

  /// One line for each person, the most often mistaken first.
  private var table: Table {
    let places = report.classes.indices.sorted { a, b in
      let first = report.classes[a].accuracy?.value ?? .infinity
      let second = report.classes[b].accuracy?.value ?? .infinity
      return first == second ? a < b : first < second
    }
    return Table(
      "Each person, the most often mistaken first",
      columns: [
        "Person", Table.Column("Photos", help: "Test photos of this person."), "Right",
        Table.Column("Accuracy", help: "With Clopper-Pearson's 95% interval."),
        Table.Column(
          "Precision", help: "How many of the photos given this name are of this person."),
        Table.Column("Mistaken for", help: "The names given wrongly, the commonest first."),
      ],
      rows: places.map { place in
        let entry = report.classes[place]
        return [
          .name(entry.name), .count(entry.accuracy?.trials ?? 0),
          .count(entry.accuracy?.successes ?? 0),
          entry.accuracy.map { .rate($0) } ?? .missing,
          entry.precision.map { .text("\($0.successes) of \($0.trials)") } ?? .missing,
          mistakes(place).map { .name($0) } ?? .missing,
        ]
      }, isCompact: true)
  }

  /// For example `dario (3), ada`; two names at most.
  private func mistakes(_ place: Int) -> String? {
    let row = report.confusion[place]
    let wrong = row.indices.filter { $0 != place && row[$0] > 0 }
      .sorted { (row[$1], $0) < (row[$0], $1) }
    guard !wrong.isEmpty else { return nil }
    let names = wrong.prefix(2).map { other in
      report.classes[other].name + (row[other] > 1 ? " (\(row[other]))" : "")
    }
    return names.joined(separator: ", ") + (wrong.count > 2 ? ", ..." : "")
  }
}
