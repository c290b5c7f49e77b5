import FacetZoo
import Foundation

/// The benchmark of Facet's engine against its peers.
///
/// Both sides of a row are processes of their own with the same weights, input and number of threads.
/// They take turns, and each times its own calls while the other waits.
public struct Bench: Sendable {
  /// What a run tells while it goes on.
  public enum Event: Sendable {
    case progress(String)
    /// A row is done; these are the results so far.
    case row(BenchRow, BenchResults)
  }

  public var options: BenchOptions
  public var launcher: Launcher
  /// How the run was asked for, for the results.
  public var command: String
  /// 1e9 operations a second that the machine reaches with so many threads; `nil` when nobody knows.
  public var peak: @Sendable (_ threads: Int) -> Double?

  public init(
    _ options: BenchOptions, launcher: Launcher, command: String = "facet-bench",
    peak: @escaping @Sendable (_ threads: Int) -> Double? = { _ in nil }
  ) {
    self.options = options
    self.launcher = launcher
    self.command = command
    self.peak = peak
  }

  /// Measures all rows.
  ///
  /// - Parameter report: called for each row when it is done; what it throws ends the run.
  public func run(_ report: @escaping @Sendable (Event) throws -> Void) throws -> BenchResults {
    try options.validate()
    // A misspelt name is told now, not after the networks before it.
    for net in options.nets ?? [] { _ = try Architecture.named(net) }
    // Progress that can't be shown is no reason to stop.
    let tell = { @Sendable (text: String) in _ = try? report(.progress(text)) }
    tell("the machine's peak")
    var results = BenchResults(
      date: ISO8601DateFormatter().string(from: Date()), command: command, options: options,
      machine: .here,
      environment: ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("FACET_") },
      peakGigaflops: peak(options.threads))
    let workspace = try Workspace()
    defer { workspace.remove() }
    let runner = RowRunner(
      folder: workspace.folder, limit: options.limit, rounds: options.rounds,
      progress: tell)
    var rest = options.rows[...]
    while let first = rest.first {
      let keys = rest.prefix { $0.net == first.net }
      rest = rest.dropFirst(keys.count)
      tell("\(first.net): weights are drawn")
      let network = try BenchNetwork(first.net, seed: options.seed)
      let planner = RowPlanner(
        options: options, launcher: launcher, workspace: workspace, network: network)
      for key in keys {
        let row = measured(key, planner, runner)
        results.rows.append(row)
        try report(.row(row, results))
      }
      workspace.removeFiles(of: first.net)
    }
    return results
  }

  private func measured(_ key: RowKey, _ planner: RowPlanner, _ runner: RowRunner) -> BenchRow {
    do {
      return runner.run(try planner.plan(key))
    } catch {
      let now = MachineState.now
      var row = BenchRow(key: key, status: .failed, reason: "\(error)", start: now, end: now)
      switch error as? BenchError {
      case .notBuilt, .notInstalled: row.status = .skipped
      default: break
      }
      return row
    }
  }
}
