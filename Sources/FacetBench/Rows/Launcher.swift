import Foundation

/// Where the programs are that a run starts.
public struct Launcher: Equatable, Sendable {
  /// Facet's worker with its arguments.
  public var facetWorker: [String]
  /// The `facet` command, for ``BenchTask/cold``.
  public var facet: String
  public var python: String
  /// The folder of `peer.py` and `cold.py`.
  public var scripts: String

  public init(facetWorker: [String], facet: String, python: String, scripts: String) {
    self.facetWorker = facetWorker
    self.facet = facet
    self.python = python
    self.scripts = scripts
  }

  /// The programs beside the running one, and the scripts of the checkout it was built in.
  ///
  /// - Parameters:
  ///   - scripts: the folder `Benchmarks`; `nil` to look for it from here upwards, then from the
  ///     running program upwards.
  ///   - facet: the `facet` command; `nil` for the one beside this program.
  public static func standard(
    python: String = "python3", scripts: String? = nil, facet: String? = nil
  ) throws(BenchError) -> Launcher {
    let manager = FileManager.default
    guard let program = try? manager.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      throw .usage("/proc/self/exe doesn't say where this program is")
    }
    let beside = URL(fileURLWithPath: program).deletingLastPathComponent()
    let starts = [URL(fileURLWithPath: manager.currentDirectoryPath), beside]
    let found =
      scripts
      ?? starts.lazy.compactMap { Self.scripts(above: $0) }.first
    guard let found else {
      throw .usage("the folder Benchmarks with peer.py was not found; name it with --scripts")
    }
    guard manager.fileExists(atPath: found + "/peer.py") else {
      throw .usage("\(found) has no peer.py; --scripts takes the folder Benchmarks")
    }
    return Launcher(
      facetWorker: [program, "worker"],
      facet: facet ?? beside.appendingPathComponent("facet").path, python: python,
      scripts: found)
  }

  private static func scripts(above start: URL) -> String? {
    var folder = start.standardizedFileURL
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("Benchmarks").path
      if FileManager.default.fileExists(atPath: candidate + "/peer.py") { return candidate }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  /// The worker of a peer.
  func worker(_ peer: Peer) -> [String] { [python, scripts + "/peer.py", peer.rawValue] }

  /// The script that explains one photo.
  var coldScript: [String] { [python, scripts + "/cold.py"] }
}
