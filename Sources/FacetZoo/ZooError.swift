import FacetFiles
import FacetGraph
import FacetTensor

/// What can be wrong with a weights file or an architecture's name.
public enum ZooError: Error, Equatable, CustomStringConvertible {
  case unknownArchitecture(String, suggestion: String?, known: [String])
  /// A file isn't what its format promises; `offset` is in bytes from its start.
  case malformed(path: String, offset: Int, reason: String)
  case unsupported(path: String, reason: String)
  /// A file of weights has no tensor of this name.
  case noTensor(path: String, name: String, suggestion: String?)
  /// A file of weights doesn't fit the architecture.
  case weightsDoNotFit(path: String, architecture: String, report: LoadReport)
  case file(FileError)
  case graph(path: String, GraphError)
  /// Nodes of an ONNX file that aren't computed, or aren't valid.
  case unsupportedNodes(path: String, problems: [ONNXProblem])

  public var description: String {
    switch self {
    case .unknownArchitecture(let name, let suggestion, let known):
      "there is no architecture '\(name)'"
        + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        + " Known: \(known.joined(separator: ", "))"
    case .malformed(let path, let offset, let reason): "\(path), at byte \(offset): \(reason)"
    case .unsupported(let path, let reason): "\(path): \(reason)"
    case .noTensor(let path, let name, let suggestion):
      "\(path) has no tensor '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    case .weightsDoNotFit(let path, let architecture, let report):
      "\(path) does not hold weights of \(architecture): \(report.problems)"
    case .file(let error): error.description
    case .graph(let path, let error): "\(path): \(error)"
    case .unsupportedNodes(let path, let problems):
      "\(path) has \(problems.count) nodes that can't be computed: "
        + problems.prefix(10).map(\.description).joined(separator: "; ")
        + (problems.count > 10 ? "; and \(problems.count - 10) more" : "")
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
  /// What was taken under another name or shape, in words.
  public var adaptation: String?
  /// Parameters that hold NaN or an infinity. They were applied; what the network computes is not to
  /// be trusted.
  public var nonFinite: [String] = []

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
    if !nonFinite.isEmpty {
      parts.append("\(nonFinite.count) with NaN or infinite elements (\(list(nonFinite)))")
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
  }
}
