import FacetEvaluation
import FacetExplain
import FacetReport

extension PointingResult {
  /// The page's part on the pointing game.
  var section: ReportSection {
    let percent = NumberFormat.percent(0)
    func row(_ score: PointingScore, _ emphasis: Table.Emphasis) -> Table.Row {
      Table.Row(
        [
          .text(score.title), .score(score.rate, percent), .text("\(score.hits) of \(scenes)"),
          .score(score.aboveControls[ControlMap.centre.rawValue], percent),
          .score(score.aboveControls[ControlMap.edges.rawValue], percent),
          .score(score.inside, percent),
        ], emphasis: emphasis)
    }
    var blocks: [ReportBlock] = [
      .table(
        Table(
          "\(counted(scenes, "scene")) of \(counted(people, "person", "people"))",
          columns: [
            "Map",
            Table.Column(
              "Points at the face",
              help: "Share of scenes whose strongest pixel lies in the face's box; a map without a "
                + "strongest pixel misses."),
            "Scenes",
            Table.Column(
              "Above a blob", help: "That share minus the centre blob's, scene by scene."),
            Table.Column(
              "Above edges", help: "That share minus the edge filter's, scene by scene."),
            Table.Column("Inside the box", help: "The mean share of the map inside the box."),
          ],
          rows: methods.map { row($0, .none) } + controls.map { row($0, .muted) })),
      .note(
        "The boxes take \(percent.string(boxArea)) of a scene on average, so a map of chance points at "
          + "the face that often. The network sees the whole scene, smaller than the faces it knows."
      ),
    ]
    if people < MapScore.leastPeople {
      blocks.append(
        .warning(
          "\(counted(people, "person", "people")); at least \(MapScore.leastPeople) are needed, so nothing "
            + "is decided and no interval is shown."))
    }
    if skipped > 0 {
      blocks.append(
        .warning(
          "\(counted(skipped, "picture")) of the table couldn't be read and \(skipped == 1 ? "is" : "are") "
            + "left out."))
    }
    return ReportSection(
      "Does it point at the face?",
      lead:
        "The pointing game (Zhang et al. 2018) on whole scenes with known face boxes: is the map "
        + "strongest on the face?", blocks)
  }
}
