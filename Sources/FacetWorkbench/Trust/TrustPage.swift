import FacetEvaluation
import FacetExplain
import FacetFaces
import FacetGraph
import FacetReport
import FacetTensor

/// The page of `facet trust`.
struct TrustPage {
  let study: TrustStudy
  let pictures: TrustPictures
  /// Of the model.
  let name: String
  let bench: TestBench?

  var result: TrustResult { study.result }

  func report(_ provenance: ReportProvenance, notes: [String]) throws -> Report {
    var sections = [
      trustSection, faithfulnessSection, smallChangesSection, groundTruthSection,
      randomisationSection,
    ]
    sections.append(contentsOf: placesSections)
    sections.append(try mapsSection())
    sections.append(countsSection)
    if let bench {
      sections.append(DataPage(faces: bench.faces, parts: bench.parts.description).section)
    }
    return Report(
      title: "How far can its heatmaps be believed?",
      subtitle: "\(name): \(result.methods.count) methods on \(counts)",
      summary: ReportSummary(
        figures: headlines, verdicts: verdicts, warnings: (bench?.warnings ?? notes) + warnings),
      sections: sections, definitions: Self.definitions, provenance: provenance)
  }

  private static let definitions = [
    Definition("Deletion", TrustTerms.deletion), Definition("Insertion", TrustTerms.insertion),
    Definition("Above blob", TrustTerms.aboveCentre),
    Definition("Inverted", TrustTerms.inverted), Definition("ROAD", TrustTerms.road),
    Definition("Infidelity", TrustTerms.infidelity),
    Definition("Sensitivity", TrustTerms.sensitivity),
    Definition("Below the blob's, below the edges'", TrustTerms.belowControl),
    Definition("Gini", TrustTerms.sparseness),
    Definition("Order of parts", TrustTerms.partOrder),
    Definition("On the part", TrustTerms.inside),
    Definition("Restored", TrustTerms.restored),
    Definition("Explained", TrustTerms.recovered),
  ]

  /// `24 drawn faces and 24 photos`.
  private var counts: String {
    let faces = counted(result.drawn.photos, "drawn face")
    return result.real.map { "\(faces) and \(counted($0.photos, "photo"))" } ?? faces
  }

  // MARK: The summary

  private var headlines: [HeadlineFigure] {
    guard let best = result.methods.mostBelievable ?? result.methods.first else { return [] }
    let scores = best.real ?? best.drawn
    let what = best.real == nil ? "drawn face" : "photo"
    var figures: [HeadlineFigure] = []
    if let score = scores.aboveControls["centre"], score.interval != nil {
      figures.append(
        HeadlineFigure(
          "\(best.title) above a centre blob", score.value, .decimals(2),
          interval: score.interval.map(ReportInterval.init),
          count: "insertion minus deletion, \(counted(score.images, what))",
          definition: TrustTerms.aboveCentre, tone: score.standing.tone))
    }
    if let score = best.groundTruth.recovered, score.interval != nil {
      figures.append(
        HeadlineFigure(
          "\(best.title): answer explained", score.value, .percent(0),
          interval: score.interval.map(ReportInterval.init),
          count: "of the change of margin, \(counted(score.images, "swap"))",
          definition: TrustTerms.recovered,
          tone: best.groundTruth.recoveredAboveCentre?.standing.tone ?? .neutral))
    }
    if let score = best.randomisation.mean, score.interval != nil {
      figures.append(
        HeadlineFigure(
          "\(best.title) with random weights", score.value, .decimals(2),
          interval: score.interval.map(ReportInterval.init),
          count: "rank correlation, \(counted(score.images, "photo"))",
          definition: RandomisationResult.definition,
          tone: best.randomisation.reading == .dependsOnWeights ? .good : .caution))
    }
    return figures
  }

