import FacetEvaluation
import FacetExplain
import FacetReport

/// The page's verdicts and the comparisons they rest on.
extension TrustPage {
  var trustSection: ReportSection {
    ReportSection(
      "Which method to believe",
      lead:
        "A method has to win against maps that know nothing of the network: on the same photos, it "
        + "must be above every one of them, and chance must be an unlikely reason. And its maps must "
        + "change when the network's weights are drawn anew.",
      [
        .table(verdictTable), .table(reasonsTable),
        .note(
          "Wins: above every control. Loses: below at least one. Open: neither is shown, which is a "
            + "result, too. Random weights: how like the true map it still is, 0 to 1. \(TrustTerms.believe)"
        ),
      ])
  }

  /// The tests of the table, in order.
  private var tests: [TrustTest] { result.methods.first?.tests ?? [] }

  private var verdictTable: Table {
    Table(
      "Each method against every map that knows nothing",
      columns: ["Method", "Verdict"]
        + tests.map { Table.Column($0.kind.name.sentenceCased, help: $0.kind.help) }
        + [
          Table.Column("Random weights", help: RandomisationResult.definition),
          Table.Column("Its map then", help: RandomisationResult.definition),
        ],
      rows: result.methods.map { method in
        Table.Row(
          [.text(method.title), method.verdict.badge] + method.tests.map(\.badge)
            + [.score(method.randomisation.magnitude), method.randomisation.reading.shortBadge],
          emphasis: method.method == result.believed?.first ? .strong : .none)
      })
  }

  private var reasonsTable: Table {
    Table(
      columns: ["Method", "Why"],
      rows: result.methods.map { [.text($0.title), .text($0.verdict.sentence)] }, isCompact: true)
  }

  // MARK: What was compared

  var comparisonSection: ReportSection {
    let all = result.methods.flatMap(\.tests).compactMap(\.comparison)
    let decided = all.count { $0.p != nil }
    return ReportSection(
      "What was compared with what",
      lead: "\(counted(result.methods.count, "method")) in \(counted(tests.count, "test")): "
        + "\(counted(decided, "comparison")). So many would yield winners by chance alone, so the "
        + "p-values of a test are adjusted over its methods, and to be believed a method must win twice.",
      [.table(testTable)] + comparisonTables + [
        .note(
          "The hardest control is the one that a method is least above. Intervals are of that one "
            + "difference at 95%; a verdict hangs on the adjusted p-value, which is of all controls. "
            + TrustTerms.adjusted)
      ])
  }

  private var testTable: Table {
    Table(
      "The tests",
      columns: ["Test", "What is done", "Held against", "On"],
      rows: tests.map { test in
        let controls =
          result.methods.compactMap { own in
            own.tests.first { $0.kind == test.kind }?.comparison?.differences.map(\.control)
          }.first ?? []
        let score = result.methods.compactMap { own in
          own.tests.first { $0.kind == test.kind }?.comparison?.hardest.score
        }.first
        return [
          .text(test.kind.name.sentenceCased), .text(test.kind.help),
          .text(listed(controls.map { FaithfulnessScores.title(ofControl: $0) })),
          .text(
            score.map {
              "\(counted($0.images, test.kind.unit)) of \(counted($0.people, "person", "people"))"
            } ?? "nothing"),
        ]
      })
  }

  /// One for each test.
  private var comparisonTables: [ReportBlock] {
    tests.map(\.kind).map { kind in
      .table(
        Table(
          "\(kind.name.sentenceCased): each method beside the control that is hardest for it",
          columns: [
            "Method", "Hardest control",
            Table.Column("Above it", help: "Method minus control, paired over photos."),
            Table.Column("p", help: TrustTerms.p + " " + TrustTerms.win + " " + TrustTerms.loss),
            Table.Column("Adjusted p", help: TrustTerms.adjusted), "Says",
          ],
          rows: result.methods.map { method in
            let test = method.tests.first { $0.kind == kind }
            guard let test, let comparison = test.comparison else {
              return [
                .text(method.title), .missing, .missing, .missing, .missing,
                .text("nothing to compare"),
              ]
            }
            let hardest = comparison.hardest
            return [
              .text(method.title), .text(FaithfulnessScores.title(ofControl: hardest.control)),
              .score(hardest.score), .p(comparison.p), .p(comparison.adjusted), test.badge,
            ]
          }, isCompact: true))
    }
  }

  /// What each method's maps depend on.
  var settingsSection: ReportSection {
    ReportSection(
      "How the methods were set",
      [
        .table(
          Table(
            columns: ["Method", "Settings"],
            rows: result.methods.map { method in
              let settings = method.options.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
              return [.text(method.title), .text(settings.isEmpty ? "none" : settings)]
            }, isCompact: true))
      ])
  }
}

extension TrustTest.Kind {
  /// What is done, for readers.
  fileprivate var help: String {
    switch self {
    case .photos, .drawnFaces: TrustTerms.removal
    case .partOrder: TrustTerms.partGame
    case .swapGame: TrustTerms.swapGame
    }
  }

  fileprivate var unit: String {
    switch self {
    case .photos: "photo"
    case .drawnFaces, .partOrder: "drawn face"
    case .swapGame: "swap"
    }
  }
}

extension TrustTest {
  var badge: Table.Cell { comparison.badge }
}

extension Optional where Wrapped == ControlComparison {
  /// Whether every control was beaten.
  var badge: Table.Cell {
    guard let comparison = self else { return .missing }
    if comparison.p == nil { return .text("too few people") }
    return switch comparison.standing {
    case .better: .badge("wins", .good)
    case .worse: .badge("loses", .bad)
    case .undecided: .badge("open", .neutral)
    }
  }
}

extension Optional where Wrapped == RandomisationResult.Reading {
  /// What becomes of the map with random weights.
  var shortBadge: Table.Cell {
    switch self {
    case .dependsOnWeights: .badge("changes", .good)
    case .ignoresWeights: .badge("stays", .caution)
    case .undecided: .badge("undecided", .neutral)
    case nil: .text("constant")
    }
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

extension String {
  /// With a capital first letter.
  var sentenceCased: String { prefix(1).uppercased() + dropFirst() }
}
