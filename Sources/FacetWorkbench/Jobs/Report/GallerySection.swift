import FacetEvaluation
import FacetExplain
import FacetImage
import FacetReport
import FacetTensor

extension Gallery {
  /// The summary's figure about the maps.
  var headline: HeadlineFigure? {
    guard let first = evidence.first, let score = first.randomisation.magnitude,
      score.interval != nil
    else { return nil }
    let tone: Tone =
      switch first.randomisation.reading {
      case .dependsOnWeights: .good
      case .ignoresWeights: .bad
      case .undecided, nil: .caution
      }
    return HeadlineFigure(
      "\(maps[0].method.title) with random weights", score.value, .decimals(2),
      interval: score.interval.map(ReportInterval.init),
      count: "magnitude of the rank correlation with the real map, mean over "
        + counted(score.images, "test photo"),
      definition: RandomisationResult.definition, tone: tone)
  }

  /// What the evidence comes to, with the methods and the reasons.
  var verdicts: [FacetReport.Verdict] {
    let standings = zip(maps, evidence).map { ($0.method.title, $1.standing) }
    func methods(_ level: MethodEvidence.Level) -> String? {
      let found = standings.filter { $0.1.level == level }.map { title, standing in
        standing.reasons.isEmpty ? title : "\(title) (\(standing.reasons.joined(separator: "; ")))"
      }
      return found.isEmpty ? nil : listed(found)
    }
    return [
      methods(.good).map {
        Verdict(
          "Shows something of this network, and says better which pixels count than every map that knows "
            + "nothing of it: \($0).", tone: .good)
      },
      methods(.open).map { Verdict("Not decided: \($0).") },
      methods(.bad).map { Verdict("Not to be believed: \($0).", tone: .caution) },
    ].compactMap { $0 }
  }

  func section() throws -> ReportSection {
    var lead =
      "\(counted(shown.count, "photo")), with maps for the class that the network named; Grad-CAM's "
      + "layer is \(layer). "
    lead +=
      wrong == 0
      ? "No test photo of a known person is named wrongly."
      : "\(counted(wrong, "photo is", "photos are")) named wrongly and "
        + "\(wrong == 1 ? "comes" : "come") first."
    // Whoever looks at maps should know before how far to trust them.
    var blocks: [ReportBlock] = [.table(evidenceTable)]
    if hiddenWrong > 0 {
      blocks.append(
        .warning(
          "\(counted(hiddenWrong, "more photo is", "more photos are")) named wrongly than fit here; "
            + "predictions.csv lists all."))
    }
    if evidence.contains(where: { !$0.labels.isEmpty }) {
      blocks.append(
        .note(
          "A bar across a map says what is known of the method over the photos of the table, not of "
            + "this one map; its own deletion and insertion stand under it."))
    }
    blocks.append(.heatmapGallery(try gallery()))
    blocks.append(
      .paragraph(
        "The raw maps are in maps/*.npy (32-bit floats, signs kept), the pictures in heatmaps/*.png. "
          + "'facet trust' goes further: faces whose truth is known, ROAD, infidelity, sensitivity, regions "
          + "and shortcuts."
      ))
    return ReportSection("Where does it look?", lead: lead, blocks)
  }

  private func gallery() throws -> HeatmapGallery {
    let cards = try shown.indices.map { index -> HeatmapCard in
      let photo = shown[index]
      return HeatmapCard(
        photo: try ReportImage(photos.entries[index].image), name: photo.name,
        predicted: photo.predicted, truth: photo.label, probability: Double(photo.probability),
        panels: try maps.indices.map { method in
          let map = maps[method]
          let label = PictureLabel(evidence[method].mapLabels.map(\.text))
          return HeatmapPanel(
            method: map.method.title, map: try map.picture(index, label),
            ownScaleMap: try map.ownScalePicture(index, label),
            values: values(map, index) + evidence(method, index))
        }, folded: try layers(index))
    }
    return HeatmapGallery(
      scale: ColorScale(
        .heat, HeatmapScale(minimum: 0, maximum: 1), format: .decimals(1), quantity: "strength",
        sharing: "One scale for each method over all photos: 1 is its strongest value anywhere "
          + "(for maps on pixels, the value that one pixel in 200 exceeds). Under a map: its own "
          + "strongest value; deletion and insertion, in brackets those of a blob on the middle."),
      cards: cards, initialFade: 0.85)
  }

  /// The photo layer by layer, behind a click.
  private func layers(_ index: Int) throws -> ImageGrid? {
    guard layerViews.indices.contains(index) else { return nil }
    return ImageGrid(
      try layerViews[index].items(isLinked: false),
      caption:
        "Layer by layer: the \(Self.layerSide * Self.layerSide) strongest feature maps of each "
        + "stage, and its strongest unit projected down to the pixels",
      itemWidth: 330)
  }

