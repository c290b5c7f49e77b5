import FacetEvaluation
import FacetFaces
import FacetImage
import FacetReport
import FacetTensor

/// The page of `facet ensemble`.
struct EnsemblePage {
  let result: EnsembleReport
  let pool: EnsemblePool
  let faces: FaceSet
  let split: EnsembleSplit
  let provenance: ReportProvenance

  private var chosen: EnsembleSystem? { result.systems.first { $0.role == .chosen } }

  func report() throws -> Report {
    Report(
      title: "Which networks together see more?",
      subtitle: "\(result.candidates.count) small networks, \(result.members) chosen to look at "
        + "different parts of the face",
      summary: ReportSummary(
        figures: figures,
        verdicts: [FacetReport.Verdict(result.verdict.sentence.sentence, tone: tone)],
        warnings: warnings),
      sections: [
        systemsSection, try lookSection(), subsetsSection, candidatesSection, dataSection,
      ],
      definitions: [
        Definition(
          "Saliency similarity",
          "Each network's Grad-CAM for the right person on every selection photo, negative values "
            + "left out, brought to 14x14 cells and sum 1; Pearson's correlation of two networks' maps, "
            + "averaged over photos."),
        Definition(
          "Choice by selection",
          "Of all subsets of \(result.members) networks within "
            + "\(NumberFormat.points(1).string(result.tolerance)) of the best on the selection photos, "
            + "the one with the largest (1 - l) accuracy + l (1 - mean similarity), l = "
            + "\(result.lambda). All subsets are enumerated; the test photos have no say."),
        Definition(
          "Fusion",
          "Who is it: the mean of the softmax. Pairs: the mean of cosines, each network's brought to "
            + "mean 0 and deviation 1 of its impostor pairs on the calibration photos."),
      ], provenance: provenance)
  }

  private var tone: Tone {
    switch result.verdict.outcome {
    case .better: .good
    case .worse: .bad
    default: .neutral
    }
  }

  private var warnings: [String] {
    var warnings = result.warnings.map { "\($0)".sentence }
    if result.tolerance > EnsembleOptions().tolerance {
      warnings.append(
        "Few candidates were within two points of the best on the selection photos; so that there is "
          + "something to choose from, the tolerance was widened to "
          + NumberFormat.points(1).string(result.tolerance) + ".")
    }
    if pool.calibratesOnSelection {
      warnings.append(
        "No two calibration photos are of one person, so scores are calibrated on the selection "
          + "photos, which the networks were chosen by.")
    } else if pool.evaluated.testScores == nil {
      warnings.append("There are no pairs of one person to judge, so there is no EER.")
    }
    return warnings
  }

  private var figures: [HeadlineFigure] {
    guard let chosen, let single = result.systems.first(where: { $0.role == .bestSingle }) else {
      return []
    }
    var figures = [
      HeadlineFigure(
        "Chosen \(result.members)", chosen.accuracy.value,
        interval: ReportInterval(of: chosen.accuracy, overIdentities: chosen.accuracyInterval),
        count: "\(chosen.accuracy.successes) of \(chosen.accuracy.trials) test photos; best single "
          + NumberFormat.percent(1).string(single.accuracy.value),
        definition: ClassificationPage.accuracyDefinition)
    ]
    if let eer = chosen.eer {
      figures.append(
        HeadlineFigure(
          "EER", eer.midpoint, .percent(2), interval: chosen.eerInterval.map(ReportInterval.init),
          count: "best single "
            + (single.eer.map { NumberFormat.percent(2).string($0.midpoint) } ?? "n/a") + "; "
            + pairCount,
          definition: VerificationPage.eerDefinition))
    }
    if let percentile = result.accuracyRank.percentile {
      figures.append(
        HeadlineFigure(
          "Better than", percentile, .percent(0),
          count: "of the \(result.subsets.count - 1) other subsets, by accuracy (ties count half)",
          definition:
            "The chosen subset's place among all others of its size on the test photos; 50 % "
            + "is what choosing blindly would expect."))
    }
    return figures
  }

