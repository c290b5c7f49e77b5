import FacetExplain
import FacetFaces
import FacetGraph
import FacetReport
import FacetTensor

/// The page of a layer study.
struct LayersPage {
  let card: ModelCard
  let faces: FaceSet
  let study: LayerStudy
  let photos: PhotoShelf
  let options: LayersJob.Options
  let warnings: [String]

  func report(_ provenance: ReportProvenance) throws -> Report {
    let sections = try zip(study.findings, study.sheets).map { try section($0, $1) }
    let data = DataPage(faces: faces, parts: searched).section
    return Report(
      title: "What does each layer respond to?",
      subtitle: "\(card.name) on \(counted(photos.count, "photo")) of "
        + "\(counted(photos.people, "person", "people"))",
      summary: ReportSummary(figures: figures, verdicts: verdicts, warnings: warnings),
      sections: [overview] + sections + [try viewed(), data],
      definitions: Self.definitions, provenance: provenance)
  }

  private var searched: String {
    let all = photos.count == faces.photos.count
    return
      "\(all ? "All" : "A seeded sample of") \(counted(photos.count, "photo")) "
      + "\(photos.count == 1 ? "was" : "were") looked through, those the network was trained on "
      + "included: this page shows what units respond to and judges nothing."
  }

  private var figures: [HeadlineFigure] {
    let silent = study.findings.reduce(0) { $0 + $1.silentUnits }
    let all = study.findings.reduce(0) { $0 + $1.channels }
    guard all > 0 else { return [] }
    return [
      HeadlineFigure(
        "Silent units", Double(silent) / Double(all), .percent(1),
        count: "\(silent) of \(grouped(all, "unit")) in "
          + counted(study.findings.count, "layer"),
        definition: "Feature maps that are nowhere above 0 on any photo looked through.")
    ]
  }

  private var verdicts: [Verdict] {
    study.findings.compactMap { finding in
      let alone = finding.units.filter { $0.people == 1 && $0.photos.count > 1 }
      guard !alone.isEmpty else { return nil }
      let one = alone.count == 1
      return Verdict(
        "In \(finding.layer), \(alone.count) of the \(finding.units.count) units shown "
          + "\(one ? "has" : "have") photos of one person alone at the top: "
          + "\(one ? "it" : "they") may know a person, or that person's background.")
    }
  }

  private var overview: ReportSection {
    let rows = study.findings.map { finding -> Table.Row in
      let people = finding.units.map { Double($0.people) }
      let field = finding.receptiveField
      return [
        .name(finding.layer.name), .count(finding.channels),
        .text("\(finding.height) x \(finding.width)"),
        field.map { .count($0.vertical.size) } ?? .missing,
        field.map { .count($0.vertical.stride) } ?? .missing, .count(finding.silentUnits),
        people.isEmpty
          ? .missing : .number(people.reduce(0, +) / Double(people.count), .decimals(1)),
      ]
    }
    return ReportSection(
      "The layers",
      lead:
        "The last maps of every size, or the layers that were asked for. Units are ranked by the "
        + "mean of their \(options.images) largest activations, one from each photo.",
      [
        .table(
          Table(
            columns: [
              "Layer", "Units", "Cells",
              Table.Column("Sees", help: "Side of a cell's receptive field, in pixels"),
              Table.Column("Stride", help: "Pixels between neighbouring cells"),
              Table.Column("Silent", help: "Units that no photo excites"),
              Table.Column(
                "People",
                help: "Different people on a unit's photos, mean over the units shown"),
            ], rows: rows))
      ])
  }

  private func section(_ finding: LayerFinding, _ sheet: UnitSheet) throws -> ReportSection {
    let items = try zip(sheet.blocks, finding.units).map { block, unit in
      let range = unit.photos.map(\.activation)
      let (low, high) = (Self.text(range.last ?? 0), Self.text(range.first ?? 0))
      return ImageGrid.Item(
        try ReportImage(block.picture),
        caption: "Unit \(unit.channel): \(high) to \(low), "
          + counted(unit.people, "person", "people"),
        alternative: "Projections and patches of unit \(unit.channel) of \(finding.layer)",
        link: finding.sheet)
    }
    let field = finding.receptiveField
    let sees =
      field.map {
        "A cell sees \($0.vertical.size) x \($0.horizontal.size) pixels, cut at the photo's edge."
      }
      ?? "Its cells have no common grid, so patches are whole photos."
    guard !items.isEmpty else {
      return ReportSection(
        finding.layer.name, lead: sees, [.note("No photo excites any unit of this layer.")])
    }
    return ReportSection(
      finding.layer.name,
      lead: "Left of each pair what the unit responded to, right the patches it saw, the strongest "
        + "first. \(sees)",
      [.imageGrid(ImageGrid(items, itemWidth: 344))])
  }

  private func viewed() throws -> ReportSection {
    let view = study.view
    let photo = ImageGrid.Item(
      try ReportImage(view.photo), caption: view.name.photoName,
      alternative: "The photo \(view.name)")
    return ReportSection(
      "One photo, layer by layer",
      lead:
        "The first photo. Of each layer its \(LayerStudy.side * LayerStudy.side) strongest feature "
        + "maps (square roots, white at the layer's largest value), and beside them its strongest "
        + "unit projected down to the pixels.",
      [
        .imageGrid(ImageGrid([photo], itemWidth: 240)),
        .imageGrid(ImageGrid(try view.items(isLinked: true), itemWidth: 520)),
      ])
  }

  /// An activation: of raw photos they go into thousands.
  private static func text(_ activation: Float) -> String {
    let format: NumberFormat = abs(activation) >= 100 ? .integer : .significant(3)
    return format.string(Double(activation))
  }

  private static let definitions = [
    Definition(
      "Projection",
      "Zeiler and Fergus 2014, section 2.1: all of the layer but the unit's cell is set to 0, then the "
        + "signal goes down layer by layer, unpooled by the switches of the same photo, rectified, and "
        + "convolved with the transposed filters. Each picture is stretched to its own contrast, so "
        + "strengths can't be compared."),
    Definition(
      "Patch", "The pixels that the cell of the maximum sees, by the network's geometry."),
  ]
}
