import FacetEngine
import FacetTensor
import FacetZoo
import Foundation

/// Measures rows: starts the processes, lets them take turns, and compares what they gave.
public struct RowRunner: Sendable {
  /// A folder for what workers write.
  public var folder: String
  /// Seconds that one call may take.
  public var limit: Double
  public var rounds: Int?
  /// Seconds between turns, in which the threads of the one that just worked go to sleep.
  public var pause: Double
  public var progress: @Sendable (String) -> Void

  public init(
    folder: String, limit: Double = 600, rounds: Int? = nil, pause: Double = 0.05,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.folder = folder
    self.limit = limit
    self.rounds = rounds
    self.pause = pause
    self.progress = progress
  }

  /// Measures one row. Whatever goes wrong is in the row, with all that was measured before.
  public func run(_ plan: RowPlan) -> BenchRow {
    var match = Match(plan, self)
    return match.played()
  }
}

/// One row while it is measured.
private struct Match {
  let plan: RowPlan
  let runner: RowRunner
  var row: BenchRow
  /// By side; `nil` before it starts and once it has failed.
  var workers: [WorkerProcess?]
  var firstRuns: [Double]
  /// That the peer isn't installed, in words.
  var absence: String?

  init(_ plan: RowPlan, _ runner: RowRunner) {
    self.plan = plan
    self.runner = runner
    let now = MachineState.now
    row = BenchRow(
      key: plan.key, sides: plan.sides.map(\.side), multiplyAdds: plan.multiplyAdds,
      layer: plan.layer, start: now, end: now)
    workers = plan.sides.map { _ in nil }
    firstRuns = plan.sides.map { _ in 0 }
  }

  mutating func played() -> BenchRow {
    // Facet comes last, so that it isn't made ready for a peer that isn't there.
    for side in plan.sides.indices.reversed() {
      if side == 0, plan.sides.count > 1, standing.isEmpty { break }
      load(side)
    }
    if isOn { warmUpAndPlay() }
    finish()
    return row
  }

  private var standing: [Int] { workers.indices.filter { workers[$0] != nil } }

  /// Whether there is still something to compare.
  private var isOn: Bool {
    workers[0] != nil && (plan.sides.count == 1 || standing.count > 1)
  }

  private mutating func load(_ side: Int) {
    let sidePlan = plan.sides[side]
    runner.progress("\(plan.key.name): \(row.sides[side].title) gets ready")
    do {
      let worker = try WorkerProcess(
        row.sides[side].title, command: sidePlan.command, environment: sidePlan.environment,
        errorFile: runner.folder + "/errors-\(side).txt")
      let reply = try worker.ask(.load(sidePlan.load), limit: runner.limit)
      row.sides[side].versions =
        sidePlan.versions.isEmpty ? reply.versions ?? [:] : sidePlan.versions
      row.sides[side].loadedKB = try worker.ask(.memory, limit: runner.limit).peakKB
      workers[side] = worker
    } catch {
      row.sides[side].failure = error.description
      if case .notInstalled(_, let packages, let python) = error {
        // It isn't one of its variants that is missing.
        absence =
          BenchError.notInstalled(worker: sidePlan.name, packages: packages, python: python)
          .description
      }
    }
  }

  private mutating func warmUpAndPlay() {
    for side in standing { firstRuns[side] = call(side, count: 1)?.first ?? 0 }
    let pace = Pace(slowest: firstRuns.max() ?? 0, asked: runner.rounds, task: plan.key.task)
    var usual = firstRuns
    for _ in 1..<pace.warmUps {
      for side in standing { usual[side] = call(side, count: 1)?.first ?? 0 }
    }
    for round in 0..<pace.rounds {
      for side in Pace.order(round: round, sides: plan.sides.count) {
        guard isOn else { return }
        guard workers[side] != nil else { continue }
        runner.progress(
          "\(plan.key.name): round \(round + 1) of \(pace.rounds), \(row.sides[side].title)")
        usleep(UInt32(runner.pause * 1e6))
        turn(side, Pace.Turn(seconds: usual[side]))
      }
    }
  }

  private mutating func turn(_ side: Int, _ turn: Pace.Turn) {
    let others = standing.filter { $0 != side }
    let before = others.map { workers[$0]?.computedSeconds ?? 0 }
    let start = SuspendingClock.now
    if turn.untimed > 0 { _ = call(side, count: turn.untimed) }
    if let seconds = call(side, count: turn.timed, keepsUser: true) {
      row.sides[side].calls.append(seconds)
    }
    let passed = (SuspendingClock.now - start) / .seconds(1)
    for (other, computed) in Swift.zip(others, before) {
      row.sides[other].waited += passed
      row.sides[other].computedWaiting += (workers[other]?.computedSeconds ?? computed) - computed
    }
  }

