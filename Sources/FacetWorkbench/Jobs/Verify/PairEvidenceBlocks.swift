import FacetExplain
import FacetReport

/// The page's part on how far one pair's maps are to be believed.
struct PairEvidenceBlocks {
  let finding: PairFinding

  private let number = NumberFormat.decimals(3)

  /// Which methods' first pixels matter more than the controls', on both faces, to what is explained: a
  /// rejection by what speaks against, else by what speaks for.
  var verdicts: [FacetReport.Verdict] {
    let isRejected = finding.isAccepted == false
    func names(_ isIncluded: ([RemovalEvidence.Reading]) -> Bool) -> [String] {
      finding.maps.indices.filter { index in
        isIncluded(
          finding.evidence.map {
            isRejected ? $0.methods[index].dissimilarity : $0.methods[index].similarity
          })
      }.map { finding.maps[$0].method.title }
    }
    let good = names { $0.allSatisfy { $0 == .beatsControls } }
    let bad = names { $0.contains(.noBetterThanChance) }
    let share = NumberFormat.percent(0).string(RemovalEvidence.share)
    let effect =
      isRejected
      ? "that speak most against, the cosine stays higher"
      : "that speak most for one person, the cosine falls further"
    var verdicts: [FacetReport.Verdict] = []
    if !good.isEmpty {
      verdicts.append(
        FacetReport.Verdict(
          "Without the \(share) of pixels \(effect) than without those of any random map or the centre's, "
            + "on both faces: \(listed(good)).", tone: .good))
    }
    if !bad.isEmpty {
      verdicts.append(
        FacetReport.Verdict(
          "No better than chance on at least one face, so not to be believed here: \(listed(bad)).",
          tone: .caution))
    }
    if good.isEmpty, bad.isEmpty {
      verdicts.append(
        FacetReport.Verdict("No map does better than the centre of the picture on both faces."))
    }
    return verdicts
  }

  var section: ReportSection {
    let share = NumberFormat.percent(0).string(RemovalEvidence.share)
    return ReportSection(
      "How far to believe these maps",
      lead:
        "If a map is right, the cosine falls when the \(share) of pixels that it ranks first for "
        + "similarity become black, and rises (or falls least) when those ranked first for dissimilarity "
        + "do. The same is done for \(RemovalEvidence.draws) random maps as coarse as a late layer's, for "
        + "\(RemovalEvidence.draws) random choices of single pixels, and for the pixels nearest to the "
        + "centre.",
      finding.evidence.map { .table(table($0)) } + [
        .note(
          "This is one pair: what holds here need not hold for others. 'facet verify --pairs' measures it "
            + "over many, with intervals over people.")
      ])
  }

  private func table(_ evidence: RemovalEvidence) -> Table {
    let name = finding.photo(evidence.face).name
    let share = NumberFormat.percent(0).string(RemovalEvidence.share)
    var rows = zip(finding.maps, evidence.methods).map { map, measured in
      Table.Row([
        .text(map.method.title),
        .number(measured.withoutSimilarity, number), Self.badge(measured.similarity),
        .number(measured.withoutDissimilarity, number), Self.badge(measured.dissimilarity),
      ])
    }
    func control(_ name: String, _ spread: RemovalEvidence.Spread) -> Table.Row {
      let cell = Table.Cell.number(
        spread.mean, number, interval: ReportInterval(spread.low, spread.high, level: 1))
      return Table.Row([.text(name), cell, "control", cell, "control"], emphasis: .muted)
    }
    let centre = Table.Cell.number(evidence.controls.centre, number)
    rows.append(control("random maps, mean and range", evidence.controls.randomMaps))
    rows.append(control("random pixels, mean and range", evidence.controls.randomPixels))
    rows.append(
      Table.Row(["centre", centre, "control", centre, "control"], emphasis: .muted))
    return Table(
      "The cosine, \(number.string(evidence.cosine)), after pixels of the \(evidence.face.rawValue) face "
        + "(\(name)) are removed",
      columns: [
        "Pixels chosen by",
        Table.Column(
          "Without similarity",
          help: "The \(share) of pixels that speak most for one person are black."),
        "Reading",
        Table.Column(
          "Without dissimilarity", help: "The \(share) of pixels that speak most against are black."
        ),
        "Reading",
      ], rows: rows)
  }

  private static func badge(_ reading: RemovalEvidence.Reading) -> Table.Cell {
    let tone: Tone =
      switch reading {
      case .beatsControls: .good
      case .beatsChance, .nothingToShow: .neutral
      case .noBetterThanChance: .caution
      }
    return .badge(reading.text, tone)
  }
}
