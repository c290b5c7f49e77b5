import FacetGraph

/// What a job refuses, beyond what the libraries below it refuse themselves.
public enum WorkbenchError: Error, Equatable, CustomStringConvertible {
  /// Options that don't go together or have no sense.
  case usage(String)
  /// Data that can be read but not worked with.
  case badData(String)
  /// A folder that holds something already.
  case outputExists(path: String)
  /// A file where a folder is to be written.
  case outputIsFile(path: String)
  /// A claim that was checked on this model and does not hold.
  case notProven(String)

  public var description: String {
    switch self {
    case .usage(let text), .badData(let text), .notProven(let text): text
    case .outputIsFile(let path): "\(path) is a file; name a folder for the output"
    case .outputExists(let path):
      "\(path) exists and is not empty; name another folder, or add --force to replace it"
    }
  }
}

extension WorkbenchError {
  /// A command that doesn't exist, with the nearest that does.
  public static func unknownCommand(_ name: String, known: [String]) -> WorkbenchError {
    .usage(
      "there is no command '\(name)'"
        + (Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ".")
        + " Known: \(known.joined(separator: ", "))")
  }
}
