import FacetBench
import FacetTestSupport
import Foundation

/// A worker in a few lines of shell that answers as it is told.
struct FakeWorker {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A script that answers `run` with the given lines of shell; each line it is sent is in `$line`.
  ///
  /// - Parameters:
  ///   - array: the `.npy` file that `result` gives as `logits`; `load` may give another to `$array`.
  ///   - log: gets the worker's name for each run.
  func command(
    _ name: String, run: String = #"echo '{"ok":true,"seconds":[0.5]}'"#, load: String? = nil,
    array: String = "", log: String? = nil
  ) throws -> [String] {
    let script = """
      array='\(array)'
      while read -r line; do
        case "$line" in
          *'"op":"load"'*) \(load ?? #"echo '{"ok":true,"versions":{"fake":"1"}}'"#);;
          *'"op":"run"'*)
            \(log.map { "echo \(name) >> '\($0)'" } ?? ":")
            \(run);;
          *'"op":"memory"'*) echo '{"ok":true,"peakKB":2048}';;
          *'"op":"result"'*) printf '{"ok":true,"arrays":{"logits":"%s"}}\\n' "$array";;
          *) echo '{"ok":true}'; exit 0;;
        esac
      done
      """
    let path = folder.file("\(name).sh")
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    return ["/bin/sh", path]
  }

  func side(_ name: String, _ command: [String]) -> SidePlan {
    SidePlan(
      name: name, command: command, images: 1, pixels: 4,
      load: WorkerLoad(
        task: .forward, net: "toy", threads: 1, weights: "", input: "", labels: [0]))
  }

  func plan(_ sides: [SidePlan]) -> RowPlan {
    RowPlan(
      key: RowKey(task: .forward, net: "toy", batch: 1, peer: .torch), sides: sides,
      multiplyAdds: 1_000_000_000)
  }

  func runner(limit: Double = 30, rounds: Int = 3) -> RowRunner {
    RowRunner(folder: folder.path, limit: limit, rounds: rounds, pause: 0)
  }
}
