import FacetEvaluation
import FacetExplain
import FacetReport

/// The page's part on maps of pairs with random weights.
struct RandomisationBlocks {
  let result: PairRandomisation

  /// A method that fails is worth a line at the top; that others pass is in the table.
  var verdicts: [FacetReport.Verdict] {
    let failing = result.methods.filter { $0.reading == .ignoresWeights }
      .map { Self.title($0.method) }
    if failing.isEmpty { return [] }
    return [
      FacetReport.Verdict(
        "The same with random weights, so of the photo and not of the network: \(listed(failing)).",
        tone: .caution)
    ]
  }

  private static func title(_ name: String) -> String {
    PairMethod(rawValue: name)?.title ?? name
  }

  var section: ReportSection {
    ReportSection(
      "Do the maps need the network?",
      lead:
        "How much the map of one face is like the map that networks with random weights give, on "
        + "\(grouped(result.faces, "face")).",
      [.table(table), .note(PairRandomisation.definition)])
  }

  private var table: Table {
    Table(
      "Likeness to maps with random weights, a magnitude in 0...1",
      columns: ["Method", "Mean"] + result.layers.map { Table.Column("\($0) layers random") }
        + ["Reading"],
      rows: result.methods.map { likeness in
        Table.Row(
          [.text(Self.title(likeness.method))]
            + [
              likeness.magnitude.map {
                .number(
                  $0.value, .decimals(2), interval: $0.interval.map(ReportInterval.init))
              } ?? .missing
            ]
            + likeness.stages.map { $0.map { .number($0, .decimals(2)) } ?? .missing }
            + [Self.badge(likeness)])
      })
  }

  private static func badge(_ likeness: PairRandomisation.Likeness) -> Table.Cell {
    switch likeness.reading {
    case .dependsOnWeights: .badge("needs the weights", .good)
    case .ignoresWeights: .badge(MapLabel.ignoresWeights.text, .caution)
    case .undecided: .badge("undecided", .neutral)
    case nil: .badge("no answer", .neutral)
    }
  }
}
