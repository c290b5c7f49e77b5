import FacetGraph
import FacetZoo

extension PublishedWeights {
  /// The file that a user named.
  static func named(_ architecture: String, set: String) throws(WorkbenchError)
    -> PublishedWeights
  {
    if let found = find(architecture: architecture, set: set) { return found }
    func meant(_ name: String, _ known: [String]) -> String {
      (Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ".")
        + " Known: \(known.joined(separator: ", "))"
    }
    guard sets.contains(set) else {
      throw .usage("there are no published weights '\(set)'" + meant(set, sets))
    }
    let known = all.filter { $0.set == set }.map(\.architecture)
    throw .usage("no weights are published for '\(architecture)'" + meant(architecture, known))
  }
}
