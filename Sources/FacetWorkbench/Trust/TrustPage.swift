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
      trustSection, comparisonSection, faithfulnessSection, smallChangesSection, groundTruthSection,
      randomisationSection,
    ]
    sections.append(contentsOf: placesSections)
    if let pointing = result.pointing { sections.append(pointing.section) }
    sections.append(try mapsSection())
    sections.append(countsSection)
    sections.append(settingsSection)
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
    Definition("Control", TrustTerms.control), Definition("Wins", TrustTerms.win),
    Definition("Loses", TrustTerms.loss), Definition("p", TrustTerms.p),
    Definition("Adjusted p", TrustTerms.adjusted),
    Definition("Pixels taken away", TrustTerms.removal),
    Definition("Floor", RandomisationResult.floorDefinition),
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
    let believed = result.methods.count { $0.verdict.level == .believe }
    let tests = result.methods.flatMap(\.tests).filter { $0.comparison != nil }
    let won = tests.count { $0.standing == .better }
    let lost = tests.count { $0.standing == .worse }
    var figures = [
      HeadlineFigure(
        "Methods that may be believed", Double(believed), .integer,
        count: "of \(result.methods.count), on \(counts)", definition: TrustTerms.believe,
        tone: believed > 0 ? .good : .caution),
      HeadlineFigure(
        "Tests won against every control", Double(won), .integer,
        count: "of \(tests.count); \(lost) lost to a control, \(tests.count - won - lost) open",
        definition: TrustTerms.win + " " + TrustTerms.loss + " " + TrustTerms.adjusted),
    ]
    let first = result.methods.first { $0.method == result.believed?.first }
    // The first test: on photos, where there are any. Whoever may be believed has won it.
    if let first, let test = first.tests.first, let comparison = test.comparison {
      let (hardest, number) = (comparison.hardest, NumberFormat.significant(2))
      let adjusted = comparison.adjusted.map { "; adjusted p \(number.string($0))" } ?? ""
      figures.append(
        HeadlineFigure(
          "\(first.title) above \(FaithfulnessScores.title(ofControl: hardest.control))",
          hardest.score.value, .decimals(2),
          interval: hardest.score.interval.map(ReportInterval.init),
          count: "the hardest control for \(test.kind.name), "
            + counted(hardest.score.people, "person", "people") + adjusted,
          definition: TrustTerms.removal + " " + TrustTerms.hardest, tone: test.standing.tone))
    }
    return figures
  }

  private func title(_ method: String) -> String {
    result.methods.first { $0.method == method }?.title ?? method
  }

  /// Who may be believed, and whether one of them is ahead.
  private var believed: FacetReport.Verdict {
    guard let believed = result.believed else {
      return .init(
        "No method is shown to be believed on this model: none depends on the weights and beats every map "
          + "that knows nothing, both where pixels are taken away and against the truth, without losing "
          + "anywhere.", tone: .caution)
    }
    let names = believed.order.map(title)
    guard names.count > 1 else {
      return .init("One method may be believed on this model: \(listed(names)).", tone: .good)
    }
    let p = believed.p.map { "adjusted p \(NumberFormat.significant(2).string($0))" }
    guard let first = believed.first else {
      return .init(
        "These methods may be believed on this model, and none is shown to be ahead by \(believed.test)"
          + "\(p.map { " (\($0))" } ?? ""): \(listed(names)).", tone: .good)
    }
    return .init(
      "On this model, believe \(title(first)) first: it is ahead by \(believed.test) "
        + "(\(p ?? "no test")). Also to be believed: \(listed(Array(names.dropFirst()))).",
      tone: .good)
  }

  private var verdicts: [FacetReport.Verdict] {
    var verdicts = [believed]
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
}

extension MapScore.Standing {
  fileprivate var tone: Tone {
    switch self {
    case .better: .good
    case .worse: .bad
    case .undecided: .neutral
    }
  }
}
