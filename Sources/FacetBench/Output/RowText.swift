import Foundation

/// A row's figures as text, the same in the terminal and in Markdown.
struct RowText {
  let row: BenchRow
  /// 1e9 operations a second that the machine reaches.
  let peak: Double?

  static let none = "-"

  var facetTime: String { Self.milliseconds(row.facet?.median) }

  var peerTime: String { Self.milliseconds(row.best?.median) }

  /// The peer, with the variant that was best.
  var against: String {
    guard let peer = row.key.peer?.title else { return row.best?.title ?? Self.none }
    return row.best?.variant.map { "\(peer), \($0)" } ?? peer
  }

  /// `2.31 (2.28 to 2.40)`: the median and the quartiles, or the range where it says so.
  var ratio: String {
    guard let ratio = row.ratio else { return Self.none }
    let kind = ratio.kind == .range ? "range " : ""
    return String(format: "%.2f (%@%.2f to %.2f)", ratio.median, kind, ratio.low, ratio.high)
  }

  var gigaflops: String { row.gigaflops.map { String(format: "%.0f", $0) } ?? Self.none }

  var share: String {
    guard let gigaflops = row.gigaflops, let peak, peak > 0 else { return Self.none }
    return String(format: "%.0f %%", 100 * gigaflops / peak)
  }

  var facetMemory: String { Self.megabytes(row.facet?.peakKB) }

  var peerMemory: String { Self.megabytes(row.best?.peakKB) }

  /// The worst difference: `3.1e-06`, or what is wrong.
  var agreement: String {
    guard let worst = row.worstAgreement else { return Self.none }
    let figure = worst.difference.map(Self.figure) ?? worst.note ?? Self.none
    guard worst.holds else { return "\(figure) DIFFERS" }
    return worst.exactDifference.map { "\(figure), exact \(Self.figure($0))" } ?? figure
  }

  private static func figure(_ difference: Double) -> String {
    String(format: "%.1e", difference)
  }

  /// Why there are no figures; `nil` where there are.
  var trouble: String? {
    switch row.status {
    case .measured, .disagrees: nil
    case .skipped, .failed: "\(row.status.rawValue): \(row.reason ?? "no reason")"
    }
  }

  /// What a reader should know of the row beside its figures.
  var notes: [String] {
    var notes: [String] = []
    if row.status == .disagrees, let reason = row.reason { notes.append("disagrees: \(reason)") }
    if let worst = row.worstAgreement, worst.holds, let difference = worst.difference,
      let exact = worst.exactDifference
    {
      notes.append(
        "numbers differ by \(Self.figure(difference)), and by \(Self.figure(exact)) where Facet "
          + "computes without Winograd's filtering: rounding tips a ReLU that is nearly shut")
    }
    for side in row.sides where side.waited > 0 && side.computedWaiting > 0.02 * side.waited {
      notes.append(
        String(
          format: "%@ computed for %.0f %% of the time it should have waited", side.title,
          100 * side.computedWaiting / side.waited))
    }
    if row.othersShare > 0.05 {
      notes.append(
        String(format: "other programs took %.0f %% of the machine", 100 * row.othersShare))
    }
    if row.stolenShare > 0.02 {
      notes.append(
        String(format: "the host gave %.0f %% of the time to others", 100 * row.stolenShare))
    }
    for side in row.sides where side.failure != nil && row.status == .measured {
      notes.append("\(side.title) failed: \(side.failure ?? "")")
    }
    notes += row.agreement.compactMap { agreement in
      agreement.note.map { "\(agreement.what) of \(agreement.side): \($0)" }
    }
    return notes
  }

  static func milliseconds(_ seconds: Double?) -> String {
    guard let seconds else { return none }
    let value = seconds * 1e3
    return String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
  }

  static func megabytes(_ kilobytes: Int?) -> String {
    kilobytes.map { "\(Int((Double($0) / 1024).rounded()))" } ?? none
  }
}