  private func values(_ map: FaceMaps, _ index: Int) -> [FacetReport.Definition] {
    if map.isEmpty(index) { return [Definition("map", "nowhere positive: nothing to show")] }
    let largest = map.strength.slice(index).maximum
    var values = [
      Definition("largest", NumberFormat.significant(2).string(Double(largest)))
    ]
    if map.explanation.space == .layer, map.top > 0 {
      values.append(
        Definition("of the scale", NumberFormat.percent(0).string(Double(largest / map.top))))
    }
    if map.explanation.rivals.indices.contains(index) {
      let names = map.explanation.rivals[index].map(classes.name)
      values.append(Definition("against", listed(names)))
    }
    if index < map.explanation.units.count {
      let unit = map.explanation.units[index]
      values.append(Definition("channel", "\(unit.channel)"))
      values.append(Definition("cell", "\(unit.row), \(unit.column)"))
    }
    return values
  }

  /// The photo's own deletion and insertion, each beside the centre blob's.
  private func evidence(_ method: Int, _ index: Int) -> [FacetReport.Definition] {
    guard let centre = shownFigures.figures(of: .centre), index < shownFigures.count else {
      return []
    }
    let own = shownFigures.ofMethods[method]
    let number = NumberFormat.decimals(2)
    func pair(_ name: String, _ figures: KeyPath<MapFigures, [Double?]>) -> FacetReport.Definition?
    {
      guard let value = own[keyPath: figures][index], let other = centre[keyPath: figures][index]
      else { return nil }
      return Definition(name, "\(number.string(value)) (\(number.string(other)))")
    }
    return [pair("deletion", \.deletion), pair("insertion", \.insertion)].compactMap { $0 }
  }

  /// `24 test photos`; where a budget cut it short, what each part is of.
  private var evidenceAmount: String {
    let parts = counts.dropFirst()
    return parts.allSatisfy(\.isWhole)
      ? counted(sampled, "test photo")
      : listed(parts.map { "\($0.text) (\($0.title.lowercasedFirst))" })
  }

  private var evidenceTable: Table {
    Table(
      "How far to trust each method on this network, by \(evidenceAmount)",
      columns: [
        "Method",
        Table.Column("Deletion", help: TrustTerms.deletion),
        Table.Column("Insertion", help: TrustTerms.insertion),
        Table.Column("Above blob", help: TrustTerms.aboveCentre),
        Table.Column("Controls", help: TrustTerms.win + " " + TrustTerms.loss),
        Table.Column("Random weights", help: RandomisationResult.definition),
        Table.Column("Empty", help: "Photos shown here on which the map is nowhere positive."),
        "Reading",
      ],
      rows: zip(maps, evidence).map { map, evidence in
        let scores = evidence.faithfulness
        return [
          .text(map.method.title), .score(scores.deletion), .score(scores.insertion),
          .score(scores.aboveControls["centre"]), evidence.aboveAll.badge,
          .score(evidence.randomisation.magnitude), .count(evidence.emptyMaps),
          evidence.randomisation.reading.shortBadge,
        ]
      }
        + controls.map { control in
          Table.Row(
            [
              .text(control.title), .score(control.faithfulness.deletion),
              .score(control.faithfulness.insertion), .missing, .missing, .missing, .missing,
              .missing,
            ], emphasis: .muted)
        })
  }
}

extension MethodEvidence {
  fileprivate enum Level {
    case good
    case open
    case bad
  }

  /// What the evidence comes to, and why it isn't better: where something is known against the method,
  /// what isn't known is no matter.
  fileprivate var standing: (level: Level, reasons: [String]) {
    var (against, open) = ([String](), [String]())
    switch randomisation.reading {
    case .dependsOnWeights: break
    case .ignoresWeights:
      against.append(
        "much the same with random weights: edges of the photo rather than what was learnt")
    case .undecided, nil: open.append("whether it depends on the weights")
    }
    switch aboveAll?.standing {
    case .better?: break
    case .worse?:
      let ahead = aboveAll.map { $0.ahead.isEmpty ? [$0.hardest] : $0.ahead } ?? []
      let controls = ahead.map { FaithfulnessScores.title(ofControl: $0.control) }
      against.append(
        "\(listed(controls)) \(controls.count == 1 ? "says" : "say") better which pixels count")
    case .undecided?, nil: open.append("whether it beats every map that knows nothing")
    }
    if !against.isEmpty { return (.bad, against) }
    return (open.isEmpty ? .good : .open, open)
  }
}
