import FacetEvaluation
import FacetExplain
import FacetReport

/// The page's evidence: figures beside those of the controls.
extension TrustPage {
  var faithfulnessSection: ReportSection {
    var blocks: [ReportBlock] = [
      .table(
        faithfulnessTable(
          "\(amount(.drawnFaces)), of "
            + "\(counted(result.drawn.people, "person", "people"))",
          methods: result.methods.map { ($0.title, $0.drawn) },
          controls: result.controls.compactMap { control in
            control.drawn.map { (control.title, $0) }
          }))
    ]
    if let real = result.real {
      blocks.append(
        .table(
          faithfulnessTable(
            "Your photos: \(amount(.photos)), chosen from \(real.available), of "
              + "\(counted(real.people, "person", "people"))",
            methods: result.methods.compactMap { method in method.real.map { (method.title, $0) } },
            controls: result.controls.compactMap { control in
              control.real.map { (control.title, $0) }
            })))
    }
    blocks.append(
      .note(
        "Single strong pixels do well in deletion, smooth maps in insertion and ROAD. That is why "
          + "nothing is decided by one of them, and why the blob stands beside them."))
    return ReportSection(
      "Does the answer go with the pixels?",
      lead:
        "Pixels are taken away or uncovered in the order of the map. Controls that know nothing of "
        + "the network show what is worth nothing.", blocks)
  }

  private typealias Figures = (title: String, scores: FaithfulnessScores)

  private func faithfulnessTable(_ caption: String, methods: [Figures], controls: [Figures])
    -> Table
  {
    let hasInversion = methods.contains { $0.scores.inverted != nil }
    var columns: [Table.Column] = [
      "Map", Table.Column("Deletion", help: TrustTerms.deletion),
      Table.Column("Insertion", help: TrustTerms.insertion),
      Table.Column("Above blob", help: TrustTerms.aboveCentre),
      Table.Column("ROAD", help: TrustTerms.road),
      Table.Column("Gini", help: TrustTerms.sparseness),
    ]
    if hasInversion { columns.append(Table.Column("Inverted", help: TrustTerms.inverted)) }
    func row(_ figures: Figures, _ emphasis: Table.Emphasis) -> Table.Row {
      let scores = figures.scores
      var cells: [Table.Cell] = [
        .text(figures.title), .score(scores.deletion), .score(scores.insertion),
        .score(scores.aboveControls[ControlMap.centre.rawValue]), .score(scores.road),
        .score(scores.sparseness),
      ]
      if hasInversion { cells.append(.score(scores.aboveControls["inverted"])) }
      return Table.Row(cells, emphasis: emphasis)
    }
    return Table(
      caption, columns: columns,
      rows: methods.map { row($0, .none) } + controls.map { row($0, .muted) })
  }

  var groundTruthSection: ReportSection {
    let drawn = result.drawn
    var blocks: [ReportBlock] = [importanceBlock, .table(groundTruthTable)]
    if drawn.swaps > 0 {
      blocks.append(
        .note(
          "\(drawn.swaps) swaps that changed the answer, of \(drawn.swapsTried) tried; a swap changes "
            + "\(NumberFormat.percent(1).string(drawn.swapArea ?? 0)) of the pixels on average. Putting "
            + "all of them back would explain 100%."))
    }
    return ReportSection(
      "Against the truth",
      lead: "Drawn faces are made of parts. Leaving one out tells what it is worth to the network; "
        + "swapping one for another person's changes known pixels and nothing else.", blocks)
  }

  /// Parts with an interval; those that are on the faces of few people say nothing.
  private var importanceBlock: ReportBlock {
    let parts = result.drawn.partImportance.filter { $0.drop.interval != nil }
    let count = amount(.partRemoval)
    guard !parts.isEmpty else {
      return .note("\(count): too few people to say what the answer hangs on.")
    }
    return .figure(
      Figure(
        "What the answer hangs on",
        .bars(
          BarChart(
            categories: parts.map(\.part),
            series: [
              BarSeries(
                "", parts.map(\.drop.value),
                intervals: parts.map { $0.drop.interval.map(ReportInterval.init) })
            ], axis: PlotAxis("loss of the score"))),
        caption: "What the named class's score (before the softmax) loses when a part isn't drawn, "
          + "mean over those of \(count) that have it."))
  }