  /// How many test pairs there are.
  private var pairCount: String {
    let pairs = pool.evaluated.testScores?.pairs ?? []
    let genuine = pairs.count(where: \.same)
    return "\(counted(genuine, "genuine pair")) and "
      + counted(pairs.count - genuine, "impostor pair")
  }

  private var systemsSection: ReportSection {
    ReportSection(
      "Is it better than choosing otherwise?",
      lead: "Every way to choose, made on the selection photos and judged once on the test photos.",
      [.table(systemsTable), .table(comparisonTable)])
  }

  private var systemsTable: Table {
    Table(
      "Systems, judged on \(counted(pool.test.count, "test photo")) and \(pairCount); intervals are "
        + "over people, members are numbered as in the table of candidates",
      columns: [
        "System", "Members", "Accuracy", "EER",
        Table.Column("Mean similarity", help: "Of the members' maps on the selection photos."),
      ],
      rows: result.systems.map { system in
        Table.Row(
          [
            .text(Self.title(system.role, system.name)),
            .text(system.choice.map { Self.members($0.members) } ?? ""),
            .rate(system.accuracy, interval: system.accuracyInterval),
            system.eer.map {
              .percentage(
                $0.midpoint, decimals: 2,
                interval: system.eerInterval.map(ReportInterval.init))
            } ?? .missing,
            system.choice?.meanSimilarity.map { .number($0, .decimals(2)) } ?? .missing,
          ], emphasis: system.role == .chosen ? .strong : .none)
      })
  }

  private var comparisonTable: Table {
    Table(
      "The choice minus each of them, over the same resampled people",
      columns: [
        "Against", "Accuracy", "EER",
        Table.Column(
          "McNemar p", help: "Exact, two-sided, on the test photos decided differently."),
        Table.Column("Holm p", help: "The same, adjusted for all rows of this table."),
        Table.Column(
          "Verdict",
          help: "Better or worse only where a whole interval lies on that side of 0 and no other "
            + "figure says the opposite."),
      ],
      rows: result.comparisons.map { comparison in
        [
          .text(Self.title(comparison.role, comparison.name)),
          .number(
            comparison.accuracyDifference.value, .points(1),
            interval: ReportInterval(comparison.accuracyDifference.interval)),
          comparison.eerDifference.map {
            .number($0.value, .points(2), interval: ReportInterval($0.interval))
          } ?? .missing, .number(comparison.mcNemar.p, .significant(2)),
          .number(comparison.holm, .significant(2)),
          isChoice(comparison.role)
            ? .text("the same networks") : Self.badge(comparison.verdict.outcome),
        ]
      })
  }

  static func members(_ members: [Int]) -> String {
    members.map { "\($0 + 1)" }.joined(separator: ", ")
  }

  private static func badge(_ outcome: Outcome) -> Table.Cell {
    switch outcome {
    case .better: .badge("better", .good)
    case .worse: .badge("worse", .bad)
    case .noEffectShown: .badge("no effect shown", .neutral)
    }
  }

  /// Whether another way to choose came to the same networks, so that there is nothing to compare.
  private func isChoice(_ role: EnsembleRole) -> Bool {
    guard let members = chosen?.choice?.members,
      let other = result.systems.first(where: { $0.role == role })?.choice?.members
    else { return false }
    return members.sorted() == other.sorted()
  }

  private static func title(_ role: EnsembleRole, _ name: String) -> String {
    switch role {
    case .chosen: "chosen: accurate and diverse"
    case .bestSingle: "best single"
    case .allCandidates: "all admitted together"
    case .topByAccuracy: "most accurate"
    case .greedy: "greedy (Caruana)"
    case .predictionDiverse: "diverse in answers"
    case .leastDiverse: "least diverse in saliency"
    case .outside: name
    }
  }

  private var dataSection: ReportSection {
    DataPage(
      faces: faces,
      parts: "\(split.train.count) photos train every network, \(split.selection.count) stop the "
        + "training and choose the members, \(split.calibration.count) calibrate scores and thresholds, "
        + "and \(split.test.count) judge the result."
    ).section
  }
}
