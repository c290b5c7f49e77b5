import FacetEvaluation
import FacetReport

/// The page's part on a protocol's folds.
struct FoldPage {
  let accuracy: FoldedAccuracy
  let pairs: [ScoredPair]
  /// One for each pair.
  let folds: [Int]

  private var percent: NumberFormat { .percent(2) }

  private static let definition =
    "Each fold's pairs are decided at the threshold that decides most pairs of the other folds rightly "
    + "(the smallest of several), so a pair has no say in its own threshold; then the mean of the "
    + "folds' accuracies. Its standard error is their sample standard deviation divided by the square "
    + "root of their number. Many publications print the standard deviation under the same sign."

  var headline: HeadlineFigure {
    HeadlineFigure(
      "Accuracy", accuracy.mean, percent,
      count:
        "\u{B1} \(NumberFormat.percent(2).string(accuracy.standardError)) standard error, mean "
        + "of \(accuracy.folds.count) folds of \(size); standard deviation "
        + percent.string(accuracy.standardDeviation), definition: Self.definition)
  }

  private var size: String {
    let sizes = Set(accuracy.folds.map(\.accuracy.trials)).sorted()
    guard let least = sizes.first, let most = sizes.last else { return "no pairs" }
    return least == most ? counted(least, "pair") : "\(least) to \(most) pairs"
  }

  var section: ReportSection {
    ReportSection(
      "How accurate is it, fold by fold?",
      lead: "Every fold is decided at a threshold chosen on the other "
        + "\(counted(accuracy.folds.count - 1, "fold")).", [.table(table)])
  }

  private var table: Table {
    var rows = accuracy.folds.map { fold -> Table.Row in
      let errors = errors(in: fold)
      return [
        .count(fold.fold), .count(fold.accuracy.trials),
        fold.threshold.map { .number($0, .decimals(4)) } ?? .text("above every score"),
        .count(errors.falseMatches), .count(errors.falseNonMatches),
        .count(fold.accuracy.successes),
        .percentage(fold.accuracy.value, decimals: 2),
      ]
    }
    let all = accuracy.folds.map(errors)
    rows.append(
      Table.Row(
        [
          .text("all"), .count(accuracy.folds.reduce(0) { $0 + $1.accuracy.trials }),
          .missing, .count(all.reduce(0) { $0 + $1.falseMatches }),
          .count(all.reduce(0) { $0 + $1.falseNonMatches }),
          .count(accuracy.folds.reduce(0) { $0 + $1.accuracy.successes }),
          .percentage(accuracy.mean, decimals: 2),
        ], emphasis: .strong))
    return Table(
      "The mean of the folds is \(percent.string(accuracy.mean)), its standard error "
        + "\(percent.string(accuracy.standardError))",
      columns: [
        "Fold", "Pairs",
        Table.Column(
          "Threshold", help: "Best on the other folds; a cosine at or above it is a match."),
        Table.Column("False matches", help: "Accepted pairs of two people."),
        Table.Column("False non-matches", help: "Rejected pairs of one person."), "Right",
        "Accuracy",
      ], rows: rows)
  }

  private func errors(in fold: FoldedAccuracy.Fold) -> (falseMatches: Int, falseNonMatches: Int) {
    let threshold = fold.threshold ?? .infinity
    var errors = (falseMatches: 0, falseNonMatches: 0)
    for (pair, number) in zip(pairs, folds) where number == fold.fold {
      guard (pair.score >= threshold) != pair.same else { continue }
      if pair.same { errors.falseNonMatches += 1 } else { errors.falseMatches += 1 }
    }
    return errors
  }
}
