import FacetEvaluation
import FacetReport

/// How much a part of `facet trust` has measured, of what it measures with time enough.
public struct PartCount: Codable, Sendable {
  public let part: TrustPart
  /// What is counted: `drawn faces`, `photos`, `swaps`.
  public let unit: String
  public let used: Int
  public let planned: Int
  /// Whose they are: an interval over people needs ``FacetEvaluation/MapScore/leastPeople``.
  public let people: Int

  var isWhole: Bool { used >= planned }
  var hasInterval: Bool { people >= MapScore.leastPeople }

  init(_ part: TrustPart, _ unit: String, used: Int, of planned: Int, people: [Int]) {
    self.part = part
    self.unit = unit
    self.used = used
    self.planned = planned
    self.people = Set(people.prefix(used)).count
  }

  /// `10 photos`, or `4 of 10 photos`.
  var text: String {
    isWhole ? counted(used, String(unit.dropLast())) : "\(used) of \(planned) \(unit)"
  }
}

/// How much was measured, on the page.
extension TrustPage {
  /// `10 photos`, or `4 of 10 photos within the budget`.
  func amount(_ part: TrustPart) -> String {
    guard let count = result.parts.first(where: { $0.part == part }) else { return "" }
    return count.text + (count.isWhole ? "" : " within the budget")
  }

  var countsSection: ReportSection {
    var blocks: [ReportBlock] = [
      .table(
        Table(
          columns: ["Part", "Measured", "Of", "", "People", ""],
          rows: result.parts.map { count in
            [
              .text(count.part.title), .count(count.used), .count(count.planned),
              .text(count.unit), .count(count.people), badge(count),
            ]
          }, isCompact: true))
    ]
    if result.budget != nil {
      blocks.append(
        .note(
          "Every part has a share of the budget and measures one round whatever it takes; what it leaves "
            + "is for the parts after it. Methods and controls are measured on the same samples. With "
            + "a budget the figures depend on the clock: they don't repeat bit for bit."))
    }
    return ReportSection(
      "How much was measured",
      lead: budgetText.map {
        "What was done within the budget of \($0), of what would be done without one."
      } ?? "There was no budget, so every part is whole.", blocks)
  }

  private func badge(_ count: PartCount) -> Table.Cell {
    if !count.hasInterval { return .badge("too few for an interval", .caution) }
    return count.isWhole ? .text("all") : .badge("cut by the budget", .neutral)
  }

  private var budgetText: String? {
    result.budget.map { "\(NumberFormat.significant(3).string($0)) seconds" }
  }

  /// What the budget did, in a sentence; empty without one, and where everything is whole.
  var budgetWarnings: [String] {
    let cut = result.parts.filter { !$0.isWhole }
    guard let budgetText, !cut.isEmpty else { return [] }
    return [
      "Within the budget of \(budgetText), "
        + listed(cut.map { "\($0.part.title.lowercasedFirst) used \($0.text)" })
        + ". Fewer samples make wider intervals, so less is shown."
    ]
  }
}
