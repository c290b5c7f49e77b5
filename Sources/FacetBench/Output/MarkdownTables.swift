import Foundation

/// The README's tables, from results alone.
public struct MarkdownTables {
  private let results: BenchResults

  public init(_ results: BenchResults) { self.results = results }

  /// The whole text.
  public var text: String {
    ([introduction] + BenchTask.allCases.flatMap(sections)).joined(separator: "\n\n") + "\n"
  }

  private var introduction: String {
    let machine = results.machine
    let versions = results.versions
    let names = [
      ("facet", "Facet"), ("torch", "PyTorch"), ("torchvision", "torchvision"),
      ("onnxruntime", "onnxruntime"), ("grad-cam", "pytorch-grad-cam"), ("captum", "captum"),
      ("python", "Python"),
    ]
    let known = names.compactMap { key, name in versions[key].map { "\(name) \($0)" } }
    let settings = results.environment.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value) " }.joined()
    let peak = results.peakGigaflops.map { String(format: ", peak %.0f GF/s", $0) } ?? ""
    return """
      \(machine.processor), \(machine.cores) cores, \(machine.instructions)\(peak), \
      \(machine.kernel). \(known.joined(separator: ", ")). \(results.date.prefix(10)).

      Float32, \(results.options.threads) threads, the same weights and input on both sides. Facet and \
      the peer take turns in one run, each in a process of its own; times are medians in ms, the ratio \
      is the peer's time divided by Facet's, the median of all rounds with its quartiles. PyTorch \
      counts with the better of its two memory formats. GF/s count two operations for each \
      multiply-add of a direct convolution, so a faster algorithm can pass the machine's peak. MB is \
      the process's peak memory. Difference is the largest between the two sides' numbers, relative \
      to the largest number.

      `\(settings)\(results.command)`
      """
  }

  private func sections(_ task: BenchTask) -> [String] {
    let rows = results.rows.filter { $0.key.task == task }
    guard !rows.isEmpty else { return [] }
    switch task {
    case .forward, .gradcam, .train:
      return Set(rows.map(\.key.batch)).sorted().flatMap { batch in
        let rows = rows.filter { $0.key.batch == batch }
        let layers = task == .gradcam ? layers(rows).map { [$0] } ?? [] : []
        return ["### \(task.title), batch \(batch)"] + layers + [compared(rows)]
      }
    case .scorecam, .ablationcam: return ["### \(task.title)", compared(rows)]
    case .cold: return ["### \(task.title)", cold(rows)]
    case .threads:
      let title = "### \(results.options.threads) threads against one, forward"
      return [title, threads(rows)]
    case .batch, .pixels: return ["### \(task.title)", costs(rows, task)]
    }
  }

  private func compared(_ rows: [BenchRow]) -> String {
    table(
      [
        "Network", "Against", "Facet ms", "Peer ms", "Ratio", "GF/s", "Of peak", "MB", "Peer's MB",
        "Difference",
      ], rows
    ) { text in
      [
        text.row.key.net, text.against, text.facetTime, text.peerTime, text.ratio, text.gigaflops,
        text.share, text.facetMemory, text.peerMemory, text.agreement,
      ]
    }
  }

  private func cold(_ rows: [BenchRow]) -> String {
    table(
      [
        "Network", "Against", "Facet ms", "Peer ms", "Ratio", "Computing ms", "Peer's", "MB",
        "Peer's MB", "Difference",
      ], rows
    ) { text in
      [
        text.row.key.net, text.against, text.facetTime, text.peerTime, text.ratio,
        RowText.milliseconds(text.row.facet.flatMap { Spread.median($0.userSeconds) }),
        RowText.milliseconds(text.row.best.flatMap { Spread.median($0.userSeconds) }),
        text.facetMemory, text.peerMemory, text.agreement,
      ]
    }
  }

  private func threads(_ rows: [BenchRow]) -> String {
    table(
      ["Network", "Batch", "Facet ms", "One thread's ms", "Ratio", "GF/s", "Of peak", "MB"], rows
    ) { text in
      [
        text.row.key.net, "\(text.row.key.batch)", text.facetTime, text.peerTime, text.ratio,
        text.gigaflops, text.share, text.facetMemory,
      ]
    }
  }

  private func costs(_ rows: [BenchRow], _ task: BenchTask) -> String {
    let sizes = rows.max { $0.sides.count < $1.sides.count }?.sides.map { $0.variant ?? "" } ?? []
    return table(["Network"] + sizes, rows) { text in
      [text.row.key.net] + text.row.sides.map { CostTable.cost($0, task) }
    }
  }

  private func table(_ titles: [String], _ rows: [BenchRow], _ cells: (RowText) -> [String])
    -> String
  {
    var lines = [titles, titles.map { _ in "---" }]
    var notes: [String] = []
    for row in rows {
      let text = RowText(row: row, peak: results.peakGigaflops)
      if let trouble = text.trouble {
        let words = [row.key.net, text.against, trouble]
        let rest = Array(repeating: "", count: max(0, titles.count - words.count))
        lines.append(Array((words + rest).prefix(max(titles.count, 3))))
      } else {
        lines.append(cells(text))
        notes += text.notes.map { "- \(row.key.name): \($0)" }
      }
    }
    let rendered = lines.map { "| " + $0.map(Self.escaped).joined(separator: " | ") + " |" }
    return (rendered + (notes.isEmpty ? [] : [""] + notes)).joined(separator: "\n")
  }

  /// The layers that maps are of, on one line.
  private func layers(_ rows: [BenchRow]) -> String? {
    var seen: Set<String> = []
    let parts = rows.compactMap { row in
      row.layer.flatMap { seen.insert(row.key.net).inserted ? "\(row.key.net) `\($0)`" : nil }
    }
    return parts.isEmpty ? nil : "Layers: \(parts.joined(separator: ", "))."
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "\n", with: " ")
  }
}