  /// The seconds of each run; `nil` when the side failed, which takes it off the row.
  private mutating func call(_ side: Int, count: Int, keepsUser: Bool = false) -> [Double]? {
    guard let worker = workers[side] else { return nil }
    do {
      let reply = try worker.ask(.run(count: count), limit: runner.limit * Double(count))
      guard let seconds = reply.seconds, seconds.count == count,
        seconds.allSatisfy({ $0.isFinite && $0 >= 0 })
      else {
        throw BenchError.garbage(worker: worker.name, line: "seconds of \(count) runs are missing")
      }
      if keepsUser { row.sides[side].userSeconds += reply.userSeconds ?? [] }
      return seconds
    } catch {
      fail(side, "\(error)")
      return nil
    }
  }

  private mutating func fail(_ side: Int, _ reason: String) {
    row.sides[side].failure = reason
    workers[side]?.end()
    workers[side] = nil
  }

  private mutating func finish() {
    var arrays: [[String: Tensor]] = plan.sides.map { _ in [:] }
    // Memory first: writing results takes some too.
    for side in standing {
      do {
        guard let worker = workers[side] else { continue }
        row.sides[side].peakKB = try worker.ask(.memory, limit: runner.limit).peakKB
        guard plan.key.peer != nil else { continue }
        let folder = runner.folder + "/side-\(side)"
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        let paths = try worker.ask(.result(folder: folder), limit: runner.limit).arrays ?? [:]
        for (name, path) in paths { arrays[side][name] = try NumPyArray.read(path) }
      } catch {
        fail(side, "\(error)")
      }
    }
    for side in standing {
      _ = try? workers[side]?.ask(.quit, limit: 5)
      workers[side]?.end()
    }
    row.end = .now
    compare(arrays)
    if row.agreement.contains(where: { !$0.holds }) { compareExactly(arrays) }
    judge()
  }

  private mutating func compare(_ arrays: [[String: Tensor]]) {
    guard plan.key.peer != nil else { return }
    for side in row.sides.indices.dropFirst() where row.sides[side].failure == nil {
      for (name, tensor) in arrays[0].sorted(by: { $0.key < $1.key }) {
        guard let reference = arrays[side][name] else { continue }
        row.agreement.append(
          Agreement(
            name, side: row.sides[side].title, tensor,
            reference: reference))
      }
    }
  }

  /// Compares once more with Facet's numbers by direct convolution only, where that is another way.
  private mutating func compareExactly(_ peers: [[String: Tensor]]) {
    var plan = plan.sides[0]
    guard row.sides[0].failure == nil, ![.train, .cold].contains(plan.load.task) else { return }
    plan.load.precision = .exact
    do {
      let worker = try WorkerProcess(
        "Facet, exact", command: plan.command, environment: plan.environment,
        errorFile: runner.folder + "/errors-exact.txt")
      defer { worker.end() }
      _ = try worker.ask(.load(plan.load), limit: runner.limit)
      _ = try worker.ask(.run(count: 1), limit: runner.limit)
      let paths = try worker.ask(.result(folder: runner.folder), limit: runner.limit).arrays ?? [:]
      for index in row.agreement.indices where !row.agreement[index].holds {
        let agreement = row.agreement[index]
        guard let side = row.sides.firstIndex(where: { $0.title == agreement.side }),
          let reference = peers[side][agreement.what], let path = paths[agreement.what]
        else { continue }
        row.agreement[index].exactDifference =
          Agreement(
            agreement.what, side: agreement.side, try NumPyArray.read(path), reference: reference
          ).difference
      }
    } catch {
      row.agreement[0].note = "\(error)"
    }
  }

  private mutating func judge() {
    let failures = row.sides.filter { $0.failure != nil }
    if let reason = row.sides[0].failure {
      (row.status, row.reason) = (.failed, reason)
    } else if plan.key.peer == nil {
      // Facet alone: every side is Facet's.
      if let reason = failures.first?.failure { (row.status, row.reason) = (.failed, reason) }
    } else if row.best == nil {
      row.status = absence == nil ? .failed : .skipped
      row.reason = absence ?? failures.first?.failure
    } else if row.agreement.isEmpty {
      (row.status, row.reason) = (.disagrees, "the two gave nothing to compare")
    } else if let apart = row.agreement.first(where: { !$0.holds }) {
      let figure = apart.difference.map { "\($0)" } ?? apart.note ?? ""
      row.status = .disagrees
      row.reason = "\(apart.what) of \(apart.side): \(figure), at most \(apart.limit) was expected"
    }
  }
}
