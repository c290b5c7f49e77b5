import FacetEvaluation
import FacetExplain
import FacetImage
import FacetReport
import FacetTensor

extension Gallery {
  /// The summary's figure about the maps.
  var headline: HeadlineFigure? {
    guard let first = evidence.first, let value = first.randomisedCorrelation else { return nil }
    let tone: Tone =
      switch first.reading {
      case .dependsOnWeights: .good
      case .ignoresWeights: .bad
      case .undecided, nil: .caution
      }
    return HeadlineFigure(
      "\(maps[0].method.title) with random weights", value, .decimals(2),
      interval: first.interval.map(ReportInterval.init),
      count: "rank correlation with the real map, mean over \(counted(first.photos, "test photo"))",
      definition: Self.randomisationDefinition, tone: tone)
  }

  static let randomisationDefinition =
    "Every weight of the network is drawn anew (Adebayo et al. 2018, all layers at once) and the map "
    + "of the same class computed again; Spearman's rank correlation of the two maps, averaged over "
    + "a seeded sample of at most \(RandomisationCheck.sampleSize) test photos, those with a constant "
    + "map left out. A map that tells something of the network must change: near 0 is good; at 0.5 or "
    + "more the map is of the photo rather than of the network."

  /// One sentence for each thing to say, with the methods it is said of.
  var verdicts: [FacetReport.Verdict] {
    func methods(_ reading: MethodEvidence.Reading) -> String? {
      let names = zip(maps, evidence).compactMap { map, evidence -> String? in
        guard evidence.reading == reading, let value = evidence.randomisedCorrelation else {
          return nil
        }
        return "\(map.method.title) (\(NumberFormat.decimals(2).string(value)))"
      }
      return names.isEmpty ? nil : listed(names)
    }
    return [
      methods(.dependsOnWeights).map {
        Verdict(
          "With random weights the map changes, so it shows something of this network: \($0).",
          tone: .good)
      },
      methods(.undecided).map {
        Verdict("These photos don't decide whether the map depends on the weights: \($0).")
      },
      methods(.ignoresWeights).map {
        Verdict(
          "With random weights the map stays much the same, so it shows edges of the photo rather "
            + "than what the network learnt: \($0).", tone: .caution)
      },
    ].compactMap { $0 }
  }

  var section: ReportSection {
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
    if let gallery = try? gallery() { blocks.append(.heatmapGallery(gallery)) }
    blocks.append(
      .paragraph(
        "The raw maps are in maps/*.npy (32-bit floats, signs kept), the pictures in heatmaps/*.png."
      ))
    return ReportSection("Where does it look?", lead: lead, blocks)
  }

  private func gallery() throws -> HeatmapGallery {
    let cards = try shown.indices.map { index -> HeatmapCard in
      let photo = shown[index]
      return HeatmapCard(
        photo: try ReportImage(photos.entries[index].image), name: photo.name,
        predicted: photo.predicted, truth: photo.label, probability: Double(photo.probability),
        panels: try maps.map { map in
          HeatmapPanel(
            method: map.method.title, map: try map.picture(index),
            ownScaleMap: try map.ownScalePicture(index), values: values(map, index))
        })
    }
    return HeatmapGallery(
      scale: ColorScale(
        .heat, HeatmapScale(minimum: 0, maximum: 1), format: .decimals(1), quantity: "strength",
        sharing: "One scale for each method over all photos: 1 is its strongest value anywhere "
          + "(for maps on pixels, the value that one pixel in 200 exceeds); under a map is its own "
          + "strongest value."), cards: cards, initialFade: 0.85)
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
    if index < map.explanation.units.count {
      let unit = map.explanation.units[index]
      values.append(Definition("channel", "\(unit.channel)"))
      values.append(Definition("cell", "\(unit.row), \(unit.column)"))
    }
    return values
  }

  private var evidenceTable: Table {
    Table(
      "How far to trust each method on this network",
      columns: [
        "Method",
        Table.Column("Rank correlation with random weights", help: Self.randomisationDefinition),
        Table.Column("Photos", help: "Of the sample, those whose maps are not constant."),
        Table.Column("Empty maps", help: "Photos shown here on which the map is nowhere positive."),
        "Reading",
      ],
      rows: zip(maps, evidence).map { map, evidence in
        [
          .text(map.method.title),
          evidence.randomisedCorrelation.map {
            .number($0, .decimals(2), interval: evidence.interval.map(ReportInterval.init))
          } ?? .missing, .count(evidence.photos), .count(evidence.emptyMaps),
          Self.badge(evidence.reading),
        ]
      })
  }

  private static func badge(_ reading: MethodEvidence.Reading?) -> Table.Cell {
    switch reading {
    case .dependsOnWeights: .badge("depends on the weights", .good)
    case .ignoresWeights: .badge("ignores the weights", .caution)
    case .undecided: .badge("undecided", .neutral)
    case nil: .text("every map is constant")
    }
  }
}
