import FacetEvaluation
import FacetExplain
import FacetReport

/// The page's part on deletion and insertion over many pairs.
struct RemovalBlocks {
  let result: RemovalResult

  private enum Direction: String, CaseIterable {
    case deletion
    case insertion

    var title: String { self == .deletion ? "Deletion" : "Insertion" }
  }

  /// How a method's area compares with the controls'.
  private enum Reading {
    case beatsControls
    case beatsChance
    case noneShown
  }

  private var methods: [RemovalResult.Curve] {
    result.curves.filter { !$0.deletionDifference.isEmpty }
  }

  private func curve(_ curve: RemovalResult.Curve, _ direction: Direction) -> RemovalCurve {
    direction == .deletion ? curve.deletion : curve.insertion
  }

  private func difference(
    _ curve: RemovalResult.Curve, _ direction: Direction, _ control: String
  ) -> PairedDifference? {
    (direction == .deletion ? curve.deletionDifference : curve.insertionDifference)[control]
  }

  private func beats(
    _ curve: RemovalResult.Curve, _ direction: Direction, _ control: RemovalRun.Order
  ) -> Bool {
    guard let found = difference(curve, direction, control.name) else { return false }
    return direction == .deletion ? found.interval.high < 0 : found.interval.low > 0
  }

  private func reading(_ curve: RemovalResult.Curve, _ direction: Direction) -> Reading {
    guard beats(curve, direction, .randomMap) else { return .noneShown }
    return beats(curve, direction, .centre) ? .beatsControls : .beatsChance
  }

  // MARK: - Verdicts

  var verdicts: [FacetReport.Verdict] {
    Direction.allCases.map { direction in
      func names(_ reading: Reading) -> [String] {
        methods.filter { self.reading($0, direction) == reading }.map { title($0.order) }
      }
      let (good, chance, none) = (names(.beatsControls), names(.beatsChance), names(.noneShown))
      var parts: [String] = []
      if !good.isEmpty { parts.append("better than random maps and the centre: \(listed(good))") }
      if !chance.isEmpty {
        parts.append("better than random maps, but not than the centre: \(listed(chance))")
      }
      if !none.isEmpty { parts.append("no effect shown: \(listed(none))") }
      let text = parts.joined(separator: "; ")
      return FacetReport.Verdict(
        "\(direction.title) over \(result.pairs) pairs, \(text).",
        tone: good.isEmpty ? .caution : .good)
    }
  }

  private func title(_ order: String) -> String {
    PairMethod(rawValue: order)?.title ?? order
  }

  // MARK: - The section

  var section: ReportSection {
    ReportSection(
      "Do the maps find what counts?",
      lead:
        "Pixels of the first photo of \(grouped(result.pairs, "pair")) (\(result.genuine) of one "
        + "person) become black, the first ranked by each map first; the second photo stays. The map is "
        + "that of the decision: what speaks for one person where the pair is accepted, against where it "
        + "is rejected. If a map is right, accuracy falls early in deletion and rises early in insertion, "
        + "which puts pixels back on black.",
      Direction.allCases.map { .figure(figure($0)) } + Direction.allCases.map { .table(table($0)) }
        + [
          .note(
            "Random maps are as coarse as a late layer's and take away areas, as maps do; random pixels "
              + "are noise to a network and hurt it whatever they hide. The threshold "
              + "\(NumberFormat.decimals(4).string(result.threshold)) is that of the EER of all clean "
              + "pairs in the list, these among them. Each interval covers its own difference at 95%; over all "
              + "of them together some will miss.")
        ])
  }

  private func figure(_ direction: Direction) -> Figure {
    let series = result.curves.map { item in
      let found = curve(item, direction)
      let isControl = item.deletionDifference.isEmpty
      let line: LineStyle =
        switch item.order {
        case RemovalRun.Order.randomMap.name: .dashed
        case RemovalRun.Order.randomPixels.name: .dotted
        default: .solid
        }
      return LineSeries(
        title(item.order), x: found.shares, y: found.accuracy, line: line,
        emphasis: isControl ? .muted : .normal)
    }
    let isDeletion = direction == .deletion
    return Figure(
      direction.title,
      .line(
        LinePlot(
          series,
          x: .percent(isDeletion ? "pixels made black" : "pixels put back", range: 0...1),
          y: .percent("pairs decided rightly"))),
      caption: isDeletion
        ? "The earlier a curve falls, the better its map."
        : "The earlier a curve rises, the better.",
      name: direction.rawValue, width: .half,
      definition: Definition(
        "Deletion and insertion of verification accuracy",
        "The share of pairs decided rightly at the threshold of the clean EER, with 0, 10 ... 100% of the "
          + "probe's pixels black in a map's order, or all others (Lu et al. 2024). Area: by trapezoids "
          + "over the span. Intervals, also of differences, resample people with all their pairs "
          + "(1,000 times, percentile)."))
  }

  private func table(_ direction: Direction) -> Table {
    let isDeletion = direction == .deletion
    let controls = [RemovalRun.Order.randomMap.name, "centre", "inverted", "random pixels"]
    return Table(
      "\(direction.title): the area under the accuracy and how it differs from the "
        + "controls' (\(isDeletion ? "low and below" : "high and above") is good)",
      columns: [
        Table.Column(
          "Order",
          help:
            "Beats both: the intervals of the differences to random maps and to the centre lie on "
            + "the good side of 0."), "Area",
        Table.Column("\u{2212} random map", help: "Negative is lower than the control."),
        "\u{2212} centre",
        Table.Column("\u{2212} inverted", help: "The method's own map, last pixels first."),
        "\u{2212} random pixels", "Reading",
      ],
      rows: result.curves.map { item in
        let found = curve(item, direction)
        let isControl = item.deletionDifference.isEmpty
        let area = Table.Cell.number(
          found.area, .decimals(3), interval: found.areaInterval.map(ReportInterval.init))
        return Table.Row(
          [.text(title(item.order)), area]
            + controls.map { control in
              difference(item, direction, control).map {
                .number(
                  $0.value, .decimals(3), interval: ReportInterval($0.interval))
              } ?? .missing
            } + [isControl ? "control" : badge(reading(item, direction))],
          emphasis: isControl ? .muted : .none)
      })
  }

  private func badge(_ reading: Reading) -> Table.Cell {
    switch reading {
    case .beatsControls: .badge("beats both", .good)
    case .beatsChance: .badge("beats chance", .neutral)
    case .noneShown: .badge("no effect shown", .caution)
    }
  }
}
