import FacetReport

/// How much was measured.
extension TrustPage {
  /// `10 photos`, or `4 of 10 photos within the budget`.
  func amount(_ part: TrustPart) -> String {
    guard let count = result.parts.first(where: { $0.part == part.rawValue }) else { return "" }
    return count.text + (count.isWhole ? "" : " within the budget")
  }

  var countsSection: ReportSection {
    var blocks: [ReportBlock] = [
      .table(
        Table(
          columns: ["Part", "Measured", "Of", "", "People", ""],
          rows: result.parts.map { count in
            [
              .text(count.title), .count(count.used), .count(count.planned),
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
      lead: budgetUse.map {
        "What was done within the budget of \($0.text), of what would be done without one."
      } ?? "There was no budget, so every part is whole.", blocks)
  }

  private func badge(_ count: PartCount) -> Table.Cell {
    let cut = count.isWhole ? nil : "cut by the budget"
    if !count.hasInterval {
      return .badge([cut, "too few people"].compactMap { $0 }.joined(separator: ", "), .caution)
    }
    return cut.map { .badge($0, .neutral) } ?? .text("all")
  }

  /// `nil` when there was no budget.
  var budgetUse: BudgetUse? { BudgetUse(seconds: result.budget, result.parts) }
}
