/// What can go wrong while measuring.
public enum BenchError: Error, Equatable, CustomStringConvertible {
  case usage(String)
  /// A program that couldn't be started at all.
  case cannotStart(command: String, reason: String)
  /// Facet's own command isn't where it is looked for.
  case notBuilt(command: String)
  /// A worker ended by itself; `words` is the end of what it wrote to its error output.
  case ended(worker: String, how: String, words: String)
  /// A worker didn't answer in time.
  case silent(worker: String, seconds: Double)
  /// A worker answered with something that is no reply.
  case garbage(worker: String, line: String)
  /// A worker said that it can't.
  case refused(worker: String, reason: String)
  /// A peer that isn't installed, by pip's names.
  case notInstalled(worker: String, packages: [String], python: String)

  public var description: String {
    switch self {
    case .usage(let text): return text
    case .cannotStart(let command, let reason): return "\(command) can't be started: \(reason)"
    case .notBuilt(let command):
      return "there is no \(command); 'swift build -c release --product facet' builds it, --facet "
        + "names another"
    case .ended(let worker, let how, let words):
      return "\(worker) \(how)" + (words.isEmpty ? "" : ": \(words)")
    case .silent(let worker, let seconds):
      return "\(worker) did not answer within \(seconds) s; see --limit"
    case .garbage(let worker, let line): return "\(worker) answered '\(line)', which is no reply"
    case .refused(let worker, let reason): return "\(worker): \(reason)"
    case .notInstalled(let worker, let packages, let python):
      return
        "\(worker) is not installed: \(python) -m pip install \(packages.joined(separator: " "))"
    }
  }
}
