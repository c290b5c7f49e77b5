import FacetReport

/// The page's part on the pairs that were decided worst, as photos.
struct HardPairPage {
  let hardest: HardPairs
  /// The photos of a pair side by side.
  let picture: (HardPair) throws -> ReportImage

  func section() throws -> ReportSection {
    let rule =
      hardest.usesFolds
      ? "Every pair is decided at its fold's threshold." : "All pairs are decided at one threshold."
    return ReportSection(
      "Which pairs does it get wrong?",
      lead:
        "The pairs furthest on the wrong side of the threshold, as the network sees the photos, with "
        + "the cosine and its distance from the threshold. \(rule)",
      try blocks(
        hardest.falseMatches > 0 ? "Two people taken for one" : "Two people told apart",
        hardest.impostor, errors: hardest.falseMatches,
        error: "false match", side: "most alike")
        + blocks(
          hardest.falseNonMatches > 0 ? "One person taken for two" : "One person recognised",
          hardest.genuine, errors: hardest.falseNonMatches,
          error: "false non-match", side: "least alike"))
  }

  private func blocks(
    _ title: String, _ pairs: [HardPair], errors: Int, error: String, side: String
  ) throws -> [ReportBlock] {
    let shown = pairs.count(where: \.isError)
    let text =
      if errors == 0 {
        "No \(error). The \(side) are shown, which were decided rightly."
      } else if shown < pairs.count {
        "\(counted(errors, error, error + "es")), then the \(side) that were decided rightly."
      } else if shown == errors {
        "\(errors == 1 ? "The one \(error)." : "All \(errors) \(error)es, the worst first.")"
      } else {
        "The worst \(shown) of \(grouped(errors, error, error + "es"))."
      }
    let items = try pairs.map { pair in
      ImageGrid.Item(
        try picture(pair), caption: caption(pair),
        alternative: "\(pair.probe.photoName) and \(pair.reference.photoName)",
        // Under a heading that says it already a badge on each would be noise.
        badge: shown == 0 || shown == pairs.count
          ? nil : pair.isError ? Badge(error, .bad) : Badge("right", .good))
    }
    return [.heading(title), .imageGrid(ImageGrid(items, caption: text, itemWidth: 250))]
  }

  private func caption(_ pair: HardPair) -> String {
    let decimals = NumberFormat.decimals(4)
    let names = "\(pair.probe.photoName) and \(pair.reference.photoName): "
    guard let threshold = pair.threshold else {
      return names + "\(decimals.string(pair.score)); nothing is accepted"
    }
    return names + "\(decimals.string(pair.score)), "
      + decimals.string(abs(pair.score - threshold))
      + (pair.score >= threshold ? " above " : " below ") + decimals.string(threshold)
  }
}
