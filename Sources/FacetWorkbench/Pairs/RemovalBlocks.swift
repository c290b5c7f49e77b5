import FacetEvaluation
import FacetExplain
import FacetReport

/// The page's part on deletion and insertion over many pairs.
struct RemovalBlocks {
  let result: RemovalResult

  private var methods: [RemovalResult.Curve] { Array(result.curves.prefix(result.methods.count)) }

  private func curve(_ curve: RemovalResult.Curve, _ direction: RemovalDirection) -> RemovalCurve {
    direction == .deletion ? curve.deletion : curve.insertion
  }

  private func comparison(_ curve: RemovalResult.Curve, _ direction: RemovalDirection)
    -> RemovalComparison?
  {
    curve.comparisons.first { $0.direction == direction }
  }

  // MARK: - Verdicts

  /// One for each direction: methods by what they come to, the better first.
  var verdicts: [FacetReport.Verdict] {
    RemovalDirection.allCases.map { direction in
      let found = methods.map { (name: title($0.order), comparison: comparison($0, direction)) }
      func names(_ text: String) -> [String] {
        found.filter { ($0.comparison?.text ?? Self.tooFew) == text }.map(\.name)
      }
      var texts: [String] = []
      for tone in [Tone.good, .caution, .neutral] {
        for item in found where (item.comparison?.tone ?? .neutral) == tone {
          let text = item.comparison?.text ?? Self.tooFew
          if !texts.contains(text) { texts.append(text) }
        }
      }
      let sentences = texts.map { "\($0): \(listed(names($0)))".sentence }
      let isPraise = found.contains { $0.comparison?.beatsControls == true }
      return FacetReport.Verdict(
        "\(direction.title) over \(grouped(result.pairs, "pair")). "
          + sentences.joined(separator: " "),
        tone: isPraise ? .good : .caution)
    }
  }

  private static let tooFew = "too few people to tell"

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
      RemovalDirection.allCases.map { .figure(figure($0)) }
        + RemovalDirection.allCases.map { .table(table($0)) } + [.table(blurredTable)]
        + [
          .note(
            "Random maps are as coarse as a late layer's and take away areas, as maps do; random pixels "
              + "are noise to a network and hurt it whatever they hide. The threshold "
              + "\(NumberFormat.decimals(4).string(result.threshold)) is that of the EER of "
              + (result.thresholdSource == .testPairs
                ? "all clean pairs in the list, these among them." : "the calibration pairs.")
              + " Intervals cover their own difference at 95%. p is of "
              + "being better than every control: the largest of the controls' p-values "
              + "(intersection-union), adjusted by Holm over all methods in both tables. What is said of a "
              + "single control is adjusted over all \(comparisons) comparisons. With fewer than "
              + "\(MapScore.leastPeople) people nothing is said.")
        ])
  }

  private func figure(_ direction: RemovalDirection) -> Figure {
    let series = result.curves.map { item in
      let found = curve(item, direction)
      let isControl = isControl(item)
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
          + "(\(NumberFormat.integer.string(Double(RemovalResult.resamples))) times, percentile). A p-value is "
          + "the larger of two: twice the share of those draws on the far side of 0, and that of the "
          + "sign-flip test over the probes' people."))
  }

  private func isControl(_ curve: RemovalResult.Curve) -> Bool {
    !methods.contains { $0.order == curve.order }
  }

  /// Methods in all directions with all controls.
  private var comparisons: Int {
    methods.flatMap(\.comparisons).map(\.controls.count).reduce(0, +)
  }

  private func table(_ direction: RemovalDirection) -> Table {
    let isDeletion = direction == .deletion
    return Table(
      "\(direction.title): the area under the accuracy and how it differs from the "
        + "controls' (\(isDeletion ? "low and below" : "high and above") is good)",
      columns: [
        "Order", "Area",
        Table.Column("\u{2212} random map", help: "Negative is lower than the control."),
        "\u{2212} random pixels", "\u{2212} centre",
        Table.Column(
          "\u{2212} inverted",
          help: "The method's own map, last pixels first; no verdict hangs on it."),
        Table.Column(
          "p of all",
          help: "Of being better than every control, adjusted over all methods in both tables."),
        "Reading",
      ],
      rows: result.curves.map { item in
        let found = curve(item, direction)
        let area = Table.Cell.number(
          found.area, .decimals(3), interval: found.areaInterval.map(ReportInterval.init))
        let comparison = comparison(item, direction)
        let inverted = item.aboveInverted.dropFirst(isDeletion ? 0 : 1).first
        let differences = RemovalRun.controls.map { control in
          comparison?.controls.first { $0.name == control.name }?.difference
        }
        return Table.Row(
          [.text(title(item.order)), area] + (differences + [inverted]).map(Self.cell)
            + [
              comparison?.adjusted.map { .number($0, .significant(2)) } ?? .missing,
              isControl(item) ? "control" : Self.reading(comparison),
            ],
          emphasis: isControl(item) ? .muted : .none)
      })
  }

  /// The check by other means than those that CorrRISE is made by.
  private var blurredTable: Table {
    Table(
      "A check: deletion with pixels blurred in place of black. CorrRISE is fitted to blackened faces, so "
        + "black alone would judge it by its own means",
      columns: [
        "Order", "Area", "\u{2212} random map", "\u{2212} random pixels", "\u{2212} centre",
        Table.Column(
          "p of all",
          help: "Of being better than every control, adjusted over the methods of this table."),
        "Reading",
      ],
      rows: result.curves.map { item in
        let comparison = item.blurredComparison
        let area = Table.Cell.number(
          item.blurred.area, .decimals(3),
          interval: item.blurred.areaInterval.map(ReportInterval.init))
        return Table.Row(
          [.text(title(item.order)), area]
            + RemovalRun.controls.map { control in
              Self.cell(comparison?.controls.first { $0.name == control.name }?.difference)
            }
            + [
              comparison?.adjusted.map { .number($0, .significant(2)) } ?? .missing,
              isControl(item) ? "control" : Self.reading(comparison),
            ],
          emphasis: isControl(item) ? .muted : .none)
      })
  }

  /// A badge does not wrap, and would take the table out of the page.
  private static func reading(_ comparison: RemovalComparison?) -> Table.Cell {
    guard let comparison, comparison.beatsControls else {
      return .text(comparison?.text ?? tooFew)
    }
    return .badge("beats all", .good)
  }

  private static func cell(_ difference: PairedDifference?) -> Table.Cell {
    difference.map {
      .number($0.value, .decimals(3), interval: ReportInterval($0.interval))
    } ?? .missing
  }
}

extension RemovalDirection {
  fileprivate var title: String { self == .deletion ? "Deletion" : "Insertion" }
}