  private var groundTruthTable: Table {
    func cells(_ title: String, _ scores: GroundTruthScores) -> [Table.Cell] {
      func hardest(_ above: [String: MapScore]?) -> MapScore? {
        above.flatMap(ControlComparison.init)?.hardest.score
      }
      return [
        .text(title), .score(scores.partOrder), .score(hardest(scores.partOrderAboveControls)),
        .score(scores.inside, .percent(0)), .score(scores.restored, .percent(0)),
        .score(scores.recovered, .percent(0)),
        .score(hardest(scores.recoveredAboveControls), .points(0)),
      ]
    }
    return Table(
      "Methods against the truth",
      columns: [
        "Map", Table.Column("Order of parts", help: TrustTerms.partOrder),
        Table.Column("Above hardest", help: TrustTerms.hardest),
        Table.Column("On the part", help: TrustTerms.inside),
        Table.Column("Restored", help: TrustTerms.restored),
        Table.Column("Explained", help: TrustTerms.recovered),
        Table.Column("Above hardest", help: TrustTerms.hardest),
      ],
      rows: result.methods.map { Table.Row(cells($0.title, $0.groundTruth)) }
        + result.controls.map { Table.Row(cells($0.title, $0.groundTruth), emphasis: .muted) })
  }

  var randomisationSection: ReportSection {
    let series = result.methods.map { method in
      let stages = method.randomisation.stages
      return LineSeries(
        method.title, x: stages.map { Double($0.layers) },
        y: stages.map { $0.magnitude?.value ?? .nan }, hasMarkers: true)
    }
    let rows = result.methods.map { method -> Table.Row in
      [
        .text(method.title), .score(method.randomisation.magnitude),
        .score(method.randomisation.mean), .score(method.randomisation.stages.last?.magnitude),
        .score(method.randomisation.floor), method.randomisation.reading.badge,
      ]
    }
    let stages = result.methods.map(\.randomisation.stages).max { $0.count < $1.count } ?? []
    return ReportSection(
      "Would random weights draw the same?",
      lead: "The learnt weights are drawn anew from the top layer downwards, on "
        + "\(amount(.randomWeights)). A map of the network changes; a map of the "
        + "photo doesn't. Photos take turns among \(RandomisationCheck.draws) independent draws. The floor is "
        + "the likeness of two networks that learnt nothing: what chance and the photo alone bring about.",
      [
        .figure(
          Figure(
            "Likeness to the true map as layers become random",
            .line(
              LinePlot(
                series, x: PlotAxis("random layers, from the top"),
                y: PlotAxis("magnitude of the rank correlation", range: 0...1),
                rules: [.horizontal(RandomisationResult.limit, label: "same map")])),
            caption: "The lowest random layer is "
              + stages.map { "\($0.lowest) (\($0.layers))" }.joined(separator: ", ") + ".",
            definition: Definition("Random weights", RandomisationResult.definition))),
        .table(
          Table(
            columns: [
              "Method", Table.Column("Likeness", help: RandomisationResult.definition),
              Table.Column(
                "With its sign",
                help: "The mean of the rank correlations themselves: opposite ones cancel."),
              Table.Column("All layers random", help: "Likeness at the last stage."),
              Table.Column("Floor", help: RandomisationResult.floorDefinition), "Reading",
            ], rows: rows)),
      ])
  }
}

extension Optional where Wrapped == RandomisationResult.Reading {
  /// What a table says of a reading.
  var badge: Table.Cell {
    switch self {
    case .dependsOnWeights: .badge("depends on the weights", .good)
    case .ignoresWeights: .badge("ignores the weights", .caution)
    case .undecided: .badge("undecided", .neutral)
    case nil: .text("every map is constant")
    }
  }
}
