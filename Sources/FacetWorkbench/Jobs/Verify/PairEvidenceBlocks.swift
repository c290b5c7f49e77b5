import FacetExplain
import FacetReport

/// The page's part on how far one pair's maps are to be believed.
struct PairEvidenceBlocks {
  let finding: PairFinding

  private let number = NumberFormat.decimals(3)

  private let share = NumberFormat.percent(0).string(RemovalEvidence.share)

  /// What the maps of the decided side come to, on both faces.
  var verdicts: [FacetReport.Verdict] {
    if finding.obstacle?.concernsMaps == true {
      return [
        FacetReport.Verdict(
          "The maps explain nothing: there is nothing to explain.", tone: .caution)
      ]
    }
    let claims = finding.maps.indices.map { index in
      finding.evidence.map { $0.methods[index].claim(finding.side) }
    }
    let good = claims.indices.filter { claims[$0].allSatisfy { $0.reading == .beatsControls } }
    let others = claims.indices.filter { !good.contains($0) }
    var verdicts: [FacetReport.Verdict] = []
    if !good.isEmpty {
      verdicts.append(
        FacetReport.Verdict(
          "\(subject): on both faces, the \(share) of pixels that \(effect) than any control does, "
            + "by \(listed(good.map { finding.maps[$0].method.title })).", tone: .good))
    }
    if !others.isEmpty {
      var texts: [String] = []
      for index in others where !texts.contains(Self.text(claims[index])) {
        texts.append(Self.text(claims[index]))
      }
      let groups = texts.map { text in
        let names = others.filter { Self.text(claims[$0]) == text }
          .map { finding.maps[$0].method.title }
        return "\(listed(names)) (\(text))"
      }
      verdicts.append(
        FacetReport.Verdict(
          "\(subject), not shown to be right: \(groups.joined(separator: "; ")).", tone: .caution))
    }
    return verdicts
  }

  /// Which side is meant, and why that one.
  private var subject: String {
    switch finding.isAccepted {
    case true?: "What speaks for one person (the pair is accepted)"
    case false?: "What speaks against (the pair is rejected)"
    case nil: "What speaks for one person (there is no decision)"
    }
  }

  private var effect: String {
    finding.side == .similarity
      ? "speak most for one person lower the cosine further when they go"
      : "speak most against raise the cosine further when they go"
  }

  /// Of both faces.
  private static func text(_ claims: [RemovalClaim]) -> String {
    let texts = claims.map(\.text)
    if Set(texts).count == 1, let text = texts.first { return "\(text), on both faces" }
    return zip(PairFace.allCases, texts).map { "\($0.rawValue) face: \($1)" }
      .joined(separator: ", ")
  }

  var section: ReportSection {
    let draws = RemovalEvidence.draws
    return ReportSection(
      "How far to believe these maps",
      lead:
        "If a map is right, the cosine falls when the \(share) of pixels that it ranks first for "
        + "similarity are blurred, and rises when those ranked first for dissimilarity are. The same is "
        + "done for \(draws) random maps as coarse as a late layer's, for \(draws) random choices of "
        + "single pixels, and for the pixels nearest to the centre.",
      finding.evidence.map { .table(table($0)) } + [
        .note(
          "A map beats every control when it moves the cosine as it claims, further than the centre, and "
            + "further than both kinds of random choices. p is the share of these that go as far or "
            + "further, the map itself counted, for the kind it is less ahead of; it is adjusted by Holm "
            + "over the \(tests) tests of this page, so the smallest possible is "
            + "\(NumberFormat.significant(2).string(Double(tests) / Double(draws + 1))). Pixels are "
            + "blurred and not blackened: single black pixels are noise that stops a network whatever they "
            + "hide, and CorrRISE is fitted to blackened faces."),
        .note(
          "This is one pair: what holds here need not hold for others. 'facet verify --pairs' measures it "
            + "over many, with intervals over people."),
      ])
  }

  /// Methods on both faces for both sides.
  private var tests: Int {
    max(1, finding.evidence.map(\.methods.count).reduce(0, +) * PairSide.allCases.count)
  }

  private func table(_ evidence: RemovalEvidence) -> Table {
    let name = finding.photo(evidence.face).name
    var rows = zip(finding.maps, evidence.methods).map { map, measured in
      Table.Row(
        [.text(map.method.title)]
          + [measured.similarity, measured.dissimilarity].flatMap { claim -> [Table.Cell] in
            [
              .number(claim.cosine, number),
              claim.adjusted.map { .number($0, .significant(2)) } ?? .missing,
              Self.badge(claim),
            ]
          })
    }
    func control(_ name: String, _ cell: Table.Cell) -> Table.Row {
      Table.Row(
        [.text(name), cell, .missing, "control", cell, .missing, "control"], emphasis: .muted)
    }
    func spread(_ spread: RemovalEvidence.Spread) -> Table.Cell {
      .number(
        spread.mean, number, interval: ReportInterval(spread.low, spread.high, level: 1))
    }
    rows.append(control("random maps, mean and range", spread(evidence.controls.randomMaps)))
    rows.append(control("random pixels, mean and range", spread(evidence.controls.randomPixels)))
    rows.append(control("centre", .number(evidence.controls.centre, number)))
    return Table(
      "The cosine, \(number.string(evidence.cosine)), after pixels of the \(evidence.face.rawValue) face "
        + "(\(name)) are removed",
      columns: [
        "Pixels chosen by",
        Table.Column(
          "Without similarity",
          help: "The \(share) of pixels that speak most for one person are blurred."),
        Table.Column("p", help: Self.pHelp), "Reading",
        Table.Column(
          "Without dissimilarity",
          help: "The \(share) of pixels that speak most against are blurred."
        ),
        Table.Column("p", help: Self.pHelp), "Reading",
      ], rows: rows)
  }

  private static let pHelp =
    "Of going further than both kinds of random choices, adjusted over all tests of the page."

  private static func badge(_ claim: RemovalClaim) -> Table.Cell {
    let tone: Tone =
      switch claim.reading {
      case .beatsControls: .good
      case .notAboveCentre, .notShown, .nothingToShow: .neutral
      case .wrongWay, .worse: .caution
      }
    return .badge(claim.text, tone)
  }
}
