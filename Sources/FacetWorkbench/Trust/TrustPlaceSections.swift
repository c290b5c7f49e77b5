import FacetEvaluation
import FacetFaces
import FacetImage
import FacetReport

/// The page's parts on where maps lie, and the maps themselves.
extension TrustPage {
  var placesSections: [ReportSection] {
    var blocks: [ReportBlock] = [
      .table(
        regionTable(
          "Drawn faces, by their own masks", result.methods.map { ($0.title, $0.drawnRegions) }))
    ]
    let real = result.methods.compactMap { method in
      method.realRegions.map { (method.title, $0) }
    }
    if !real.isEmpty, let fit = result.real {
      blocks.append(
        .table(
          regionTable("Your photos, by one template for all", real)))
      blocks.append(
        .note(
          "The template is the average drawn face, laid where it looks most like the photos' mean "
            + "(correlation \(NumberFormat.decimals(2).string(fit.templateCorrelation))). Heads that "
            + "are turned or off the middle are divided wrongly."))
    }
    var sections = [
      ReportSection(
        "Where the maps lie",
        lead:
          "The share of a map on each region of the face, and the region's share of the picture: a "
          + "map that looks everywhere alike has the latter.", blocks)
    ]
    if let real = result.real { sections.append(shortcutSection(real)) }
    return sections
  }

  private func regionTable(_ caption: String, _ rows: [(title: String, shares: RegionShares)])
    -> Table
  {
    let regions = FaceRegion.allCases.map(\.name)
    func cell(_ shares: RegionShares, _ region: String) -> Table.Cell {
      let found = shares.regions.first { $0.region == region }
      return found.map { .score($0.share, .percent(0)) } ?? .missing
    }
    var table = Table(
      caption, columns: ["Map"] + regions.map { Table.Column($0) },
      rows: rows.map { row in
        Table.Row([.text(row.title)] + regions.map { cell(row.shares, $0) })
      })
    if let first = rows.first?.shares {
      table.rows.append(
        Table.Row(
          [.text("share of the picture")]
            + regions.map { region in
              first.regions.first { $0.region == region }
                .map { .percentage($0.area, decimals: 0) } ?? .missing
            }, emphasis: .muted))
    }
    return table
  }

  private func shortcutSection(_ real: TrustResult.Real) -> ReportSection {
    func percent(_ value: Double?) -> Table.Cell {
      value.map { .percentage($0, decimals: 0) } ?? .missing
    }
    func table(_ name: String, _ place: (ShortcutCheck) -> ShortcutCheck.Place?) -> ReportBlock? {
      let rows = zip(result.methods, real.shortcuts).compactMap { method, check in
        place(check).map { place -> Table.Row in
          [
            .text(method.title), .score(place.share, .percent(0)), percent(place.area),
            .score(place.excess, .points(0)), .p(place.p),
            place.isFlagged ? .badge("beside the face", .caution) : .text("no"),
          ]
        }
      }
      let columns: [Table.Column] = [
        "Map", "Share of the map", "Share of the photo",
        Table.Column("More than that", help: "Paired over photos, interval over people."),
        Table.Column("Adjusted p", help: TrustTerms.adjusted), "Flagged",
      ]
      return rows.isEmpty
        ? nil
        : .table(Table("On \(name), by method", columns: columns, rows: rows, isCompact: true))
    }
    var blocks = [
      table("the background") { $0.background }, table("borders") { $0.border },
    ].compactMap { $0 }
    let chosen = result.believed?.first ?? result.believed?.order.first
    let place = result.methods.firstIndex { $0.method == chosen } ?? 0
    if real.shortcuts.indices.contains(place) {
      let check = real.shortcuts[place]
      blocks.append(
        .table(
          Table(
            "By person, \(result.methods[place].title)",
            columns: [
              "Person", "Photos", "On the background", "Its share", "On borders", "Their share",
              Table.Column("Adjusted p", help: TrustTerms.adjusted),
            ],
            rows: check.people.map { person in
              [
                .name(person.identity), .count(person.photos), percent(person.background),
                percent(person.backgroundArea), percent(person.border), percent(person.borderArea),
                person.isFlagged ? .badge("looks beside the face", .caution) : .p(person.p),
              ]
            }, isCompact: true)))
    }
    return ReportSection(
      "Does it look beside the face?",
      lead:
        "A map that looks everywhere alike has as much of its strength on the background and on the "
        + "borders (the outermost twelfth, and black wedges) as these have of the photo. A method is "
        + "flagged when it has more than that over people, beyond chance; a person only with at least "
        + "\(ShortcutCheck.leastPhotos) photos. Both by sign-flip tests, adjusted by Holm.", blocks)
  }

  func mapsSection() throws -> ReportSection {
    var blocks: [ReportBlock] = []
    if let real = pictures.real {
      blocks.append(.heatmapGallery(try real.gallery("Your photos")))
    }
    blocks.append(.heatmapGallery(try pictures.drawn.gallery("Drawn faces")))
    if let swaps = pictures.swaps {
      let shown = study.truth.swaps.prefix(swaps.faces.count).swaps
      blocks.append(
        .imageGrid(
          ImageGrid(
            try shown.enumerated().flatMap { index, swap in
              try [
                ImageGrid.Item(
                  ReportImage(swap.before.picture), caption: "\(swaps.faces.names[index]): before"),
                ImageGrid.Item(ReportImage(swap.after.picture), caption: "after"),
                ImageGrid.Item(
                  ReportImage(swap.after.picture.dimmed(outside: swap.changed)),
                  caption: "what explains the new answer"),
              ]
            }, caption: "Swaps that changed the answer, and the pixels that explain it.",
            itemWidth: 150)))
      blocks.append(
        .heatmapGallery(
          try swaps.gallery(
            "What the methods say of the swapped faces",
            caption: "Maps of the margin of the new answer over the old one.")))
    }
    blocks.append(
      .paragraph(
        "The raw maps are in maps/*.npy (32-bit floats, signs kept), the pictures in heatmaps/*.png; "
          + "what is wrong with a method is written into each of its pictures."))
    return ReportSection("The maps", blocks)
  }
}

extension Image {
  /// The picture with everything but some pixels faded.
  fileprivate func dimmed(outside mask: [Bool]) -> Image {
    var image = self
    for (i, isInside) in mask.enumerated() where !isInside {
      for c in 3 * i..<3 * i + 3 { image.pixels[c] = 200 + image.pixels[c] / 6 }
    }
    return image
  }
}
