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
    let scale = HeatmapScale.upTo(maximumOf: maps)
    let chosen = Set(result.systems.first?.choice?.members ?? [])
    let grid = ImageGrid(
      try maps.enumerated().map { index, map in
        ImageGrid.Item(
          try ReportImage(
            HeatmapRendering.image(
              of: map.resampled(height: 112, width: 112), scale: scale, colors: .heat)),
          caption: names[index], badge: chosen.contains(index) ? Badge("chosen", .good) : nil)
      },
      caption: "Where each network looks on average over the selection photos; one scale for all.",
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
            caption: "The pool's mean map of each photo is taken off first.",
            name: "similarity-minus-mean", width: .half)),
      ])
  }

  /// Every subset of the chosen size.
  var subsetsSection: ReportSection {
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
              x: .percent("accuracy on the test photos"))),
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
                x: .percent("EER on the test pairs"))),
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
              ], x: PlotAxis("diversity of saliency"), y: .percent("accuracy"))),
          caption: "Correlation of diversity and accuracy over \(correlation.subsets) subsets: "
            + (correlation.pearson.map(number.string) ?? "not defined")
            + (correlation.interval.map {
              " [" + number.string(ReportInterval($0)) + "], candidates resampled."
            } ?? "."), name: "diversity")))
    return ReportSection(
      "Every subset",
      lead: "All \(result.subsets.count) subsets of \(result.members), on the test "
        + "photos.", blocks)
  }

  private func rank(_ rank: SubsetRank, _ figure: String) -> String {
    "By \(figure), \(rank.better) other subsets are better than the chosen one, \(rank.equal) equal "
      + "and \(rank.worse) worse."
  }

  /// The pool.
  var candidatesSection: ReportSection {
    ReportSection(
      "The candidates",
      lead: "One design, trained with different seeds and augmentations.",
      [
        .table(
          Table(
            "Candidates",
            columns: ["Network", "Selection accuracy", "Admitted", "Test accuracy", "Test EER"],
            rows: result.candidates.map { candidate in
              Table.Row(
                [
                  .text(candidate.name), .percentage(candidate.selectionAccuracy),
                  candidate.isKept ? .badge("yes", .good) : .badge("no", .neutral),
                  .rate(candidate.testAccuracy),
                  candidate.testEER.map { .percentage($0, decimals: 2) } ?? .missing,
                ], emphasis: candidate.isKept ? .none : .muted)
            }))
      ])
  }
}
