import ArgumentParser
import FacetBench
import FacetEngine
import FacetThreads
import Foundation

@main
struct FacetBenchCommand: ParsableCommand {
  static func main() {
    FreedMemory.keep()
    main(nil)
  }

  static let configuration = CommandConfiguration(
    commandName: "facet-bench",
    abstract: "Measures Facet's engine against its peers, in turns.",
    discussion: """
      Facet and the peer run as processes of their own and take turns, with the same weights, input \
      and number of threads; their numbers are compared. Peers that aren't installed are skipped by \
      name; Benchmarks/requirements.txt lists them. The exit code is 1 when numbers differ or a row \
      failed.
      """,
    subcommands: [Worker.self])

  /// Facet's side of a comparison, started by the program itself.
  struct Worker: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    func run() {
      var worker = FacetWorker()
      worker.serve()
    }
  }

  @Option(
    help: "Networks by torchvision's names, with commas. (default: each task's own)",
    transform: names)
  var nets: [String]?

  @Option(
    help: "Tasks, with commas: \(BenchTask.allCases.map(\.rawValue).joined(separator: ", ")).",
    transform: { try choices($0, "--tasks") })
  var tasks: [BenchTask] = BenchTask.allCases

  @Option(
    help: ArgumentHelp(
      "Images in a call, with commas, of forward runs, Grad-CAM and training.",
      discussion:
        "The default is 1,8 for forward runs, 1 for Grad-CAM and 32 for training (VGG: 8)."),
    transform: { try numbers($0, "--batch") })
  var batch: [Int]?

  @Option(
    help: "Peers, with commas: \(Peer.allCases.map(\.rawValue).joined(separator: ", ")).",
    transform: { try choices($0, "--against") })
  var against: [Peer] = Peer.allCases

  @Option(help: "Threads of each side.")
  var threads = 2

  @Option(help: "Timed rounds. (default: 15; 7 for work over 0.3 s, 3 for work over 3 s)")
  var rounds: Int?

  @Option(help: "Seconds that one call may take.")
  var limit = 600.0

  @Option(help: "The seed of weights and inputs.")
  var seed: UInt64 = 0

  @Option(help: "A file for all results; it is rewritten after each row.")
  var json: String?

  @Option(help: "A file for the tables, or - for standard output.")
  var markdown: String?

  @Option(help: "Measure nothing; render the results of this file.")
  var from: String?

  @Option(help: "The Python that has the peers.")
  var python = "python3"

  @Option(help: "The folder Benchmarks of Facet's sources. (default: looked for)")
  var scripts: String?

  @Option(help: "The facet command, for the task cold. (default: the one beside this program)")
  var facet: String?

  func validate() throws {
    do { try options.validate() } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    do {
      if let from {
        try write(BenchResults.read(from), markdown ?? "-")
        return
      }
      try measure()
    } catch let error as ExitCode {
      throw error
    } catch {
      ProgressText.shared.clear()
      FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
      throw ExitCode(EX_UNAVAILABLE)
    }
  }

  private func measure() throws {
    Interruption.endChildren()
    let command = (["facet-bench"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
    let bench = Bench(
      options, launcher: try .standard(python: python, scripts: scripts, facet: facet),
      command: command, peak: { Engine(threads: $0).measuredPeak() })
    print(TerminalTable.heading)
    let results = try bench.run { [json] event in
      switch event {
      case .progress(let text): ProgressText.shared.show(text)
      case .row(let row, let results):
        ProgressText.shared.clear()
        print(TerminalTable.text(row, peak: results.peakGigaflops))
        // A reader at the other end of a pipe sees each row when it is done.
        fflush(nil)
        if let json { try results.write(to: json) }
      }
    }
    ProgressText.shared.clear()
    if let markdown { try write(results, markdown) }
    if results.hasFailures { throw ExitCode.failure }
  }

  private func write(_ results: BenchResults, _ path: String) throws {
    if path == "-" {
      print(MarkdownTables(results).text, terminator: "")
    } else {
      try results.writeTables(to: path)
    }
  }

  private var options: BenchOptions {
    BenchOptions(
      nets: nets, tasks: tasks, batches: batch, peers: against, threads: threads, rounds: rounds,
      limit: limit, seed: seed)
  }
}

private func names(_ text: String) -> [String] {
  text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
}

private func numbers(_ text: String, _ option: String) throws -> [Int] {
  try names(text).map { name in
    guard let number = Int(name) else {
      throw ValidationError("\(option) takes whole numbers with commas, not '\(name)'")
    }
    return number
  }
}

private func choices<T: RawRepresentable & CaseIterable>(_ text: String, _ option: String) throws
  -> [T] where T.RawValue == String
{
  try names(text).map { name in
    guard let choice = T(rawValue: name) else {
      let known = T.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(option) takes \(known), not '\(name)'")
    }
    return choice
  }
}