  private var verdicts: [FacetReport.Verdict] {
    var verdicts: [FacetReport.Verdict] = []
    if let best = result.methods.mostBelievable {
      verdicts.append(
        .init(
          "On this model, believe \(best.title) first: it \(best.verdict.sentence.lowercasedFirst)",
          tone: .good))
      let others = result.methods.filter {
        $0.verdict.level == .believe && $0.method != best.method
      }
      if !others.isEmpty {
        verdicts.append(
          .init("Also to be believed: \(listed(others.map(\.title))).", tone: .good))
      }
    } else {
      verdicts.append(
        .init(
          "No method is shown to be believed on this model: none depends on the weights and beats a "
            + "centre blob both in taking pixels away and against the truth.", tone: .caution))
    }
    let doubted = result.methods.filter { $0.verdict.level == .doubt }
    if !doubted.isEmpty {
      verdicts.append(.init("With doubt: \(listed(doubted.map(\.title)))."))
    }
    let rejected = result.methods.filter { $0.verdict.level == .reject }
    if !rejected.isEmpty {
      verdicts.append(
        .init("Not to be believed: \(listed(rejected.map(\.title))).", tone: .caution))
    }
    return verdicts
  }

  private var warnings: [String] {
    var warnings = budgetUse?.warning.map { [$0] } ?? []
    if result.drawn.recognised == nil {
      warnings.append(
        "The network wasn't trained on drawn people, so the ground truth tells how its answers on "
          + "drawings are explained, whoever it takes the drawings for.")
    }
    if result.drawn.swaps == 0 {
      let searched = study.truth.swaps.searched
      warnings.append(
        "No swapped part changed an answer"
          + (searched < study.drawn.photos.count
            ? " on the \(counted(searched, "face")) tried" : "")
          + ", so there is no swap game.")
    }
    if let real = result.real, !real.templateIsUsed {
      warnings.append(
        "The photos are not framed alike enough to say where eyes or backgrounds are (correlation "
          + "with the drawn mean face \(NumberFormat.decimals(2).string(real.templateCorrelation)))."
      )
    }
    return warnings
  }

  // MARK: The table on top

  private var trustSection: ReportSection {
    var columns: [Table.Column] = [
      "Method", "Verdict",
      Table.Column("Drawn faces", help: TrustTerms.aboveCentre),
    ]
    if result.real != nil {
      columns.append(Table.Column("Your photos", help: TrustTerms.aboveCentre))
    }
    columns += [
      Table.Column("Order of parts", help: TrustTerms.partOrder),
      Table.Column("Explained", help: TrustTerms.recovered),
      Table.Column("Random weights", help: RandomisationResult.definition),
    ]
    let rows = result.methods.map { method -> Table.Row in
      var cells: [Table.Cell] = [
        .text(method.title), method.verdict.badge, .score(method.drawn.aboveControls["centre"]),
      ]
      if result.real != nil { cells.append(.score(method.real?.aboveControls["centre"])) }
      cells += [
        .score(method.groundTruth.partOrder), .score(method.groundTruth.recovered, .percent(0)),
        .score(method.randomisation.mean),
      ]
      return Table.Row(cells, emphasis: method.method == result.believed ? .strong : .none)
    }
    let controls = result.controls.map { control -> Table.Row in
      var cells: [Table.Cell] = [.text(control.title), .text("control"), .missing]
      if result.real != nil { cells.append(.missing) }
      cells += [
        .score(control.groundTruth.partOrder), .score(control.groundTruth.recovered, .percent(0)),
        .missing,
      ]
      return Table.Row(cells, emphasis: .muted)
    }
    return ReportSection(
      "Which method to believe",
      lead:
        "By what taking pixels away does to the answer, beside a blob on the middle of the photo; by "
        + "parts of drawn faces whose effect is known; and by what random weights do to the map. "
        + "Intervals of 95% are over people.",
      [
        .table(
          Table(
            (result.real == nil ? "Drawn faces" : "Drawn faces and your photos")
              + ": insertion minus deletion above the centre blob's; order of parts and explained: "
              + "against the truth; random weights: likeness, near 0 is good", columns: columns,
            rows: rows + controls)),
        .table(
          Table(
            columns: ["Method", "Why"],
            rows: result.methods.map { [.text($0.title), .text($0.verdict.sentence)] },
            isCompact: true)),
      ])
  }
}

extension TrustVerdict {
  var badge: Table.Cell {
    switch level {
    case .believe: .badge("believe", .good)
    case .doubt: .badge("doubt", .neutral)
    case .reject: .badge("don't believe", .caution)
    }
  }
}

extension MapScore.Standing {
  var tone: Tone {
    switch self {
    case .better: .good
    case .worse: .bad
    case .undecided: .neutral
    }
  }
}
