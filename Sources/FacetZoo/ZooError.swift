import FacetFiles
import FacetGraph
import FacetTensor

/// What can be wrong with a weights file or an architecture's name.
public enum ZooError: Error, Equatable, CustomStringConvertible {
  case unknownArchitecture(String, suggestion: String?, known: [String])
  /// A file isn't what its format promises; `offset` is in bytes from its start.
  case malformed(path: String, offset: Int, reason: String)
  case unsupported(path: String, reason: String)
  /// A file of weights doesn't fit the architecture.
  case weightsDoNotFit(path: String, architecture: String, report: LoadReport)
  case file(FileError)
  case graph(path: String, GraphError)

  public var description: String {
    switch self {
    case .unknownArchitecture(let name, let suggestion, let known):
      "there is no architecture '\(name)'"
        + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        + " Known: \(known.joined(separator: ", "))"
    case .malformed(let path, let offset, let reason): "\(path), at byte \(offset): \(reason)"
    case .unsupported(let path, let reason): "\(path): \(reason)"
    case .weightsDoNotFit(let path, let architecture, let report):
      "\(path) does not hold weights of \(architecture): \(report.problems)"
    case .file(let error): error.description
    case .graph(let path, let error): "\(path): \(error)"
    }
  }
}

/// How a file's tensors met a network's parameters.
public struct LoadReport: Hashable, Sendable {
  public struct Mismatch: Hashable, Sendable {
    public let name: String
    public let expected: Shape
    public let got: Shape
  }

  public var applied: [String] = []
  /// Parameters of the network that the file lacks.
  public var missing: [String] = []
  /// Tensors of the file that the network has no use for.
  public var unused: [String] = []
  public var mismatched: [Mismatch] = []

  /// Whether every parameter got its tensor; unused tensors don't matter.
  public var isComplete: Bool { missing.isEmpty && mismatched.isEmpty }

  /// What is wrong, on one line, with at most three names of each kind.
  public var problems: String {
    func list(_ names: [String]) -> String {
      names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
    }
    var parts: [String] = []
    if !mismatched.isEmpty {
      parts.append(
        "\(mismatched.count) of another shape ("
          + list(mismatched.map { "\($0.name) is \($0.got), \($0.expected) was expected" }) + ")")
    }
    if !missing.isEmpty { parts.append("\(missing.count) missing (\(list(missing)))") }
    if !unused.isEmpty { parts.append("\(unused.count) unused (\(list(unused)))") }
    return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
  }
}
