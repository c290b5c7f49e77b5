import FacetEvaluation
import FacetImage
import FacetReport
import FacetTensor

extension EnsemblePage {
  /// Where each network looks, and how alike that is.
  func lookSection() throws -> ReportSection {
    let names = result.candidates.map(\.name)
    let similarity = result.similarity.pearson
    let maps = pool.candidates.map(\.meanMap)
    let chosen = Set(result.systems.first?.choice?.members ?? [])
    let grid = ImageGrid(
      try maps.enumerated().map { index, map in
        ImageGrid.Item(
          try ReportImage(
            HeatmapRendering.image(
              of: map.resampled(height: 112, width: 112), scale: .upTo(maximumOf: [map]),
              colors: .heat)),
          caption: names[index], badge: chosen.contains(index) ? Badge("chosen", .good) : nil)
      },
      caption:
        "Where each network looks on average over the selection photos, black nowhere; each map "
        + "by its own strongest value.",
      itemWidth: 130)
    let minus = result.similarity.pearsonMinusMean
    return ReportSection(
      "Do they look at different things?",
      lead:
        "Networks trained on the same photos share a centre; what tells them apart is what is left "
        + "when the pool's mean map is taken off.",
      [
        .imageGrid(grid),
        .figure(
          Figure(
            "Saliency similarity",
            .matrix(
              .similarity(
                similarity.flatMap { $0 }, names: names, quantity: "Pearson", range: -1...1)),
            caption: "Mean over \(result.similarity.images) selection photos.", name: "similarity",
            width: .half)),
        .figure(
          Figure(
            "Without the common map",
            .matrix(
              .similarity(minus.flatMap { $0 }, names: names, quantity: "Pearson", range: -1...1)),
            caption:
              "One map, the mean over all networks and photos, is taken off every map first.",
            name: "similarity-minus-mean", width: .half)),
      ])
  }

  /// Every subset of the chosen size.
  var subsetsSection: ReportSection {
    guard result.subsets.count > 1 else {
      return ReportSection(
        "Every subset",
        [
          .note(
            "Only \(result.members) candidates were admitted, so there was nothing to choose and no "
              + "other subset to compare with. Train more candidates, or for longer.")
        ])
    }
    let chosen = Set(result.systems.first?.choice?.members ?? [])
    func isChosen(_ subset: SubsetResult) -> Bool { Set(subset.members) == chosen }
    let own = result.subsets.first(where: isChosen)
    var blocks: [ReportBlock] = [
      .figure(
        Figure(
          "Accuracy of every subset",
          .strip(
            StripPlot(
              result.subsets.map(\.accuracy),
              marks: own.map { [.init("chosen", $0.accuracy, emphasis: .strong)] } ?? [],
              x: rateAxis("accuracy on the test photos", result.subsets.map(\.accuracy)))),
          caption: rank(result.accuracyRank, "accuracy"), name: "subsets-accuracy"))
    ]
    if let eerRank = result.eerRank {
      blocks.append(
        .figure(
          Figure(
            "EER of every subset",
            .strip(
              StripPlot(
                result.subsets.compactMap(\.eer),
                marks: own?.eer.map { [.init("chosen", $0, emphasis: .strong)] } ?? [],
                x: rateAxis("EER on the test pairs", result.subsets.compactMap(\.eer)))),
            caption: rank(eerRank, "EER"), name: "subsets-eer")))
    }
    let points = result.subsets.map { ScatterPlot.Point($0.diversity, $0.accuracy) }
    let correlation = result.diversityAndAccuracy
    let number = NumberFormat.decimals(2)
    blocks.append(
      .figure(
        Figure(
          "Does diversity help?",
          .scatter(
            ScatterPlot(
              [
                .init("every subset", points, emphasis: .muted),
                .init(
                  "chosen", own.map { [.init($0.diversity, $0.accuracy)] } ?? [],
                  emphasis: .strong),
              ], x: PlotAxis("diversity of saliency"),
              y: rateAxis("accuracy", result.subsets.map(\.accuracy)))),
          caption: "Correlation of diversity and accuracy over \(correlation.subsets) subsets: "
            + (correlation.pearson.map(number.string) ?? "not defined")
            + (correlation.interval.map {
              " [" + number.string(ReportInterval($0)) + "], candidates resampled."
            } ?? "."), name: "diversity")))
    return ReportSection(
      "Every subset",
      lead:
        "All \(counted(result.subsets.count, "subset")) of \(result.members) of the admitted networks, on "
        + "\(counted(pool.test.count, "test photo")).", blocks)
  }

  private func rank(_ rank: SubsetRank, _ figure: String) -> String {
    "By \(figure), \(counted(rank.better, "other subset is", "other subsets are")) better than the "
      + "chosen one, \(rank.equal) equal and \(rank.worse) worse."
  }

  /// The pool.
  var candidatesSection: ReportSection {
    ReportSection(
      "The candidates",
      lead: "One design, trained with different seeds and augmentations.",
      [
        .table(
          Table(
            "Candidates: accuracy on \(counted(pool.evaluated.selection.images, "selection photo")), "
              + "by which members are admitted and chosen, and on "
              + "\(counted(pool.test.count, "test photo")); intervals are Clopper-Pearson's",
            columns: [
              "No.", "Network", "Selection accuracy",
              Table.Column(
                "Admitted",
                help:
                  "Within \(NumberFormat.points(1).string(result.tolerance)) of the best on the "
                  + "selection photos."), "Test accuracy", "Test EER",
            ],
            rows: result.candidates.enumerated().map { index, candidate in
              Table.Row(
                [
                  .count(index + 1), .text(candidate.name),
                  .percentage(candidate.selectionAccuracy),
                  candidate.isKept ? .badge("yes", .good) : .badge("no", .neutral),
                  .rate(candidate.testAccuracy),
                  candidate.testEER.map { .percentage($0, decimals: 2) } ?? .missing,
                ], emphasis: candidate.isKept ? .none : .muted)
            }))
      ])
  }
}

/// An axis around some rates that never leaves 0 to 1, also when all of them are equal.
private func rateAxis(_ label: String, _ values: [Double]) -> PlotAxis {
  let margin = 0.02
  let low = max((values.min() ?? 0) - margin, 0)
  let high = min((values.max() ?? 1) + margin, 1)
  return .percent(label, range: low...max(low, high))
}
