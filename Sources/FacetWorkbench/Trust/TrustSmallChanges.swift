import FacetEvaluation
import FacetExplain
import FacetReport

/// The page's part on what maps say of small changes: infidelity and max-sensitivity beside the
/// controls'.
extension TrustPage {
  var smallChangesSection: ReportSection {
    ReportSection(
      "Does the map foretell small changes, and survive them?",
      lead:
        "Infidelity reads the map as a sum of what its pixels are worth; sensitivity asks how much "
        + "the map changes when nobody sees a change.",
      [
        .table(infidelityTable), .table(sensitivityTable),
        .note(
          "All maps, controls too, are scaled by the factor that suits each best on each photo (captum's "
            + "normalize), which may be negative: the inverted map has the map's own infidelity. The "
            + "blob doesn't look at the photo, so its sensitivity is 0 by construction; random maps "
            + "are drawn anew for every photo, however little it differs. No verdict hangs on either."
        ),
      ])
  }

  private var infidelityTable: Table {
    let places = result.real == nil ? ["Drawn faces"] : ["Drawn faces", "Your photos"]
    func row(_ title: String, _ scores: [FaithfulnessScores?], _ emphasis: Table.Emphasis)
      -> Table.Row
    {
      let cells = scores.prefix(places.count).flatMap { scores -> [Table.Cell] in
        [
          .score(scores?.infidelity),
          .score(scores?.infidelityBelowControls[ControlMap.centre.rawValue]),
        ]
      }
      return Table.Row([.text(title)] + cells, emphasis: emphasis)
    }
    return Table(
      "Infidelity, on \(listed([amount(.drawnFaces), amount(.photos)].filter { !$0.isEmpty })): 0 is "
        + "best, 1 is as good as a map of zeros",
      columns: ["Map"]
        + places.flatMap {
          [
            Table.Column($0, help: TrustTerms.infidelity),
            Table.Column("Below the blob's", help: TrustTerms.belowControl),
          ]
        },
      rows: result.methods.map { row($0.title, [$0.drawn, $0.real], .none) }
        + result.controls.filter { $0.drawn != nil }
        .map { row($0.title, [$0.drawn, $0.real], .muted) })
  }

  private var sensitivityTable: Table {
    Table(
      "Max-sensitivity, on \(amount(.sensitivity)): 0 is steady",
      columns: [
        "Map", Table.Column("Sensitivity", help: TrustTerms.sensitivity),
        Table.Column("Below the edges'", help: TrustTerms.belowControl),
      ],
      rows: result.methods.map { method -> Table.Row in
        [
          .text(method.title), .score(method.maxSensitivity),
          .score(method.sensitivityBelowControls[ControlMap.edges.rawValue]),
        ]
      }
        + result.controls.filter { $0.drawn != nil }.map {
          Table.Row([.text($0.title), .score($0.maxSensitivity), .missing], emphasis: .muted)
        })
  }
}
